/** The stream of the owner's API: what it tells, and what it does when there is too much to tell. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Guildhall, SessionSnapshot } from '../../src/index.ts';
import { SessionSummaries } from '../../src/portal/session-summaries.ts';
import { StreamListener } from '../../src/portal/stream-listener.ts';
import { openScene } from '../gateway/support/scene.ts';
import { TestClient } from '../gateway/support/test-client.ts';
import { PING } from '../world/support.ts';

type Told = Readonly<Record<string, unknown>> & { readonly type: string };

const PATIENCE_MS = 5_000;
/** They come by themselves, whatever happens. */
const SIGNS_OF_LIFE = ['sessions', 'metrics'];

/** Reads a stream until it is left or ends. */
class Listener implements AsyncDisposable {
  readonly #told: AsyncGenerator<Told>;
  readonly #leave: AbortController;

  private constructor(body: ReadableStream<Uint8Array>, leave: AbortController) {
    this.#told = events(body);
    this.#leave = leave;
  }

  static async open(hall: Guildhall): Promise<Listener> {
    const leave = new AbortController();
    const response = await fetch(new URL('/owner/v1/events', hall.apiBase), {
      headers: { authorization: `Bearer ${hall.ownerKey}` },
      signal: AbortSignal.any([leave.signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'text/event-stream');
    assert.ok(response.body);
    return new Listener(response.body, leave);
  }

  /** The next event that is more than a sign of life; undefined at the end of the stream. */
  async next(): Promise<Told | undefined> {
    for (;;) {
      const { value, done } = await this.#told.next();
      if (done === true || !SIGNS_OF_LIFE.includes(value.type)) return value;
    }
  }

  /** The next of this type, whatever comes before it. */
  async of(type: string): Promise<Told> {
    for (;;) {
      const { value, done } = await this.#told.next();
      assert.ok(done !== true, `the stream ended before ${type} came`);
      if (value.type === type) return value;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leave.abort();
  }
}

async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<Told> {
  let text = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks)
      if (block.startsWith('data: ')) yield JSON.parse(block.slice('data: '.length));
  }
}

function sessionOf({ session }: Told): SessionSnapshot {
  return session as SessionSnapshot;
}

describe('the stream tells', () => {
  test('the scene of 4003: revoked, closed, ended, identified again and refused', async () => {
    await using scene = await openScene();
    await using stream = await Listener.open(scene.guildhall);
    assert.equal((await stream.next())?.type, 'hello');
    const intents = (1 << 0) | (1 << 15);
    const bot = await scene.ready({ intents });
    const opened = await stream.of('session-opened');
    assert.deepEqual(
      [sessionOf(opened).id, sessionOf(opened).state, sessionOf(opened).encoding],
      [bot.ready.d.session_id, 'live', 'json'],
    );

    await scene.guildhall.setIntents(scene.bot.id, []);
    await bot.closed;
    const { application } = await stream.of('application');
    assert.deepEqual((application as { privilegedIntents: unknown }).privilegedIntents, []);
    const revoked = await stream.of('application-revoked');
    assert.deepEqual(
      [revoked.applicationId, revoked.cause, revoked.intents],
      [scene.bot.id, 'intent-disabled', ['GUILD_MEMBERS', 'GUILD_PRESENCES', 'MESSAGE_CONTENT']],
    );
    const ended = await stream.of('session-ended');
    assert.deepEqual([sessionOf(ended).id, ended.code], [bot.ready.d.session_id, 4003]);
    const closed = await stream.of('session-closed');
    assert.equal((closed.close as { code: number }).code, 4003);

    const resumer = await scene.open();
    resumer.resume(scene.bot.token, bot.ready.d.session_id, 1);
    const { at: _resumed, ...resume } = await stream.of('refused');
    const applicationId = scene.bot.id;
    assert.deepEqual(resume, { type: 'refused', request: 'resume', applicationId, shard: null, code: null });
    resumer.identify(scene.bot.token, { intents });
    const { at: _identified, ...identify } = await stream.of('refused');
    assert.deepEqual(identify, { type: 'refused', request: 'identify', applicationId, shard: 0, code: 4014 });
  });

  test('whose token it was that is not valid any more', async () => {
    await using scene = await openScene();
    await scene.guildhall.resetToken(scene.bot.id);
    await using stream = await Listener.open(scene.guildhall);
    const client = await scene.open();
    client.identify(scene.bot.token);
    const { applicationId, code } = await stream.of('refused');
    assert.deepEqual([applicationId, code], [scene.bot.id, 4004]);
    const stranger = await scene.open();
    stranger.identify('no token at all');
    await stranger.closed;
    await scene.say('still here');
    assert.equal((await stream.next())?.type, 'connection-opened');
    assert.equal((await stream.next())?.type, 'dispatch');
  });

  test('how people are told to talk', async () => {
    await using scene = await openScene();
    await using stream = await Listener.open(scene.guildhall);
    scene.guildhall.world.chatters.set(scene.guild.id, { perMinute: 7 });
    const { guildId, chatter } = await stream.of('chatter');
    assert.deepEqual([guildId, (chatter as { perMinute: number }).perMinute], [scene.guild.id, 7]);
  });

  test('one sample of the metrics after another, as the history has them', async () => {
    await using scene = await openScene();
    await using stream = await Listener.open(scene.guildhall);
    const { sample } = (await stream.of('metrics')) as unknown as { sample: Record<string, number> };
    const response = await fetch(new URL('/owner/v1/metrics', scene.guildhall.apiBase), {
      headers: { authorization: `Bearer ${scene.guildhall.ownerKey}` },
    });
    const { atMs, series } = (await response.json()) as {
      atMs: number[];
      series: Record<string, number[]>;
    };
    const at = atMs.indexOf(Number(sample.atMs));
    assert.ok(at >= 0);
    assert.equal(Object.keys(series).length, 11);
    for (const [name, values] of Object.entries(series)) assert.equal(values[at], sample[name], name);
  });

  test('what was dialled, also when it was refused', async () => {
    await using scene = await openScene();
    await using stream = await Listener.open(scene.guildhall);
    const { gatewayUrl } = scene.guildhall;
    await scene.open({ path: '/gateway', query: 'v=9&encoding=etf&compress=zlib-stream' });
    const { url, version, encoding, compression } = await stream.of('connection-opened');
    assert.deepEqual(
      [url, version, encoding, compression],
      [`${gatewayUrl}gateway`, 9, 'etf', 'zlib-stream'],
    );
    const lost = new TestClient(gatewayUrl, { path: '/elsewhere' });
    const refused = await stream.of('upgrade-refused');
    assert.deepEqual([refused.url, refused.status], [`${gatewayUrl}elsewhere`, 404]);
    await lost.closed;
  });

  test('a resume, and a fault that has met somebody', async () => {
    await using scene = await openScene();
    const bot = await scene.ready();
    await using stream = await Listener.open(scene.guildhall);
    scene.guildhall.gateway.faults.add({ fault: { kind: 'close', code: 4000 } });
    const { record } = await stream.of('fault');
    assert.deepEqual((record as { fault: unknown }).fault, { kind: 'close', code: 4000 });
    const closed = await stream.of('session-closed');
    assert.equal(sessionOf(closed).state, 'detached');
    const resumer = await scene.open();
    resumer.resume(scene.bot.token, bot.ready.d.session_id, 1);
    const resumed = await stream.of('session-resumed');
    assert.equal(sessionOf(resumed).id, bot.ready.d.session_id);
    assert.deepEqual([resumed.seq, resumed.url], [1, scene.guildhall.gatewayUrl]);
  });

  test('what is written, and sums the sessions up each second', async () => {
    await using scene = await openScene();
    const bot = await scene.ready();
    await using stream = await Listener.open(scene.guildhall);
    const id = await scene.say('hello');
    const { name, channelId, d } = await stream.of('dispatch');
    assert.deepEqual([name, channelId, (d as { id: string }).id], ['MESSAGE_CREATE', scene.channelId, id]);
    const { sessions } = await stream.of('sessions');
    const [summary] = sessions as SessionSnapshot[];
    assert.deepEqual([summary?.id, summary?.seq], [bot.ready.d.session_id, 3]);
    assert.deepEqual((await stream.of('sessions')).sessions, []);
  });

  test('an interaction as it goes on, and commands that have changed', async () => {
    await using scene = await openScene();
    const { world } = scene.guildhall;
    await using stream = await Listener.open(scene.guildhall);
    const scope = { applicationId: scene.bot.id, guildId: null };
    const { command } = world.commands.put(scope, PING);
    const { applicationId, guildId } = await stream.of('commands-changed');
    assert.deepEqual([applicationId, guildId], [scene.bot.id, null]);
    const actor = { userId: scene.humanId, channelId: scene.channelId };
    const { id, token } = world.clientActions.invokeCommand({ ...actor, command: command.name });
    const stateOf = ({ interaction }: Told) => {
      const { id: told, state } = interaction as { readonly id: string; readonly state: string };
      return [told, state];
    };
    assert.deepEqual(stateOf(await stream.of('interaction')), [id, 'pending']);
    world.interactions.respond(id, token, { type: 5, ephemeral: true });
    const deferred = await stream.of('interaction');
    assert.deepEqual(stateOf(deferred), [id, 'deferred']);
    assert.equal(JSON.stringify(deferred).includes(token), false);
    world.commands.delete(scope, command.id);
    await stream.of('commands-changed');
  });

  test('that something was dropped, when there was more than fits in a second', async () => {
    await using scene = await openScene();
    await using stream = await Listener.open(scene.guildhall);
    await stream.of('sessions');
    for (let count = 0; count < 2_100; count += 1) {
      scene.guildhall.world.typing.start(scene.channelId, scene.humanId);
    }
    await scene.guildhall.world.committed();
    let dispatches = 0;
    for (let told = await stream.next(); told?.type !== 'resync'; told = await stream.next()) dispatches += 1;
    assert.equal(dispatches, 2_000);
  });

  test('its end when the server closes', async () => {
    const scene = await openScene();
    await using stream = await Listener.open(scene.guildhall);
    await stream.next();
    await scene.guildhall.close();
    assert.equal(await stream.next(), undefined);
  });
});

test('a listener that does not read loses what is too much, and hears of it once it reads again', () => {
  const written: string[] = [];
  const sink = { write: (text: string) => written.push(text), unsentBytes: 0, end: () => {} };
  const listener = new StreamListener(sink, () => 'resync');
  listener.send('a');
  sink.unsentBytes = 1_048_577;
  listener.send('b');
  listener.send('c');
  sink.unsentBytes = 0;
  listener.send('d');
  listener.send('e');
  assert.deepEqual(written, ['a', 'resync', 'd', 'e']);
});

test('of very many sessions that change, each has its turn', () => {
  const summaries = new SessionSummaries();
  const sessions = (seq: number) =>
    Array.from(
      { length: 1_200 },
      (_, index) => ({ id: String(index), seq, traffic: { sentBytes: 0, plainBytes: 0 } }) as SessionSnapshot,
    );
  const turns = [1, 2, 3].map((seq) => summaries.turn(sessions(seq)));
  assert.deepEqual(
    turns.map(({ length }) => length),
    [500, 500, 500],
  );
  assert.equal(new Set(turns.flat().map(({ id }) => id)).size, 1_200);
  assert.equal(summaries.turn([]).length, 0);
});
