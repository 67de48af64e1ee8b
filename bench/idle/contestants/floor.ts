/** The floor: a bare socket, an inflater and a timer for heartbeats per shard, on the client's `contestants/floor.ts`. */
import { connect, type Socket } from 'node:net';
import { SyncCodec } from '../../harness/sync-codec.ts';
import { frameSize, maskedText, upgradeRequest } from '../../harness/websocket.ts';
import type { ShardTerms } from '../shards.ts';

/** HELLO, READY and the typings of the source. */
const MESSAGES = 102;
const HEARTBEAT = JSON.stringify({ op: 1, d: 101 });
/** Of the HELLO that the source sends. */
const INTERVAL_MS = 41_250;
const HEAD_END = '\r\n\r\n';

interface Shard {
  readonly socket: Socket;
  readonly inflater: SyncCodec;
}

const EMPTY: Buffer = Buffer.alloc(0);
const shards: Shard[] = [];
/** All sockets read into it: each chunk is done with before the next comes. */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024);

export async function open({ gatewayUrl, token, intents, firstId, lastId }: ShardTerms): Promise<void> {
  const { hostname, port } = new URL(gatewayUrl);
  const identify = JSON.stringify({ op: 2, d: { token, intents, properties: {} } });
  const count = lastId - firstId + 1;
  await Promise.all(Array.from({ length: count }, () => openOne(hostname, Number(port), identify)));
}

function openOne(host: string, port: number, identify: string): Promise<void> {
  const inflater = SyncCodec.decompressor('zlib');
  return new Promise((resolve, reject) => {
    let upgraded = false;
    let messages = 0;
    let pending: Buffer = EMPTY;
    const ready = (): void => {
      setTimeout(beat, Math.random() * INTERVAL_MS);
      resolve();
    };
    const beat = (): void => {
      socket.write(maskedText(HEARTBEAT));
      setTimeout(beat, INTERVAL_MS);
    };
    const socket = connect({
      host,
      port,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (length) => {
          let at = 0;
          if (!upgraded) {
            at = readBuffer.indexOf(HEAD_END) + HEAD_END.length;
            upgraded = true;
            socket.write(maskedText(identify));
          }
          const data = Buffer.concat([pending, readBuffer.subarray(at, length)]);
          at = 0;
          for (;;) {
            const size = frameSize(data, at);
            if (size === null || data.length < at + size.header + size.payload) break;
            at += size.header;
            inflater.push(data.subarray(at, at + size.payload));
            at += size.payload;
            messages += 1;
            if (messages === MESSAGES) ready();
          }
          pending = at === data.length ? EMPTY : data.subarray(at);
          return true;
        },
      },
    });
    socket.on('error', reject);
    socket.write(upgradeRequest(host, port, 'v=10&encoding=json&compress=zlib-stream'));
    shards.push({ socket, inflater });
  });
}
