/** The last run of each bench, in bench/results/. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { type Machine, machine } from './machine.ts';
import type { Report } from './report.ts';

export interface Result extends Report {
  readonly name: string;
  readonly quick: boolean;
  readonly seconds: number;
  readonly finishedAt: string;
  readonly machine: Machine;
}

const FOLDER = new URL('../results/', import.meta.url);

export async function keepResult(
  report: Report,
  run: { readonly name: string; readonly quick: boolean; readonly seconds: number },
): Promise<Result> {
  const result: Result = { ...run, finishedAt: new Date().toISOString(), machine, ...report };
  await mkdir(FOLDER, { recursive: true });
  await writeFile(fileOf(run.name), `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

/** @returns null when this bench has never run */
export async function readResult(name: string): Promise<Result | null> {
  try {
    return JSON.parse(await readFile(fileOf(name), 'utf8')) as Result;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function fileOf(name: string): URL {
  return new URL(`${name}.json`, FOLDER);
}
