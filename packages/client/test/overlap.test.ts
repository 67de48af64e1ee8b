import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Audience } from '../src/audience.ts';
import { Overlap, type OverlapOptions } from '../src/overlap.ts';

interface Event {
  readonly name: string;
  readonly data: unknown;
}

/** Two sets of shards on one list of what handlers heard. */
class Scene {
  readonly heard: Event[] = [];
  readonly overlap: Overlap;
  deafTo = '';
  settled = 0;
  overflows = 0;
  #seq = 0;

  constructor(options: Partial<OverlapOptions> = {}) {
    this.overlap = new Overlap(
      { hearsGuilds: true, lagMs: 60_000, ...options },
      {
        audienceOf: (name) => (name === this.deafTo ? null : this.#audienceOf(name)),
        guildSettled: () => {
          this.settled += 1;
        },
        overflowed: () => {
          this.overflows += 1;
        },
      },
    );
  }

  old(name: string, data: unknown): void {
    this.#deliver(this.overlap.oldAudience(name), name, data);
  }

  new(name: string, data: unknown): void {
    this.#deliver(this.overlap.newAudience(name), name, data);
  }

  #audienceOf(name: string): Audience {
    return { wantsData: true, hear: (_message, data) => this.heard.push({ name, data }) };
  }

  #deliver(audience: Audience | null, t: string, d: unknown): void {
    if (audience === null) return;
    this.#seq += 1;
    // Each set has numbers of its own.
    const message = Buffer.from(JSON.stringify({ t, s: this.#seq, op: 0, d }));
    const context = { shard: 0, seq: this.#seq, replayed: false, receivedAtMs: 0 };
    audience.hear(message, audience.wantsData ? d : undefined, context);
    message.fill(0);
  }
}

const GUILDS = ['1', '2', '3'];

describe('an overlap', () => {
  test('hands over each event of each guild once and in order, whoever is behind, and wherever the switch is', () => {
    // Few contents, so that equal ones are common.
    const talk = fc.array(fc.tuple(fc.constantFrom(...GUILDS), fc.integer({ min: 0, max: 2 })), {
      maxLength: 40,
    });
    const steps = fc.array(fc.constantFrom('old', 'new'), { minLength: 90, maxLength: 90 });
    fc.assert(
      fc.property(talk, fc.nat(3), steps, fc.nat(90), (said, missed, order, switchAt) => {
        const scene = new Scene();
        const events = said.map(([guild, content]) => ({ guild_id: guild, content }));
        const early = Array.from({ length: missed }, (_, number) => ({
          guild_id: '1',
          content: `early ${number}`,
        }));
        const old = [...early, ...events];
        const fresh = [...events];
        for (const [index, side] of order.entries()) {
          if (index === switchAt) scene.overlap.switchOver();
          const event = (side === 'old' ? old : fresh).shift();
          if (event !== undefined) scene[side]('MESSAGE_REACTION_ADD', event);
        }
        if (switchAt >= order.length) scene.overlap.switchOver();
        for (const event of fresh) scene.new('MESSAGE_REACTION_ADD', event);
        // What the new set never heard of, and the old one only after the switch, is nobody's.
        const told = scene.heard.map(({ data }) => data) as { guild_id: string; content: unknown }[];
        for (const guild of GUILDS) {
          const of = (list: readonly { guild_id: string; content: unknown }[]): unknown[] =>
            list.filter(({ guild_id, content }) => guild_id === guild && typeof content === 'number');
          assert.deepEqual(of(told), of(events));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('waits for the guilds of each READY, and tells none of them', () => {
    const scene = new Scene();
    scene.new('READY', { guilds: [{ id: '1' }, { id: '2' }] });
    assert.equal(scene.overlap.expectedGuilds, 2);
    scene.new('GUILD_CREATE', { id: '1', name: 'one' });
    scene.old('GUILD_CREATE', { id: '3', name: 'joined meanwhile' });
    scene.new('GUILD_CREATE', { id: '3', name: 'joined meanwhile', joined_at: 'another spelling' });
    assert.equal(scene.overlap.expectedGuilds, 1);
    scene.new('GUILD_CREATE', { id: '2', name: 'two' });
    assert.equal(scene.overlap.expectedGuilds, 0);
    assert.equal(scene.settled, 3);
    scene.overlap.switchOver();
    assert.deepEqual(
      scene.heard.map(({ data }) => data),
      [{ id: '3', name: 'joined meanwhile' }],
    );
    scene.new('GUILD_CREATE', { id: '4' });
    assert.equal(scene.heard.length, 2);
  });

  test('waits for the guilds also where nobody hears of them, and for none without their intent', () => {
    const deaf = new Scene();
    deaf.deafTo = 'GUILD_CREATE';
    deaf.new('READY', { guilds: [{ id: '1' }] });
    deaf.new('GUILD_CREATE', { id: '1' });
    assert.equal(deaf.overlap.expectedGuilds, 0);
    const blind = new Scene({ hearsGuilds: false });
    blind.new('READY', { guilds: [{ id: '1' }] });
    assert.equal(blind.overlap.expectedGuilds, 0);
  });

  test('takes answers to commands from whoever was asked, before and after the switch', () => {
    const scene = new Scene();
    scene.old('GUILD_MEMBERS_CHUNK', { nonce: 'a' });
    scene.new('GUILD_MEMBERS_CHUNK', { nonce: 'b' });
    scene.overlap.switchOver();
    scene.old('GUILD_MEMBERS_CHUNK', { nonce: 'c' });
    scene.new('GUILD_MEMBERS_CHUNK', { nonce: 'd' });
    assert.deepEqual(scene.heard.map(({ data }) => (data as { nonce: string }).nonce).join(''), 'abcd');
  });

  test('does not swallow an event for one of long ago that the new set was not there for', async () => {
    const scene = new Scene({ lagMs: 10 });
    scene.old('MESSAGE_REACTION_ADD', { emoji: 'wave' });
    const began = performance.now();
    while (performance.now() - began <= 10) await new Promise(setImmediate);
    scene.overlap.switchOver();
    scene.new('MESSAGE_REACTION_ADD', { emoji: 'wave' });
    assert.equal(scene.heard.length, 2);
  });

  test('keeps so many bytes and no more, and says so once', () => {
    const scene = new Scene({ maxWaitingBytes: 1_000 });
    for (let number = 0; number < 100; number += 1) scene.new('MESSAGE_CREATE', { id: String(number) });
    assert.equal(scene.overflows, 1);
    scene.old('MESSAGE_CREATE', { id: '1' });
    assert.equal(scene.heard.length, 1, 'the old set is heard as ever');
  });
});
