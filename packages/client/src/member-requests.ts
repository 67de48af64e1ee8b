import { type DispatchData, Intent, isSnowflake, Opcode, shardOfGuild } from '@guildhall/protocol/client';
import type { GatewayRequestGuildMembers } from 'discord-api-types/v10';
import type { GatewayCommand, SendOptions, SendPriority } from './command.ts';
import type { Emitter, Remover } from './emitter.ts';
import { AbortedError, MemberRequestError, OptionError } from './errors.ts';
import type { GatewayEvents } from './events.ts';
import { integer } from './option-checks.ts';
import { MAX_TIMER_MS } from './options.ts';

type Chunk = DispatchData['GUILD_MEMBERS_CHUNK'];

/** Either `query` or `userIds`. */
export interface MemberRequest {
  readonly guildId: string;
  /** How the names begin; `''` for all members, which needs the intent GUILD_MEMBERS. */
  readonly query?: string;
  /** Ids of at most 100 users. */
  readonly userIds?: readonly string[];
  /** Of a query. Default 0: all whom the gateway finds; 0..100 with a `query` that is not empty. */
  readonly limit?: number;
  /** Also their presences; needs the intent GUILD_PRESENCES. Default false. */
  readonly presences?: boolean;
  /** Of the command. Default `normal`. */
  readonly priority?: SendPriority;
  readonly signal?: AbortSignal;
  /**
   * Longest silence, in ms: each chunk starts it anew, and the time in which the shard is away, the command waits for its turn
   * or the gateway has put it off does not count. Default 15000; 1..2^31-1.
   */
  readonly timeoutMs?: number;
}

export interface MemberResult {
  readonly members: Chunk['members'];
  /** Empty where they were not asked for. */
  readonly presences: NonNullable<Chunk['presences']>;
  /** Those of `userIds` who are no members. */
  readonly notFound: readonly string[];
}

/** What a request needs of its client. */
export interface MemberRequestHost {
  readonly events: Emitter<GatewayEvents>;
  readonly intents: number;
  /** Aborted when the client is closed; its reason is what a request rejects with. */
  readonly lifetime: AbortSignal;
  /** @param isRepeat the gateway has said when: no own count holds the command back */
  send(shardId: number, command: GatewayCommand, options: SendOptions, isRepeat: boolean): Promise<void>;
  /** All there are now, here and elsewhere. */
  shardCount(): number;
}

const DEFAULT_TIMEOUT_MS = 15_000;
/** Each waits as long as the gateway says. */
const MAX_PUT_OFF = 5;
/** @see https://docs.discord.com/developers/events/gateway-events#request-guild-members */
const MAX_USER_IDS = 100;
const MAX_LIMIT = 100;

let requests = 0;

/**
 * Asks for members and gathers the chunks of the answer.
 * @throws OptionError, MemberRequestError, SendError, AbortedError, or the reason of `host.lifetime`
 * @see https://docs.discord.com/developers/events/gateway-events#request-guild-members
 */
export async function requestMembers(request: MemberRequest, host: MemberRequestHost): Promise<MemberResult> {
  const command = commandOf(request, host.intents);
  if (request.signal?.aborted) throw new AbortedError(request.signal.reason);
  host.lifetime.throwIfAborted();
  using gathering = new Gathering(request, command, host);
  return await gathering.result;
}

/** One request from its first command to its last chunk. */
class Gathering implements Disposable {
  readonly result: Promise<MemberResult>;
  readonly #settle = Promise.withResolvers<MemberResult>();
  readonly #request: MemberRequest;
  readonly #command: GatewayRequestGuildMembers;
  readonly #host: MemberRequestHost;
  readonly #timeoutMs: number;
  readonly #removers: Remover[];
  /** Takes a command back that still waits, when the request ends. */
  readonly #over = new AbortController();
  readonly #onAbort = (): void => this.#settle.reject(new AbortedError(this.#request.signal?.reason));
  readonly #onEnd = (): void => this.#settle.reject(this.#host.lifetime.reason);
  #chunks = new Map<number, Chunk>();
  /** Of the command that counts. */
  #turn = 0;
  /** A command is in the queue, or put off. */
  #waiting = false;
  #putOff = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(request: MemberRequest, command: GatewayRequestGuildMembers, host: MemberRequestHost) {
    this.result = this.#settle.promise;
    this.#request = request;
    this.#command = command;
    this.#host = host;
    this.#timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const { events, lifetime } = host;
    const ofShard =
      (react: () => void) =>
      ({ shard }: { readonly shard: number }): void => {
        if (shard === this.#shardId && !this.#waiting) react();
      };
    this.#removers = [
      events.on('GUILD_MEMBERS_CHUNK', (chunk) => this.#onChunk(chunk)),
      events.on('RATE_LIMITED', (limit) => this.#onRateLimited(limit)),
      events.on(
        'shardDisconnected',
        ofShard(() => clearTimeout(this.#timer)),
      ),
      events.on(
        'shardResumed',
        ofShard(() => this.#restartTimer()),
      ),
      // What the old session had not sent is lost.
      events.on(
        'shardReady',
        ofShard(() => this.#send()),
      ),
      // The shard that was asked is about to go.
      events.on('resharded', () => this.#send()),
    ];
    request.signal?.addEventListener('abort', this.#onAbort, { once: true });
    lifetime.addEventListener('abort', this.#onEnd, { once: true });
    this.#send();
  }

  /** The shard that has the guild now. */
  get #shardId(): number {
    return shardOfGuild(this.#request.guildId, this.#host.shardCount());
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    for (const remove of this.#removers) remove();
    this.#request.signal?.removeEventListener('abort', this.#onAbort);
    this.#host.lifetime.removeEventListener('abort', this.#onEnd);
    this.#over.abort();
  }

  #send(): void {
    const { priority = 'normal' } = this.#request;
    clearTimeout(this.#timer);
    this.#chunks = new Map();
    this.#waiting = true;
    this.#turn += 1;
    const turn = this.#turn;
    const options = { priority, signal: this.#over.signal };
    this.#host.send(this.#shardId, this.#command, options, this.#putOff > 0).then(
      () => {
        if (turn !== this.#turn) return;
        this.#waiting = false;
        this.#restartTimer();
      },
      // After the end of the request nobody hears of it.
      (error: unknown) => {
        if (turn === this.#turn) this.#settle.reject(error);
      },
    );
  }

  #restartTimer(): void {
    clearTimeout(this.#timer);
    if (this.#over.signal.aborted) return;
    this.#timer = setTimeout(() => this.#onTimeout(), this.#timeoutMs);
  }

  #onTimeout(): void {
    const { guildId } = this.#request;
    const cure = 'See whether the bot is in the guild, and whether the handlers keep up with the gateway';
    this.#settle.reject(
      new MemberRequestError(
        'TIMEOUT',
        guildId,
        `Members of guild ${guildId}: nothing came for ${this.#timeoutMs} ms after ${this.#chunks.size} chunk(s). ${cure}`,
      ),
    );
  }

  #onChunk(chunk: Chunk): void {
    if (chunk.nonce !== this.#command.d.nonce || chunk.guild_id !== this.#request.guildId) return;
    this.#chunks.set(chunk.chunk_index, chunk);
    if (this.#chunks.size < chunk.chunk_count) {
      this.#restartTimer();
      return;
    }
    const chunks = [...this.#chunks.values()].sort((a, b) => a.chunk_index - b.chunk_index);
    this.#settle.resolve({
      members: chunks.flatMap(({ members }) => members),
      presences: chunks.flatMap(({ presences }) => presences ?? []),
      notFound: chunks.flatMap(({ not_found }) => (not_found ?? []).map(String)),
    });
  }

  #onRateLimited(limit: DispatchData['RATE_LIMITED']): void {
    const { opcode, retry_after: retryAfterSeconds, meta } = limit;
    if (opcode !== Opcode.REQUEST_GUILD_MEMBERS || meta.nonce !== this.#command.d.nonce) return;
    const { guildId } = this.#request;
    this.#putOff += 1;
    if (this.#putOff > MAX_PUT_OFF) {
      const message = `Members of guild ${guildId}: the gateway has put the request off ${MAX_PUT_OFF} times`;
      this.#settle.reject(new MemberRequestError('RATE_LIMITED', guildId, message));
      return;
    }
    clearTimeout(this.#timer);
    this.#waiting = true;
    const retryMs = Math.min(Math.max(0, Number(retryAfterSeconds) * 1_000) || 0, MAX_TIMER_MS);
    this.#timer = setTimeout(() => this.#send(), Math.ceil(retryMs));
  }
}

function commandOf(request: MemberRequest, intents: number): GatewayRequestGuildMembers {
  const { guildId, query, userIds, limit = 0, presences = false, timeoutMs } = request;
  if (!isSnowflake(guildId)) throw new OptionError('requestGuildMembers.guildId', 'the id of a guild');
  if ((query === undefined) === (userIds === undefined)) {
    throw new OptionError('requestGuildMembers.query', 'given, or "userIds", and not both');
  }
  integer('requestGuildMembers.limit', limit, 0, MAX_LIMIT);
  if (timeoutMs !== undefined) integer('requestGuildMembers.timeoutMs', timeoutMs, 1, MAX_TIMER_MS);
  if (query === '') requireIntent(intents, 'GUILD_MEMBERS', guildId, 'to list all members');
  if (presences) requireIntent(intents, 'GUILD_PRESENCES', guildId, 'for presences');
  requests = (requests + 1) % Number.MAX_SAFE_INTEGER;
  const common = { guild_id: guildId, presences, nonce: requests.toString(36) };
  if (query !== undefined) return { op: Opcode.REQUEST_GUILD_MEMBERS, d: { ...common, query, limit } };
  if (userIds === undefined || userIds.length < 1 || userIds.length > MAX_USER_IDS) {
    throw new OptionError('requestGuildMembers.userIds', `a list of 1 to ${MAX_USER_IDS} ids`);
  }
  return { op: Opcode.REQUEST_GUILD_MEMBERS, d: { ...common, user_ids: [...userIds] } };
}

/** Without it the gateway says nothing at all. */
function requireIntent(
  intents: number,
  name: 'GUILD_MEMBERS' | 'GUILD_PRESENCES',
  guildId: string,
  purpose: string,
): void {
  if ((intents & Intent[name]) !== 0) return;
  throw new MemberRequestError(
    'MISSING_INTENT',
    guildId,
    `The intent ${name} is needed ${purpose}. Add it to the option "intents", and switch it on in the developer portal`,
  );
}
