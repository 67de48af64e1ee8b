import type { HubParts } from '../event-hub.ts';
import { SILENT_LOGGER } from '../logger.ts';
import type { ResolvedOptions } from '../options.ts';
import type { Reporter } from '../reporter.ts';
import type { MakeShard } from '../shard-handle.ts';
import type { ShardSettings } from '../shard-settings.ts';
import type { WorkerSettings } from './messages.ts';
import { RemoteShard } from './remote-shard.ts';
import { WantedBoard } from './wanted-board.ts';
import type { WorkerReport } from './worker-report.ts';
import { type ThreadHost, WorkerThread } from './worker-thread.ts';

/** Shards that are to take over from others need these of each guild, whoever listens. */
const TELL_GUILDS: ReadonlySet<string> = new Set(['READY', 'GUILD_CREATE', 'GUILD_DELETE']);

/** The worker threads of one client, from `open` to `close`. */
export class WorkerPool {
  readonly #threads: readonly WorkerThread[];
  readonly #reporter: Reporter;
  readonly #wanted = new WantedBoard();
  readonly #handledInWorker: boolean;
  #hearsGuilds = false;
  #lastKey = 0;

  /** @param count of threads */
  constructor(
    count: number,
    settings: ResolvedOptions & ShardSettings,
    { reporter, backlog }: Pick<HubParts, 'reporter' | 'backlog'>,
  ) {
    const { signal, tokens, workers, tracksHandled } = settings;
    this.#handledInWorker = tracksHandled && workers.handlers !== null;
    this.#reporter = reporter;
    this.#renewWanted();
    reporter.listenersChanged = () => this.#renewWanted();
    const host: ThreadHost = {
      settings,
      tally: reporter.tally,
      workerSettings: () => settingsFor(settings, this.#wanted),
      problem: (error) => reporter.problemElsewhere(error),
      told: (worker, message) => reporter.events.emit('workerMessage', { worker, message }),
      noteShed: (name, events) => backlog.noteShed(name, events),
      tokenRenewed: () => {
        for (const thread of this.#threads) thread.post({ type: 'token', token: tokens.current });
      },
    };
    this.#threads = Array.from({ length: count }, (_, id) => new WorkerThread(id, host));
    const onEnding = (): void => {
      for (const thread of this.#threads) thread.post({ type: 'ending' });
    };
    signal.addEventListener('abort', onEnding, { once: true });
  }

  /** Events that have a handler in a worker. */
  get handled(): readonly string[] {
    return this.#threads.flatMap(({ handled }) => handled);
  }

  /** While shards are being changed, the new ones are told about the guilds that they have. */
  hearGuilds(hears: boolean): void {
    this.#hearsGuilds = hears;
    this.#renewWanted();
  }

  get reports(): readonly WorkerReport[] {
    return this.#threads.map(({ report }) => report);
  }

  /** Puts a shard into the thread that has the fewest. */
  readonly makeShard: MakeShard = (id, count, gatewayUrl, session, settings, host) => {
    const thread = this.#threads.reduce((least, next) => (next.size < least.size ? next : least));
    this.#lastKey += 1;
    const shard = new RemoteShard(
      { key: this.#lastKey, id, count, gatewayUrl, session, handledInWorker: this.#handledInWorker },
      settings,
      host,
      thread,
    );
    thread.add(shard);
    return shard;
  };

  /** Resolves when no thread is left. */
  async end(): Promise<void> {
    this.#reporter.listenersChanged = null;
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }

  #renewWanted(): void {
    this.#wanted.update((name) => this.#reporter.hears(name) || (this.#hearsGuilds && TELL_GUILDS.has(name)));
  }
}

function settingsFor(settings: ResolvedOptions & ShardSettings, wanted: WantedBoard): WorkerSettings {
  const { intents, presence, largeThreshold, resumeUrlPolicy, transport, encoding } = settings;
  const { timing, heartbeatIntervalMs, limits, handling, tokens, proxy, logger } = settings;
  return {
    token: tokens.current,
    renewsToken: tokens.renews,
    proxy: proxy === null ? null : proxy.toUrl(),
    logs: logger !== SILENT_LOGGER,
    handlers: settings.workers.handlers,
    wanted: wanted.memory,
    ...{ intents, presence, largeThreshold, resumeUrlPolicy, transport, encoding },
    ...{ timing, heartbeatIntervalMs, limits, handling },
  };
}
