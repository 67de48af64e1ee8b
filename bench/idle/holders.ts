/** Clients that hold idle shards, each in a process of its own. */
import { type Child, MEASURED_CORE, OPPOSITE_CORE, startChild } from '../harness/child.ts';
import type { Addresses } from '../harness/fake-discord.ts';
import { missingOf } from '../peers/packages.ts';

export interface Holder {
  /** In `contestants/`. */
  readonly file: string;
  readonly name: string;
  readonly needs: readonly string[];
}

export const SHARDS = 1_000;

const HOLDERS: readonly Holder[] = [
  { file: 'guildhall', name: '@guildhall/client', needs: [] },
  { file: 'floor', name: 'floor: a socket, an inflater, a timer', needs: [] },
  { file: 'discordjs-ws', name: '@discordjs/ws', needs: ['@discordjs/ws', '@discordjs/rest', 'zlib-sync'] },
  { file: 'eris', name: 'eris', needs: ['eris', 'zlib-sync'] },
];

const GUILDS_AND_MESSAGES = 1 | 512;

/** Those whose packages are installed; the others are named. */
export async function availableHolders(): Promise<{
  readonly holders: readonly Holder[];
  readonly notes: readonly string[];
}> {
  const holders: Holder[] = [];
  const notes: string[] = [];
  for (const holder of HOLDERS) {
    const missing = await missingOf(holder.needs);
    if (missing === null) holders.push(holder);
    else notes.push(`SKIPPED: ${holder.name}, for want of ${missing}.`);
  }
  return { holders, notes };
}

/** The shards of one holder, and the gateway that they are connected to. */
export class HeldShards implements AsyncDisposable {
  readonly #source: Child;
  readonly #shards: Child;
  readonly #addresses: Addresses;
  #open = 0;

  private constructor(source: Child, shards: Child, addresses: Addresses) {
    this.#source = source;
    this.#shards = shards;
    this.#addresses = addresses;
  }

  static async start({ file }: Holder): Promise<HeldShards> {
    const source = startChild(new URL('./source.ts', import.meta.url), { core: OPPOSITE_CORE });
    const shards = startChild(new URL('./shards.ts', import.meta.url), {
      core: MEASURED_CORE,
      args: [file],
      nodeArgs: ['--expose-gc'],
    });
    return new HeldShards(source, shards, await source.ask<Addresses>({ type: 'start' }));
  }

  /** Opens as many more as are wanting. */
  async open(wanted: number): Promise<void> {
    await this.#shards.ask({
      type: 'open',
      ...this.#addresses,
      token: 'idle.bench.token',
      intents: GUILDS_AND_MESSAGES,
      firstId: this.#open,
      lastId: wanted - 1,
      count: SHARDS,
    });
    this.#open = wanted;
  }

  async residentBytes(): Promise<number> {
    return (await this.#shards.ask<{ bytes: number }>({ type: 'memory' })).bytes;
  }

  /** So far. */
  async heartbeats(): Promise<number> {
    return (await this.#source.ask<{ heartbeats: number }>({ type: 'heartbeats' })).heartbeats;
  }

  /** So far. */
  cpuMicros(): Promise<number> {
    return this.#shards.cpuMicros();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#shards[Symbol.asyncDispose]();
    await this.#source[Symbol.asyncDispose]();
  }
}
