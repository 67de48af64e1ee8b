import type { GatewayCommand, SendOptions } from '../command.ts';
import { EventHub, type HubParts } from '../event-hub.ts';
import type { IntentsOption } from '../hearable.ts';
import type { MemberRequest, MemberResult } from '../member-requests.ts';

/** What the module `workers.handlers` exports as `handlers`. It may be async: events come when it is done. */
export type WorkerHandlers<Intents extends IntentsOption = IntentsOption> = (
  bot: WorkerBot<Intents>,
) => void | Promise<void>;

export interface WorkerBotHost {
  send(shardId: number, command: GatewayCommand, options: SendOptions): Promise<void>;
  requestGuildMembers(request: MemberRequest): Promise<MemberResult>;
  tell(message: unknown): void;
}

/**
 * The bot as the handlers of one worker see it: the events of the shards that run there.
 *
 *     export function handlers(bot: WorkerBot) {
 *       bot.on('MESSAGE_CREATE', ({ content }) => count(content));
 *       setInterval(() => bot.tell(counts()), 10_000);
 *     }
 */
export class WorkerBot<const Intents extends IntentsOption = IntentsOption> extends EventHub<Intents> {
  /** Number of the thread: 0..workers - 1. One that takes the place of another has its number. */
  readonly worker: number;
  readonly #host: WorkerBotHost;

  constructor(worker: number, parts: HubParts, host: WorkerBotHost) {
    super(parts);
    this.worker = worker;
    this.#host = host;
  }

  /** As that of the client, for the shards of this worker. @throws SendError, AbortedError (as rejections) */
  async send(shardId: number, command: GatewayCommand, options: SendOptions = {}): Promise<void> {
    await this.#host.send(shardId, command, options);
  }

  /**
   * As that of the client, for guilds of the shards of this worker.
   * @throws MemberRequestError, SendError, AbortedError, OptionError (as rejections)
   */
  async requestGuildMembers(request: MemberRequest): Promise<MemberResult> {
    return await this.#host.requestGuildMembers(request);
  }

  /**
   * Says something to the main thread, where it is the event `workerMessage`.
   * @param message what `structuredClone` takes
   * @throws DataCloneError for anything else
   */
  tell(message: unknown): void {
    this.#host.tell(message);
  }
}
