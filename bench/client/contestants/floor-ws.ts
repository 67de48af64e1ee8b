/** The floor over `ws`: what a client costs at least that takes its WebSocket from there. */
import { WebSocket } from 'ws';
import type { Terms } from '../contestant.ts';
import { FloorReader } from '../floor-reader.ts';

export async function connect(terms: Terms): Promise<void> {
  const reader = new FloorReader(terms);
  const socket = new WebSocket(`${terms.gatewayUrl}/?${reader.query}`, {
    perMessageDeflate: false,
    skipUTF8Validation: true,
  });
  const ready = Promise.withResolvers<void>();
  socket.on('open', () => socket.send(reader.identify));
  socket.on('error', (error) => ready.reject(error));
  socket.on('message', (data) => {
    reader.read(data as Buffer);
    if (reader.isReady) ready.resolve();
  });
  await ready.promise;
}
