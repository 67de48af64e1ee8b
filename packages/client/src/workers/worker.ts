/** What runs in a worker thread of the option `workers`. It is no module to be imported. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { loadCodec } from '../codec.ts';
import type { ToWorker, WorkerData } from './messages.ts';
import type { WorkerHandlers } from './worker-bot.ts';
import { WorkerShards } from './worker-shards.ts';

if (isMainThread || parentPort === null) {
  throw new Error('@guildhall/client/worker runs in a thread that a GatewayClient has started');
}
const port = parentPort;
const { worker, settings } = workerData as WorkerData;
const codec = await loadCodec(settings.encoding);
const shards = new WorkerShards(settings, codec, (messages, transfer) =>
  port.postMessage(messages, transfer),
);
if (settings.handlers !== null) {
  const { handlers }: { readonly handlers?: unknown } = await import(settings.handlers);
  if (typeof handlers !== 'function') {
    throw new TypeError(
      `${settings.handlers} must export a function "handlers" that adds handlers to a WorkerBot`,
    );
  }
  await shards.addHandlers(worker, handlers as WorkerHandlers);
}
port.on('message', (message: ToWorker) => shards.handle(message));
