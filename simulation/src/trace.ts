/** Where a line of the trace was written. */
export type Side = 'client' | 'server' | 'fault';

/** What happened, in readable lines. Kept only for a lifetime that is replayed: a batch runs without one. */
export class Trace {
  readonly lines: string[] = [];
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** @param shardId null when it concerns no single shard */
  note(side: Side, shardId: number | null, text: string): void {
    const seconds = (this.#nowMs() / 1_000).toFixed(3).padStart(10);
    const shard = shardId === null ? '-' : String(shardId);
    this.lines.push(`${seconds}s  ${side.padEnd(7)} ${shard.padStart(2)}  ${text}`);
  }
}

/** An input, the phase it led to, and the effects on one line. Cancelled timers are left out: they say nothing new. */
export function describeStep(
  input: object,
  phase: string,
  effects: readonly { readonly type: string }[],
): string {
  const told = effects.filter(({ type }) => type !== 'cancel').map(describe);
  return `${describe(input)} → ${phase}${told.length === 0 ? '' : `: ${told.join('; ')}`}`;
}

/** `type key=value …`: an input or effect on one line. */
function describe(value: object): string {
  return Object.entries(value)
    .map(([key, part]) => {
      if (key === 'type') return String(part);
      return `${key}=${typeof part === 'object' && part !== null ? JSON.stringify(part) : String(part)}`;
    })
    .join(' ');
}
