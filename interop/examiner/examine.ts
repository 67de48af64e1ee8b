/** The scenarios that come with the command line, on a bot of the walk. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Readiness, Variant } from '../walk/library.ts';

const MAIN = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const FOLDER = new URL('../../packages/cli/scenarios/', import.meta.url);

/** File names. */
export const SCENARIOS: readonly string[] = readdirSync(FOLDER).sort();
/** They wait most of the time. */
export const SCENARIOS_AT_ONCE = 5;

export interface Examined {
  readonly passed: boolean;
  /** Up to the one that failed. */
  readonly steps: readonly {
    readonly step: string;
    readonly failure: { readonly happened: readonly { readonly what: string }[] } | null;
  }[];
}

/** @throws Error when the command did not run */
export async function examine(
  program: Extract<Readiness, { type: 'ready' }>,
  { environment }: Variant,
  file: string,
): Promise<Examined> {
  const command = [program.command, ...program.args].map((word) => JSON.stringify(word)).join(' ');
  const path = fileURLToPath(new URL(file, FOLDER));
  const args = ['scenario', path, '--json', '--patience', '2', '--run', command];
  const output = await new Promise<string>((resolve, reject) => {
    // It ends with 1 when the client has failed, which is no error here.
    execFile(
      process.execPath,
      ['--conditions=guildhall-source', MAIN, ...args],
      { env: { ...process.env, ...environment } },
      (error, stdout, stderr) => (stdout === '' ? reject(error ?? new Error(stderr)) : resolve(stdout)),
    );
  });
  const { scenarios }: { readonly scenarios: readonly Examined[] } = JSON.parse(output);
  const [result] = scenarios;
  if (result === undefined) throw new Error(`${file}: nothing was examined`);
  return result;
}
