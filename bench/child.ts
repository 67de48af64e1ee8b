import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Longest wait for one answer of a child. */
const ANSWER_DEADLINE_MS = 60_000;

/** A process that answers one request at a time. */
export interface Child {
  ask<T>(request: object): Promise<T>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Forks `file`; on Linux with `taskset` it is kept on one core, so that two children do not share one. */
export async function startChild(file: string, core: number): Promise<Child> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), { execArgv: process.execArgv });
  if (child.pid !== undefined && cpus().length > core && process.platform === 'linux') {
    spawnSync('taskset', ['-cp', String(core), String(child.pid)], { stdio: 'ignore' });
  }
  return {
    ask: (request) => answer(child, request),
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function answer<T>(child: ChildProcess, request: object): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      act();
    };
    const onMessage = (message: unknown) => settle(() => resolve(message as T));
    const onExit = (code: number | null) =>
      settle(() => reject(new Error(`a bench process ended with ${code}`)));
    const timer = setTimeout(
      () => settle(() => reject(new Error(`no answer to ${JSON.stringify(request).slice(0, 80)}`))),
      ANSWER_DEADLINE_MS,
    );
    child.once('message', onMessage);
    child.once('exit', onExit);
    child.send(request);
  });
}

/** The child's side: one handler, whose result is the answer. */
export function serveParent(handle: (request: never) => Promise<object>): void {
  process.on('message', (request) => {
    handle(request as never).then(
      (result) => process.send?.(result),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
        process.exit(1);
      },
    );
  });
}

/** User and system time of this process so far, in microseconds. */
export function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
