/** Run as a process of its own: closes a client in the phase that is named, and must then end without help. */
import { GatewayClient, type IdentifyGate } from '@guildhall/client';

const [, , gatewayUrl = '', phase = '', session = 'end', workers = '0'] = process.argv;

const shutGate: IdentifyGate = {
  acquire: (_shardId, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
};

const client = new GatewayClient({
  token: 'token',
  intents: 0,
  gatewayUrl,
  workers: Number(workers),
  timing: { backoffBaseMs: 600_000, backoffCapMs: 600_000 },
  ...(phase === 'queued' ? { identify: { gate: shutGate } } : {}),
});

/** What keeps a process alive, apart from the streams it was started with. */
function handles(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => name !== 'PipeWrap' && name !== 'TTYWrap' && name !== 'Immediate');
}

async function close(): Promise<void> {
  const startedAtMs = performance.now();
  await client.close({ session: session === 'keep' ? 'keep' : 'end' });
  const afterMs = Math.round(performance.now() - startedAtMs);
  // A destroyed socket gives its handle back in the next turns of the loop.
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
  console.log(`closed after ${afterMs} ms, handles: ${JSON.stringify(handles())}`);
}

client.on('phase', (event) => {
  // In the handler itself: the shard is in the middle of a step, and has timers still to arm.
  if (event.phase === phase) void close();
});
client.open().catch((error) => {
  if (error.code !== 'CLOSED') throw error;
});
