import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const LINE_DEADLINE_MS = 20_000;
const MAX_SHOWN_LINES = 20;

const living = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/** A bot in a process of its own that tells in lines what it sees. It does not outlive this process. */
export class BotLines {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  /** What it has written to its standard error of late. */
  readonly #complaints: string[] = [];
  #hasEnded = false;
  #changed = Promise.withResolvers<void>();

  constructor(command: string, args: readonly string[], environment: Readonly<Record<string, string>>) {
    const child = spawn(command, args, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    living.add(child);
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#lines.push(line);
      this.#wake();
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.#complaints.push(line);
      if (this.#complaints.length > MAX_SHOWN_LINES) this.#complaints.shift();
    });
    child.once('error', (error) => this.#lines.push(String(error)));
    // Its last lines have been read by then.
    child.once('close', () => {
      living.delete(child);
      this.#hasEnded = true;
      this.#wake();
    });
  }

  /** Takes the first line that begins so, and leaves the others for later questions. */
  async line(start: string, deadlineMs = LINE_DEADLINE_MS): Promise<string> {
    const deadline = AbortSignal.timeout(deadlineMs);
    for (;;) {
      const index = this.#lines.findIndex((line) => line.startsWith(start));
      if (index >= 0) return this.#lines.splice(index, 1)[0] ?? '';
      if (deadline.aborted || this.#hasEnded) {
        const said = JSON.stringify(this.#lines.slice(-MAX_SHOWN_LINES));
        const complaints = this.#complaints.map((line) => `\n    ${line}`).join('');
        throw new Error(`the bot never said ${JSON.stringify(start)}; it said ${said}${complaints}`);
      }
      await Promise.race([this.#changed.promise, once(deadline, 'abort')]);
    }
  }

  /** How many lines that begin so have not been taken. */
  count(start: string): number {
    return this.#lines.filter((line) => line.startsWith(start)).length;
  }

  async stop(): Promise<void> {
    if (this.#hasEnded) return;
    const ended = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await ended;
  }

  #wake(): void {
    const changed = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    changed.resolve();
  }
}
