/** A bot of 16 shards in a process of its own: in its main thread, or in workers. */
import { GatewayClient } from '@guildhall/client';
import type { Expectation, Hearing } from '../client/recording.ts';
import { cpuMicros, serveParent } from '../harness/child.ts';

export interface BotTerms {
  readonly gatewayUrl: string;
  readonly token: string;
  readonly intents: number;
  readonly hearing: Exclude<Hearing, 'messages'>;
  readonly shards: number;
  readonly workers: number;
}

/** CPU time in microseconds, and bytes. */
export interface BotFigures {
  readonly mainMicros: number;
  readonly totalMicros: number;
  readonly batches: number;
  readonly crossedEvents: number;
}

type Request =
  | ({ readonly type: 'connect' } & BotTerms)
  | { readonly type: 'arm'; readonly expectation: Expectation }
  | { readonly type: 'done' }
  | { readonly type: 'figures' };

let client: GatewayClient | null = null;
let heard = { events: 0, checksum: 0 };
let expected: Expectation = heard;
let finish: () => void = () => {};
let finished: Promise<void> = Promise.resolve();

function hear(name: string): void {
  heard.events += 1;
  heard.checksum += name.length;
  if (heard.events === expected.events) finish();
}

async function connect({ hearing, ...options }: BotTerms): Promise<void> {
  client = new GatewayClient({
    ...options,
    compression: 'zlib',
    identify: { bucketMs: 0, maxConcurrency: options.shards },
  });
  client.on('error', (error) => {
    throw error;
  });
  await client.open();
  if (hearing === 'all') client.on('*', (name, data) => hear(data === null ? '' : name));
  else client.on('GUILD_MEMBER_UPDATE', () => hear('GUILD_MEMBER_UPDATE'));
}

function figures(): BotFigures {
  const { user, system } = process.threadCpuUsage();
  const workers = client?.state.workers ?? [];
  return {
    mainMicros: user + system,
    totalMicros: cpuMicros(),
    batches: workers.reduce((sum, { batches }) => sum + batches, 0),
    crossedEvents: workers.reduce((sum, { crossedEvents }) => sum + crossedEvents, 0),
  };
}

serveParent(async (request: Request): Promise<object> => {
  switch (request.type) {
    case 'connect': {
      const { type: _type, ...terms } = request;
      await connect(terms);
      return {};
    }
    case 'arm':
      heard = { events: 0, checksum: 0 };
      expected = request.expectation;
      ({ promise: finished, resolve: finish } = Promise.withResolvers<void>());
      return {};
    case 'done':
      await finished;
      if (heard.events !== expected.events || heard.checksum !== expected.checksum) {
        throw new Error(`heard ${JSON.stringify(heard)} in place of ${JSON.stringify(expected)}`);
      }
      return {};
    case 'figures':
      return figures();
  }
});
