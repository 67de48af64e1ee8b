/** The floor: a bare socket, frames split, inflated, the name found, parsed if heard. No protocol, no checks. */
import { connect as dialPlain, type OnReadOpts } from 'node:net';
import { connect as dialTls } from 'node:tls';
import { frameSize, maskedText, upgradeRequest } from '../../harness/websocket.ts';
import type { Terms } from '../contestant.ts';
import { FloorReader } from '../floor-reader.ts';

const READ_BYTES = 64 * 1024;
const HEAD_END = '\r\n\r\n';

export async function connect(terms: Terms): Promise<void> {
  const { hostname, port, protocol } = new URL(terms.gatewayUrl);
  const reader = new FloorReader(terms);
  const ready = Promise.withResolvers<void>();
  let pending: Buffer = Buffer.alloc(0);
  let upgraded = false;
  const onread: OnReadOpts = {
    buffer: Buffer.allocUnsafeSlow(READ_BYTES),
    callback: (length, buffer) => {
      const chunk = (buffer as Buffer).subarray(0, length);
      const data = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      let at = 0;
      if (!upgraded) {
        const end = data.indexOf(HEAD_END);
        if (end < 0) throw new Error('an answer in pieces');
        at = end + HEAD_END.length;
        upgraded = true;
        socket.write(maskedText(reader.identify));
      }
      for (;;) {
        const size = frameSize(data, at);
        if (size === null || at + size.header + size.payload > data.length) break;
        at += size.header;
        reader.read(data.subarray(at, at + size.payload));
        at += size.payload;
      }
      // The read buffer is used again; what is left of it is kept.
      pending = at === data.length ? EMPTY : Buffer.from(data.subarray(at));
      if (reader.isReady) ready.resolve();
      return true;
    },
  };
  const target = { host: hostname, port: Number(port), noDelay: true, onread };
  const socket = protocol === 'wss:' ? dialTls(target) : dialPlain(target);
  socket.on('error', (error) => ready.reject(error));
  socket.write(upgradeRequest(hostname, Number(port), reader.query));
  await ready.promise;
}

const EMPTY: Buffer = Buffer.alloc(0);
