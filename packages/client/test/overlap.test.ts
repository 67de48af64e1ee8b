import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EnvelopeReader } from '@guildhall/protocol/client';
import fc from 'fast-check';
import type { Audience } from '../src/audience.ts';
import { DispatchContext } from '../src/dispatch-context.ts';
import { HandledSeq } from '../src/handled-seq.ts';
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
  shedding = '';
  /** Of the old set's session, and of the new one's. */
  readonly handled = { old: new HandledSeq(), new: new HandledSeq() };
  /** What handlers return. */
  result: Promise<unknown> | null = null;
  settled = 0;
  overflows = 0;
  #seq = 0;

  /** The last event up to which everything has been handled in the new session. */
  get newSeq(): number {
    return this.handled.new.upTo(this.#seq);
  }

  constructor(options: Partial<OverlapOptions> = {}) {
    this.overlap = new Overlap(
      {
        envelope: new EnvelopeReader(),
        hearsGuilds: true,
        lagMs: 60_000,
        speakers: { old: 0, new: 0 },
        ...options,
      },
      {
        audienceOf: (name) => (name === this.deafTo ? null : this.#audienceOf(name)),
        sheds: (name) => name === this.shedding,
        guildSettled: () => {
          this.settled += 1;
        },
        overflowed: () => {
          this.overflows += 1;
        },
      },
    );
  }

  old(name: string, data: unknown, shard = 0): void {
    this.#deliver('old', this.overlap.oldAudience(name), name, data, shard);
  }

  new(name: string, data: unknown, shard = 0): void {
    this.#deliver('new', this.overlap.newAudience(name), name, data, shard);
  }

  #audienceOf(name: string): Audience {
    return {
      wantsData: true,
      hear: (_message, data, context) => {
        this.heard.push({ name, data });
        if (this.result !== null) context.handledAfter(this.result);
      },
    };
  }

  #deliver(side: 'old' | 'new', audience: Audience | null, t: string, d: unknown, shard: number): void {
    this.#seq += 1;
    if (audience === null) return;
    // Each set has numbers of its own.
    const message = Buffer.from(JSON.stringify({ t, s: this.#seq, op: 0, d }));
    const context = new DispatchContext(shard, this.#seq, false, 0, message, this.handled[side]);
    context.enter();
    audience.hear(message, audience.wantsData ? d : undefined, context);
    context.leave();
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

  describe('of USER_UPDATE, which every shard of a set is told', () => {
    const A = { id: '9', username: 'a' };
    const B = { id: '9', username: 'b' };
    const names = ({ heard }: Scene) => heard.map(({ data }) => (data as typeof A).username).join('');

    test('does not hand over what the old set had when the new one is told of it after the switch', () => {
      const scene = new Scene({ speakers: { old: 1, new: 0 } });
      for (const shard of [1, 2]) scene.old('USER_UPDATE', A, shard);
      scene.overlap.switchOver();
      for (const shard of [2, 0, 1, 3]) scene.new('USER_UPDATE', A, shard);
      assert.equal(names(scene), 'aa', 'each old shard told, and no new one');
      for (const shard of [2, 0, 1, 3]) scene.new('USER_UPDATE', B, shard);
      assert.equal(names(scene), 'aab');
    });

    test('does not lose what the new set had before the switch and the old one has not', () => {
      const scene = new Scene({ speakers: { old: 1, new: 0 } });
      for (const shard of [1, 0]) scene.new('USER_UPDATE', A, shard);
      scene.overlap.switchOver();
      for (const shard of [1, 2]) scene.old('USER_UPDATE', A, shard);
      assert.equal(names(scene), 'a');
    });

    test('ends with what was last, also where it has been so before', () => {
      const scene = new Scene();
      for (const user of [A, B]) scene.old('USER_UPDATE', user);
      scene.new('USER_UPDATE', A);
      scene.overlap.switchOver();
      for (const user of [B, A]) scene.new('USER_UPDATE', user);
      assert.equal(names(scene), 'aba');
    });
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

  test('holds a session of the new set back until who heard the event has handled it', async () => {
    const scene = new Scene();
    const { promise, resolve } = Promise.withResolvers<void>();
    scene.new('MESSAGE_CREATE', { id: '1' });
    assert.equal(scene.newSeq, 0, 'nobody has heard it yet');
    scene.result = promise;
    scene.old('MESSAGE_CREATE', { id: '1' });
    await new Promise(setImmediate);
    assert.equal(scene.newSeq, 0, 'a handler of the old set is at work');
    scene.old('MESSAGE_CREATE', { id: '2' });
    scene.new('MESSAGE_CREATE', { id: '2' });
    resolve();
    scene.result = null;
    await new Promise(setImmediate);
    assert.equal(scene.newSeq, 4);
    scene.new('MESSAGE_CREATE', { id: '3' });
    assert.equal(scene.newSeq, 4);
    scene.new('GUILD_MEMBERS_CHUNK', {});
    scene.overlap.switchOver();
    await new Promise(setImmediate);
    assert.equal(scene.newSeq, 6);
    assert.deepEqual(
      scene.heard.map(({ data }) => data),
      [{ id: '1' }, { id: '2' }, {}, { id: '3' }],
    );
  });

  test('leaves out what is shed, whichever set brings it, and nothing for it later', () => {
    const scene = new Scene();
    scene.shedding = 'TYPING_START';
    scene.new('TYPING_START', { user_id: '1' });
    scene.old('TYPING_START', { user_id: '1' });
    scene.old('TYPING_START', { user_id: '2' });
    scene.new('TYPING_START', { user_id: '2' });
    scene.new('TYPING_START', { user_id: '3' });
    scene.overlap.switchOver();
    scene.shedding = '';
    assert.equal(scene.heard.length, 0);
    scene.new('TYPING_START', { user_id: '2' });
    assert.equal(scene.heard.length, 1);
  });

  test('keeps so many bytes and no more, and says so once', () => {
    const scene = new Scene({ maxWaitingBytes: 1_000 });
    for (let number = 0; number < 100; number += 1) scene.new('MESSAGE_CREATE', { id: String(number) });
    assert.equal(scene.overflows, 1);
    scene.old('MESSAGE_CREATE', { id: '1' });
    assert.equal(scene.heard.length, 1, 'the old set is heard as ever');
  });
});
