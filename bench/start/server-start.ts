/** One start of the server, as published, in a fresh process: from the call to the first connection it accepts. */
import { connect } from 'node:net';
import { startGuildhall } from '@guildhall/server';
import { serveParent } from '../harness/child.ts';

export interface StartTimes {
  /** From the beginning of the process, imports included. */
  readonly fromBirthMs: number;
  /** From the call of `startGuildhall`. */
  readonly fromCallMs: number;
}

serveParent(
  async (request: { readonly type: 'start'; readonly file: string | null }): Promise<StartTimes> => {
    const calledMs = performance.now();
    const hall = await startGuildhall({ store: request.file === null ? 'memory' : { file: request.file } });
    await accepts(Number(new URL(hall.gatewayUrl).port));
    const fromBirthMs = performance.now();
    await hall.close();
    return { fromBirthMs, fromCallMs: fromBirthMs - calledMs };
  },
);

/** Accepted by the process, not only by the kernel: it must answer. */
function accepts(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', reject);
    socket.once('data', () => {
      socket.destroy();
      resolve();
    });
    socket.write(`GET /api/v10/gateway HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  });
}
