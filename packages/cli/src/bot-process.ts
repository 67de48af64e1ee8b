import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface BotProcess {
  /** Ends it: SIGTERM, and SIGKILL after the grace. */
  stop(graceMs: number): Promise<void>;
}

/** Runs a bot beside the server on the same Node and prefixes its lines. */
export function startBot(
  file: string,
  environment: Readonly<Record<string, string>>,
  print: (line: string) => void,
): BotProcess {
  const child = spawn(process.execPath, [...process.execArgv, file], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stopping = false;
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => print(`  bot | ${line}`));
  }
  child.on('error', (error) => print(`  bot | could not be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (!stopping) print(`  bot | ended with ${signal ?? `exit code ${code}`}; the server goes on`);
  });
  return {
    stop: async (graceMs) => {
      stopping = true;
      await endProcess(child, graceMs);
    },
  };
}

/** SIGTERM, and SIGKILL after the grace. Resolves when it has ended. */
export async function endProcess(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await ended;
  clearTimeout(timer);
}
