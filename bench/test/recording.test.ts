import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Recording } from '../client/recording.ts';
import { type Compression, SyncCodec } from '../harness/sync-codec.ts';
import { frameSize } from '../harness/websocket.ts';

const EVENTS = 500;

/** The texts in a stretch of frames. */
function textsOf(data: Buffer, decoder: SyncCodec | null): string[] {
  const texts: string[] = [];
  for (let at = 0; at < data.length; ) {
    const size = frameSize(data, at);
    assert.ok(size);
    const payload = data.subarray(at + size.header, at + size.header + size.payload);
    texts.push((decoder === null ? payload : decoder.push(payload)).toString());
    at += size.header + size.payload;
  }
  return texts;
}

describe('a recorded connection', () => {
  for (const compression of ['none', 'zlib', 'zstd'] satisfies Compression[]) {
    test(`${compression}: is one stream of HELLO, READY, guilds and the mix, numbered without a gap`, () => {
      const recording = new Recording(compression, EVENTS, 'ws://127.0.0.1:1');
      const decoder = compression === 'none' ? null : SyncCodec.decompressor(compression);
      const all = Buffer.concat([recording.hello, recording.greetings, ...recording.frames(0, EVENTS)]);
      const payloads = textsOf(all, decoder).map((text) => JSON.parse(text));
      assert.deepEqual(
        payloads.slice(0, 3).map(({ op, t }) => [op, t]),
        [
          [10, null],
          [0, 'READY'],
          [0, 'GUILD_CREATE'],
        ],
      );
      const dispatches = payloads.slice(1);
      assert.deepEqual(
        dispatches.map(({ s }) => s),
        dispatches.map((_, index) => index + 1),
      );
      const heard = dispatches.slice(-EVENTS).filter(({ t }) => t === 'MESSAGE_CREATE');
      assert.deepEqual(recording.expectation(0, EVENTS, 'messages'), {
        events: heard.length,
        checksum: heard.reduce((sum, { d }) => sum + d.content.length, 0),
      });
    });
  }

  test('is in the proportions that the bench names', () => {
    const recording = new Recording('none', 20_000, 'ws://127.0.0.1:1');
    const names = textsOf(Buffer.concat(recording.frames(0, 20_000)), null).map((text) => JSON.parse(text).t);
    const share = (name: string) => names.filter((each) => each === name).length / names.length;
    assert.equal(share('MESSAGE_CREATE'), 0.2);
    assert.ok(Math.abs(share('PRESENCE_UPDATE') - 0.45) < 0.01, String(share('PRESENCE_UPDATE')));
    assert.ok(Math.abs(share('TYPING_START') - 0.15) < 0.01, String(share('TYPING_START')));
    assert.equal(names.at(-1), 'MESSAGE_CREATE', 'a count of messages must also be a count of events');
  });
});
