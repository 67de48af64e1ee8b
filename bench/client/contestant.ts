/** One client in a process of its own: connects, hears, counts. `argv[2]` names the file in `contestants/`. */
import { serveParent } from '../harness/child.ts';
import type { Compression } from '../harness/sync-codec.ts';
import type { Expectation, Hearing } from './recording.ts';

export interface Terms {
  /** `ws://127.0.0.1:PORT`, without a path. */
  readonly gatewayUrl: string;
  /** `http://127.0.0.1:PORT/api`, without a version. */
  readonly apiBase: string;
  readonly token: string;
  readonly intents: number;
  readonly compression: Compression;
  readonly hearing: Hearing;
  /** To be called with the content of each message, or with the name of each event, by `hearing`. */
  heard(told: string): void;
}

/** What each file of `contestants/` exports. */
export interface ContestantModule {
  /** Resolves when the client is ready. */
  connect(terms: Terms): Promise<void>;
}

export type ConnectRequest = { readonly type: 'connect' } & Omit<Terms, 'heard'>;

type Request =
  | ConnectRequest
  | { readonly type: 'arm'; readonly expectation: Expectation }
  | { readonly type: 'done' };

const SETTLE_MS = 200;

let events = 0;
let checksum = 0;
let expected: Expectation = { events: 0, checksum: 0 };
let finish: () => void = () => {};
let finished: Promise<void> = Promise.resolve();

function heard(told: string): void {
  events += 1;
  checksum += told.length;
  if (events === expected.events) finish();
}

serveParent(async (request: Request): Promise<object> => {
  switch (request.type) {
    case 'connect': {
      const { connect } = (await import(`./contestants/${process.argv[2]}.ts`)) as ContestantModule;
      await connect({ ...request, heard });
      // Some are ready before their last guild is.
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      return {};
    }
    case 'arm':
      events = 0;
      checksum = 0;
      expected = request.expectation;
      ({ promise: finished, resolve: finish } = Promise.withResolvers<void>());
      return {};
    case 'done':
      await finished;
      if (events !== expected.events || checksum !== expected.checksum) {
        throw new Error(
          `heard ${events} events (${checksum}) in place of ${expected.events} (${expected.checksum})`,
        );
      }
      return {};
  }
});
