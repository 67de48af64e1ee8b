/** A gateway whose sessions are ready, hear of some typing, and then of nothing any more. */
import { serveParent } from '../harness/child.ts';
import { FakeDiscord } from '../harness/fake-discord.ts';
import { Payloads } from '../harness/payloads.ts';
import { SyncCodec } from '../harness/sync-codec.ts';
import { frame } from '../harness/websocket.ts';

type Request = { readonly type: 'start' };

/** All shards identify at once. */
const MAX_CONCURRENCY = 1_000;
/** 70 kB, more than the window of an inflater: one that has hardly been used is smaller than it will be. */
const TYPINGS = 100;

const discord = new FakeDiscord({
  maxConcurrency: MAX_CONCURRENCY,
  script: (compression, gatewayUrl) => {
    const payloads = new Payloads();
    const codec = compression === 'none' ? null : SyncCodec.compressor(compression);
    const write = (payload: object) => {
      const text = Buffer.from(JSON.stringify(payload));
      return codec === null ? frame(text, false) : frame(codec.push(text), true);
    };
    return {
      hello: write(payloads.hello()),
      greetings: Buffer.concat([payloads.ready(gatewayUrl, []), ...typings(payloads)].map(write)),
    };
  },
  identified: () => {},
});

serveParent((request: Request) => {
  if (request.type !== 'start') throw new Error('unknown request');
  return discord.start();
});

/** In guilds that the session has not, so that nobody caches anything. */
function typings(payloads: Payloads): object[] {
  return Array.from({ length: TYPINGS }, () => payloads.typing());
}
