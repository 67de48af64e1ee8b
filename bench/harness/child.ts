/** Processes of a bench: each on one core, each answering one request at a time. */
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Longest wait for one answer of a child. */
const ANSWER_DEADLINE_MS = 300_000;
const MICROS_PER_MS = 1_000;

/** The core of the process that is measured, and that of everything around it. */
export const MEASURED_CORE = 0;
export const OPPOSITE_CORE = 1;

/** Whether children can be kept on their cores here. */
export const canPin: boolean =
  process.platform === 'linux' &&
  cpus().length > OPPOSITE_CORE &&
  spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0;

/** A process that answers one request at a time. */
export interface Child {
  readonly pid: number;
  ask<T>(request: object): Promise<T>;
  /** User and system time of the child so far, in microseconds. */
  cpuMicros(): Promise<number>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ChildOptions {
  readonly core: number;
  readonly args?: readonly string[];
  /** For Node itself, behind those of this process. */
  readonly nodeArgs?: readonly string[];
  /** Beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Takes the packages of the workspace as they are published, from their dist, and not their source. Default false. */
  readonly built?: boolean;
}

/** Forks `file` on one core: pinned before it starts, so that the threads of V8 and libuv are pinned, too. */
export function startChild(
  file: URL,
  { core, args = [], nodeArgs = [], env = {}, built = false }: ChildOptions,
): Child {
  const inherited = process.execArgv.filter((arg) => !(built && arg.startsWith('--conditions=')));
  const run = pinned(core, process.execPath, [...inherited, ...nodeArgs]);
  const child = fork(fileURLToPath(file), args, {
    execPath: run.file,
    execArgv: [...run.args],
    env: { ...process.env, ...env },
    serialization: 'advanced',
  });
  const ask = <T>(request: object) => answer<T>(child, request);
  return {
    pid: child.pid ?? 0,
    ask,
    cpuMicros: async () => (await ask<{ cpuMicros: number }>({ type: 'cpu' })).cpuMicros,
    [Symbol.asyncDispose]: () => end(child),
  };
}

/** The same program, kept on one core where that is possible. */
export function pinned(
  core: number,
  file: string,
  args: readonly string[],
): { readonly file: string; readonly args: readonly string[] } {
  return canPin ? { file: 'taskset', args: ['-c', String(core), file, ...args] } : { file, args };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
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
      settle(() => reject(new Error(`a bench process (${child.spawnargs.at(-1)}) ended with ${code}`)));
    const timer = setTimeout(
      () =>
        settle(() =>
          reject(
            new Error(`no answer to ${JSON.stringify(request).slice(0, 80)} by ${child.spawnargs.at(-1)}`),
          ),
        ),
      ANSWER_DEADLINE_MS,
    );
    child.once('message', onMessage);
    child.once('exit', onExit);
    child.send(request);
  });
}

/** The child's side: one handler, whose result is the answer. `cpu` is answered here. */
export function serveParent<Request extends { readonly type: string }>(
  handle: (request: Request) => Promise<object> | object,
): void {
  process.on('message', (request) => {
    void answerParent(handle, request as Request);
  });
  // The npm scripts' lifeline, which children inherit, has let go of it.
  process.channel?.ref();
  // Without its parent a child has nothing to do.
  process.on('disconnect', () => process.exit(0));
}

async function answerParent<Request extends { readonly type: string }>(
  handle: (request: Request) => Promise<object> | object,
  request: Request,
): Promise<void> {
  try {
    process.send?.(request.type === 'cpu' ? { cpuMicros: cpuMicros() } : await handle(request));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exit(1);
  }
}

/** User and system time of this process so far, in microseconds. */
export function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** The same in milliseconds. */
export function cpuMs(): number {
  return cpuMicros() / MICROS_PER_MS;
}

/** Resolves in the next turn of the loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
