/** A gateway whose sessions are ready, hear of some typing, and then of nothing but that their heartbeats came. */
import { constants, deflateRawSync } from 'node:zlib';
import { serveParent } from '../harness/child.ts';
import { FakeDiscord } from '../harness/fake-discord.ts';
import { Payloads } from '../harness/payloads.ts';
import { SyncCodec } from '../harness/sync-codec.ts';
import { frame } from '../harness/websocket.ts';

type Request = { readonly type: 'start' | 'heartbeats' };

/** As Discord's. */
const HEARTBEAT_INTERVAL_MS = 41_250;
const ACK = JSON.stringify({ t: null, s: null, op: 11, d: null });
/** Blocks of their own that refer to nothing before them: each of them is good at any place of a stream. */
const DEFLATED_ACK = deflateRawSync(ACK, { finishFlush: constants.Z_SYNC_FLUSH });

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
      hello: write({ ...payloads.hello(), d: { heartbeat_interval: HEARTBEAT_INTERVAL_MS } }),
      greetings: Buffer.concat([payloads.ready(gatewayUrl, []), ...typings(payloads)].map(write)),
      ack: codec === null ? frame(Buffer.from(ACK), false) : frame(DEFLATED_ACK, true),
    };
  },
  identified: () => {},
});

serveParent((request: Request) => {
  return request.type === 'start' ? discord.start() : { heartbeats: discord.heartbeats };
});

/** In guilds that the session has not, so that nobody caches anything. */
function typings(payloads: Payloads): object[] {
  return Array.from({ length: TYPINGS }, () => payloads.typing());
}
