import type {
  DispatchName,
  EventContext,
  GatewayClient,
  GatewayEvents,
  GatewayStopError,
} from '@guildhall/client';
import { parseConnectArguments } from './connect-arguments.ts';
import { connectClient, eventsOf } from './connect-client.ts';
import { EVENT_HEADING, eventLine } from './event-line.ts';
import { ratesLine } from './event-rates.ts';
import { printable } from './printable.ts';
import { stopSignal } from './stop-signal.ts';

const RATES_EVERY_MS = 10_000;
/** A reader that is slower than the gateway loses events, and is told how many; the memory does not fill. */
const MAX_UNWRITTEN_BYTES = 16 * 2 ** 20;

/**
 * `guildhall listen`: prints events until SIGINT, SIGTERM or the end of its reader.
 * @returns the exit code
 * @throws UsageError, GatewayClientError
 */
export async function listen(args: readonly string[]): Promise<number> {
  const options = parseConnectArguments(args);
  const events = eventsOf(options);
  await using client = await connectClient(options);
  const ending = new AbortController();
  stopSignal().then(() => ending.abort());
  using output = new Output(() => ending.abort());
  const tell = (name: string, data: unknown, context: EventContext): void => {
    output.line(options.json ? jsonLine(name, data, context) : eventLine(name, data, context));
  };
  if (events.length === 0) client.on('*', tell);
  for (const name of events) {
    client.on(name, (...args: GatewayEvents[DispatchName]) => tell(name, args[0], args[1]));
  }
  tellStates(client);
  const refused = new Promise<GatewayStopError>((resolve) => client.once('stopped', resolve));
  try {
    await client.open({ signal: ending.signal });
  } catch (error) {
    if (ending.signal.aborted) return 0;
    throw error;
  }
  if (!options.json) output.line(EVENT_HEADING);
  using _rates = options.json ? null : tellRates(client, output);
  const ended = new Promise<null>((resolve) => {
    if (ending.signal.aborted) resolve(null);
    ending.signal.addEventListener('abort', () => resolve(null));
  });
  const refusal = await Promise.race([ended, refused]);
  if (refusal !== null) throw refusal;
  return 0;
}

function jsonLine(name: string, data: unknown, context: EventContext): string {
  const { shard, seq, replayed, receivedAtMs } = context;
  return JSON.stringify({ name, shard, seq, replayed, receivedAtMs, data });
}

/** What is no event goes to the other stream. */
function tellStates(client: GatewayClient): void {
  const say = (text: string): void => void process.stderr.write(`guildhall: ${printable(text)}\n`);
  client.on('shardReady', ({ shard }) => say(`shard ${shard} is ready`));
  client.on('shardResumed', ({ shard }) => say(`shard ${shard} goes on`));
  client.on('shardDisconnected', ({ error }) => say(error.message));
  client.on('sessionLost', ({ shard }) =>
    say(`shard ${shard}: what happens until it is ready again is missed`),
  );
  client.on('error', (error) => say(error.message));
}

function tellRates(client: GatewayClient, output: Output): Disposable {
  let before = client.state;
  const timer = setInterval(() => {
    const now = client.state;
    const line = ratesLine(before, now);
    if (line !== null) output.line(line);
    before = now;
  }, RATES_EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Standard output, bounded. */
class Output implements Disposable {
  #lost = 0;

  /** @param onGone nobody reads any more */
  constructor(onGone: () => void) {
    process.stdout.on('error', onGone);
  }

  line(text: string): void {
    if (process.stdout.writableLength > MAX_UNWRITTEN_BYTES) {
      this.#lost += 1;
      return;
    }
    process.stdout.write(`${text}\n`);
  }

  [Symbol.dispose](): void {
    if (this.#lost > 0) {
      process.stderr.write(`guildhall: ${this.#lost} line(s) were lost, for the reader was too slow\n`);
    }
  }
}
