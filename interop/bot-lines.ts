import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const LINE_DEADLINE_MS = 20_000;

/** A bot in a process of its own that tells in lines what it sees. */
export class BotLines {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  #changed = Promise.withResolvers<void>();

  constructor(command: string, args: readonly string[], environment: Readonly<Record<string, string>>) {
    this.#child = spawn(command, args, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (this.#child.stdout === null) throw new Error('the bot has no output');
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#lines.push(line);
      this.#wake();
    });
    this.#child.once('exit', () => this.#wake());
  }

  /** Takes the first line that begins so, and leaves the others for later questions. */
  async line(start: string): Promise<string> {
    const deadline = AbortSignal.timeout(LINE_DEADLINE_MS);
    for (;;) {
      const index = this.#lines.findIndex((line) => line.startsWith(start));
      if (index >= 0) return this.#lines.splice(index, 1)[0] ?? '';
      if (deadline.aborted || this.#child.exitCode !== null) {
        throw new Error(
          `the bot never said ${JSON.stringify(start)}; it said ${JSON.stringify(this.#lines)}`,
        );
      }
      await Promise.race([this.#changed.promise, once(deadline, 'abort')]);
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  #wake(): void {
    const changed = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    changed.resolve();
  }
}
