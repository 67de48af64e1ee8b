/** Interleaved passes: every contestant once, then every contestant again, so that a slow minute hits all of them. */

export interface Contestant {
  readonly name: string;
  /** One pass; its figure, such as CPU microseconds per event. */
  pass(): Promise<number>;
}

export interface PassCount {
  readonly warmUp: number;
  readonly measured: number;
}

/** The figures of each contestant, in the order of the contestants. */
export async function interleave(
  contestants: readonly Contestant[],
  { warmUp, measured }: PassCount,
): Promise<Samples[]> {
  const figures = contestants.map(() => [] as number[]);
  for (let number = 0; number < warmUp + measured; number += 1) {
    for (const [index, contestant] of contestants.entries()) {
      const figure = await contestant.pass();
      if (number >= warmUp) figures[index]?.push(figure);
    }
  }
  return contestants.map(({ name }, index) => new Samples(name, figures[index] ?? []));
}

/** What one contestant's passes have given. */
export class Samples {
  readonly name: string;
  readonly values: readonly number[];

  constructor(name: string, values: readonly number[]) {
    this.name = name;
    this.values = [...values].sort((a, b) => a - b);
  }

  get median(): number {
    const { values } = this;
    const middle = values.length >> 1;
    const upper = values[middle] ?? Number.NaN;
    return values.length % 2 === 1 ? upper : (upper + (values[middle - 1] ?? Number.NaN)) / 2;
  }

  get range(): string {
    return `${figure(this.values[0] ?? Number.NaN)}..${figure(this.values.at(-1) ?? Number.NaN)}`;
  }
}

/** Three significant digits, no exponent. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (Math.abs(value) >= 1_000) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}
