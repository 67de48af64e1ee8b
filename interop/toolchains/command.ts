import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

export interface CommandOptions {
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a tool to its end. @throws Error with what it wrote when it fails */
export async function runCommand(
  command: string,
  args: readonly string[],
  { cwd, timeoutMs, environment = {} }: CommandOptions,
): Promise<void> {
  await promisify(execFile)(command, args, {
    cwd,
    timeout: timeoutMs,
    env: { ...process.env, ...environment },
    maxBuffer: MAX_OUTPUT_BYTES,
  });
}

/** Whether the command is there and of use. */
export function isInstalled(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

const MAX_OUTPUT_BYTES = 64 * 1_048_576;
