import { intentNames, PRIVILEGED_INTENTS_MASK, type Stop, type StopCode } from '@guildhall/protocol/client';
import type { ConnectionLossError } from './loss-error.ts';

/** Longest piece of what the wire said that a message quotes. */
const MAX_QUOTED = 200;

/** What every error of this package has: a `code` that does not change between versions. */
export abstract class GatewayClientError extends Error {
  abstract readonly code: string;
}

/** A bad option, or none where one is required. Thrown at construction; the value itself is never quoted. */
export class OptionError extends GatewayClientError {
  override readonly name = 'OptionError';
  readonly code = 'INVALID_OPTION';
  /** Path of the option, such as `timing.backoffCapMs`. */
  readonly option: string;

  constructor(option: string, allowed: string) {
    super(`Option "${option}" must be ${allowed}`);
    this.option = option;
  }
}

/** The caller's signal was aborted. `cause` is the signal's reason. */
export class AbortedError extends GatewayClientError {
  override readonly name = 'AbortedError';
  readonly code = 'ABORTED';

  constructor(reason?: unknown) {
    super('Aborted by the signal that was passed in', { cause: reason });
  }
}

/** `open` did not get all shards ready in the time it was given. */
export class OpenDeadlineError extends GatewayClientError {
  override readonly name = 'OpenDeadlineError';
  readonly code = 'OPEN_DEADLINE';

  /** @param lastLoss the last connection that was lost meanwhile, or null; it becomes `cause` */
  constructor(deadlineMs: number, notReady: readonly number[], lastLoss: ConnectionLossError | null) {
    const missing =
      notReady.length === 0 ? 'the gateway address was not known yet' : `missing: ${listShards(notReady)}`;
    const last = lastLoss === null ? '' : `. Last loss: ${lastLoss.message}`;
    super(
      `Not all shards were ready within ${deadlineMs} ms; ${missing}${last}`,
      lastLoss === null ? undefined : { cause: lastLoss },
    );
  }
}

/**
 * `CLOSED`: `close` was called while `open` waited. `ALREADY_OPEN`, `NOT_OPEN`: a call in the wrong state.
 * `RESHARDING`: one `reshard` at a time.
 */
export type ClientStateCode = 'ALREADY_OPEN' | 'CLOSED' | 'NOT_OPEN' | 'RESHARDING';

export class ClientStateError extends GatewayClientError {
  override readonly name = 'ClientStateError';
  readonly code: ClientStateCode;

  constructor(code: ClientStateCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * `TOKEN_REJECTED`: 401. `RATE_LIMITED`: 429. `HTTP_STATUS`: any other refusal. `UNREACHABLE`: no answer, or none
 * in time. `MALFORMED`: an answer that is not what the documentation says.
 */
export type GatewayInfoCode = 'TOKEN_REJECTED' | 'RATE_LIMITED' | 'HTTP_STATUS' | 'UNREACHABLE' | 'MALFORMED';

/** `GET /gateway/bot` failed, or what else the API was asked. */
export class GatewayInfoError extends GatewayClientError {
  override readonly name = 'GatewayInfoError';
  readonly code: GatewayInfoCode;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;

  constructor(code: GatewayInfoCode, message: string, status: number | null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
  }
}

/**
 * Starting would use session starts that are to be left: at the end of them Discord ends every session of the
 * application and resets its token.
 */
export class SessionStartLimitError extends GatewayClientError {
  override readonly name = 'SessionStartLimitError';
  readonly code = 'SESSION_START_LIMIT';
  readonly remaining: number;
  readonly needed: number;
  readonly reserve: number;
  readonly resetAfterMs: number;

  constructor(remaining: number, needed: number, reserve: number, resetAfterMs: number) {
    const cure =
      needed <= remaining
        ? 'Wait that long, start fewer shards, or lower the option "identify.reserve" to use the rest'
        : 'Wait that long, or start fewer shards';
    super(
      `${needed} shard(s) would identify, but only ${remaining} session start(s) are left, ${reserve} of them in ` +
        `reserve. reset_after: ${resetAfterMs} ms. ${cure}`,
    );
    this.remaining = remaining;
    this.needed = needed;
    this.reserve = reserve;
    this.resetAfterMs = resetAfterMs;
  }
}

/** The day's session starts are used up but for the reserve. Thrown by a gate; the shard waits and asks again. */
export class IdentifyBudgetError extends GatewayClientError {
  override readonly name = 'IdentifyBudgetError';
  readonly code = 'IDENTIFY_BUDGET';
  /** When it is worth asking again, in ms. */
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super(`No session start may be spent for the next ${retryAfterMs} ms`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The option `tokenProvider` gave no token. `cause` is what it threw. */
export class TokenProviderError extends GatewayClientError {
  override readonly name = 'TokenProviderError';
  readonly code = 'TOKEN_PROVIDER';

  constructor(what: string, cause?: unknown) {
    super(`The token provider ${what}`, cause === undefined ? undefined : { cause });
  }
}

/** The option `sessionStore` failed, or gave no answer. The client goes on without it. `cause` is what it threw. */
export class SessionStoreError extends GatewayClientError {
  override readonly name = 'SessionStoreError';
  readonly code = 'SESSION_STORE';
  readonly operation: 'load' | 'save';

  constructor(operation: 'load' | 'save', cause: unknown) {
    const effect =
      operation === 'load'
        ? 'every shard begins a new session, which costs a session start each'
        : 'after a restart of the process sessions go on from an older event, or not at all';
    super(`The session store could not ${operation}: ${messageOf(cause)}; ${effect}`, { cause });
    this.operation = operation;
  }
}

/** The new shards of `reshard` did not get ready. The old ones go on, and no event is lost. `cause` says why. */
export class ReshardError extends GatewayClientError {
  override readonly name = 'ReshardError';
  readonly code = 'RESHARD_FAILED';

  constructor(shardCount: number, cause: unknown) {
    super(`No change to ${shardCount} shard(s): ${messageOf(cause)}. The shards of before go on`, { cause });
  }
}

/** READY named a host for resumes that `resumeUrlPolicy` does not allow. The base URL is used instead. */
export class ResumeUrlError extends GatewayClientError {
  override readonly name = 'ResumeUrlError';
  readonly code = 'RESUME_URL_REFUSED';
  readonly shardId: number;
  /** As READY named it. */
  readonly url: string;

  constructor(shardId: number, url: string) {
    super(
      `Shard ${shardId}: READY names ${url.slice(0, MAX_QUOTED)} for resumes, which the option "resumeUrlPolicy" does ` +
        'not allow; the token is not sent there. If the host can be trusted, add it to the policy',
    );
    this.shardId = shardId;
    this.url = url;
  }
}

/**
 * The option `proxy`: the proxy did not open a tunnel. The `cause` of GatewayInfoError, and of ConnectionLossError for a
 * dial that failed. Its own `cause` is the error of the network or of TLS. The credentials are never quoted.
 */
export class ProxyError extends GatewayClientError {
  override readonly name = 'ProxyError';
  readonly code = 'PROXY';
  /** HTTP status of its answer; null when there was none to read. */
  readonly status: number | null;

  constructor(authority: string, what: string, status: number | null, cause?: unknown) {
    const cure = status === 407 ? '; check the user name and password in the option "proxy"' : '';
    super(`The proxy ${authority} ${what}${cure}`, cause === undefined ? undefined : { cause });
    this.status = status;
  }
}

/**
 * `TIMEOUT`: nothing came for `timeoutMs`. `RATE_LIMITED`: the gateway put the request off too often. `MISSING_INTENT`: it
 * would never be answered.
 */
export type MemberRequestCode = 'TIMEOUT' | 'RATE_LIMITED' | 'MISSING_INTENT';

/** `requestGuildMembers` did not get all that was asked for. */
export class MemberRequestError extends GatewayClientError {
  override readonly name = 'MemberRequestError';
  readonly code: MemberRequestCode;
  readonly guildId: string;

  constructor(code: MemberRequestCode, guildId: string, message: string) {
    super(message);
    this.code = code;
    this.guildId = guildId;
  }
}

/**
 * `TOO_LARGE`: over the limit of one payload. `NOT_A_COMMAND`: an opcode that is not the caller's to send.
 * `UNKNOWN_SHARD`: no such shard here. `QUEUE_FULL`: too many wait already. `CLOSED`: the shard will not come back.
 * `WORKER_LOST`: the shard's worker thread ended; whether the command was sent is not known.
 */
export type SendErrorCode =
  | 'TOO_LARGE'
  | 'NOT_A_COMMAND'
  | 'UNKNOWN_SHARD'
  | 'QUEUE_FULL'
  | 'CLOSED'
  | 'WORKER_LOST';

export class SendError extends GatewayClientError {
  override readonly name = 'SendError';
  readonly code: SendErrorCode;

  constructor(code: SendErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What arrived is not the gateway protocol. The shard has dropped the connection and comes back. */
export class ProtocolError extends GatewayClientError {
  override readonly name = 'ProtocolError';
  readonly code = 'PROTOCOL';
  readonly shardId: number;

  constructor(shardId: number, what: string, cause?: unknown) {
    super(`Shard ${shardId}: ${what}`, cause === undefined ? undefined : { cause });
    this.shardId = shardId;
  }
}

/** A handler threw or its promise was rejected; `cause` is what it threw. */
export class HandlerError extends GatewayClientError {
  override readonly name = 'HandlerError';
  readonly code = 'HANDLER';
  /** Name of the event whose handler failed. */
  readonly event: string;
  /** Shard and number of the event; null where it was none of the gateway's. */
  readonly shardId: number | null;
  readonly seq: number | null;

  constructor(event: string, cause: unknown, at: { readonly shard: number; readonly seq: number } | null) {
    // Not every value that can be thrown can be turned into a string. Loaded on first use, for it should be rare.
    const { inspect } = process.getBuiltinModule('node:util');
    const what = cause instanceof Error ? cause.message : inspect(cause, { depth: 0 });
    super(`A handler of ${event} failed: ${what}`, { cause });
    this.event = event;
    this.shardId = at?.shard ?? null;
    this.seq = at?.seq ?? null;
  }
}

/** A custom identify gate refused a shard; the shard reconnects and asks again. */
export class IdentifyGateError extends GatewayClientError {
  override readonly name = 'IdentifyGateError';
  readonly code = 'IDENTIFY_GATE';
  readonly shardId: number;

  constructor(shardId: number, cause: unknown) {
    super(`The identify gate refused shard ${shardId}`, { cause });
    this.shardId = shardId;
  }
}

/** A worker thread has ended by itself. `cause` is the error that it ended with, where there was one. */
export class WorkerLostError extends GatewayClientError {
  override readonly name = 'WorkerLostError';
  readonly code = 'WORKER_LOST';
  /** Number of the thread: 0..workers - 1. */
  readonly worker: number;
  /** Ids of the shards that ran in it. */
  readonly shardIds: readonly number[];
  /** Whether another thread takes its place; else its shards are quarantined. */
  readonly restarts: boolean;

  constructor(worker: number, shardIds: readonly number[], restarts: boolean, how: number | Error) {
    const what = typeof how === 'number' ? `with exit code ${how}` : `by an error: ${messageOf(how)}`;
    const next = restarts
      ? 'Another one goes on with its sessions'
      : 'It has ended too often: its shards are quarantined, and reopen(shardId) lets them try again';
    super(
      `Worker ${worker} with ${shardIds.length} shard(s) ended ${what}. ${next}`,
      typeof how === 'number' ? undefined : { cause: how },
    );
    this.worker = worker;
    this.shardIds = shardIds;
    this.restarts = restarts;
  }
}

/**
 * Coming back with the same settings is of no use: the gateway has said so, or (`QUARANTINED`) ends the shard the same
 * way each time it lets it in. No shard that this holds for will reconnect.
 */
export class GatewayStopError extends GatewayClientError {
  override readonly name = 'GatewayStopError';
  readonly code: StopCode;
  /** Null where a loop of opcodes was left. */
  readonly closeCode: number | null;
  /** The shard that was told. */
  readonly shardId: number;
  /** For whom the verdict holds: for this shard, or for all. */
  readonly scope: Stop['scope'];

  /** @param context what was asked of the gateway; the message names what has to change */
  constructor(stop: Stop, shardId: number, context: StopContext) {
    const told = stop.closeCode === null ? stop.cause : `close code ${stop.closeCode}`;
    super(`Shard ${shardId} was refused (${told}): ${adviceOn(stop, context)}`);
    this.code = stop.code;
    this.closeCode = stop.closeCode;
    this.shardId = shardId;
    this.scope = stop.scope;
  }
}

export interface StopContext {
  readonly intents: number;
  readonly shardCount: number;
}

export const PORTAL = 'https://discord.com/developers/applications';

function adviceOn({ code, cause, times }: Stop, { intents, shardCount }: StopContext): string {
  switch (code) {
    case 'AUTHENTICATION_FAILED':
      return cause === 'token-rejected'
        ? 'the token is not valid, and the option "tokenProvider" had no other. Let it return the one that ' +
            `the "Bot" page of the developer portal (${PORTAL}) shows now`
        : 'the token is not valid. Check that it is the bot token (not the client secret or public key), complete, ' +
            `and that it has not been reset since; copy a fresh one from the "Bot" page of the developer portal (${PORTAL})`;
    case 'DISALLOWED_INTENTS': {
      const names = intentNames(intents & PRIVILEGED_INTENTS_MASK).join(', ');
      return (
        `the application may not use a privileged intent. Requested: ${names === '' ? 'none' : names}. ` +
        `Switch them on under "Privileged Gateway Intents" on the "Bot" page of the developer portal (${PORTAL}), ` +
        'or leave them out of the option "intents"'
      );
    }
    case 'INVALID_INTENTS':
      return `the gateway does not know some bit of intents ${intents} (${intentNames(intents).join(', ')}); correct the option "intents"`;
    case 'INVALID_SHARD':
      return (
        `the shard id or the count of ${shardCount} is not allowed. Correct the option "shards", or set it to ` +
        '"auto"; for very large bots the count must be a multiple of the one in GET /gateway/bot'
      );
    case 'SHARDING_REQUIRED':
      return `the bot is in too many guilds for ${shardCount} shard(s); raise the option "shards", or set it to "auto"`;
    case 'INVALID_API_VERSION':
      return 'the gateway does not offer API version 10; check the gateway URL, then look for a newer version of this package';
    case 'NOT_AUTHENTICATED':
      return 'the gateway closed several connections in a row before the session began; this is a fault of this package or of a proxy in between, please report it';
    case 'QUARANTINED':
      return (
        `the gateway let the shard in and ended it the same way ${times} times in a row, each time before it was ` +
        'stable. Look for what the bot does or is sent right after READY (a command that the gateway rejects, another ' +
        'process with the same shard), then call reopen(shardId), or open() where no other shard is left'
      );
    case 'WORKER_LOST':
      return (
        'its worker thread has ended too often within a minute. The errors of the event "error" say how; call ' +
        'reopen(shardId) when the cause is gone, or open() where no other shard is left'
      );
  }
}

function listShards(ids: readonly number[]): string {
  const shown = 10;
  const head = ids.slice(0, shown).join(', ');
  return ids.length > shown ? `${head} and ${ids.length - shown} more` : head;
}

/** What went wrong on the network. An error that stands for several attempts has a code and no message of its own. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : error.name;
}
