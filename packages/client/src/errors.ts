import { intentNames, PRIVILEGED_INTENTS_MASK, type Stop, type StopCode } from '@guildhall/protocol/client';

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

  constructor(deadlineMs: number, notReady: readonly number[]) {
    super(
      `Not all shards were ready within ${deadlineMs} ms; ${
        notReady.length === 0 ? 'the gateway address was not known yet' : `missing: ${listShards(notReady)}`
      }`,
    );
  }
}

/** `CLOSED`: `close` was called while `open` waited. `ALREADY_OPEN`, `NOT_OPEN`: a call in the wrong state. */
export type ClientStateCode = 'ALREADY_OPEN' | 'CLOSED' | 'NOT_OPEN';

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

/** `GET /gateway/bot` failed. */
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

/** Starting would use more sessions than are left today; at the end of them Discord resets the token. */
export class SessionStartLimitError extends GatewayClientError {
  override readonly name = 'SessionStartLimitError';
  readonly code = 'SESSION_START_LIMIT';
  readonly remaining: number;
  readonly needed: number;
  readonly resetAfterMs: number;

  constructor(remaining: number, needed: number, resetAfterMs: number) {
    super(
      `${needed} shard(s) would identify, but only ${remaining} session start(s) are left. ` +
        `reset_after: ${resetAfterMs} ms. Wait that long, or start fewer shards`,
    );
    this.remaining = remaining;
    this.needed = needed;
    this.resetAfterMs = resetAfterMs;
  }
}

/**
 * `TOO_LARGE`: over the limit of one payload. `NOT_A_COMMAND`: an opcode that is not the caller's to send.
 * `UNKNOWN_SHARD`: no such shard here. `QUEUE_FULL`: too many wait already. `CLOSED`: the shard will not come back.
 */
export type SendErrorCode = 'TOO_LARGE' | 'NOT_A_COMMAND' | 'UNKNOWN_SHARD' | 'QUEUE_FULL' | 'CLOSED';

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

  constructor(event: string, cause: unknown) {
    // Not every value that can be thrown can be turned into a string. Loaded on first use, for it should be rare.
    const { inspect } = process.getBuiltinModule('node:util');
    const what = cause instanceof Error ? cause.message : inspect(cause, { depth: 0 });
    super(`A handler of ${event} failed: ${what}`, { cause });
    this.event = event;
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

/** The gateway has said that coming back with the same settings is of no use. No shard will reconnect. */
export class GatewayStopError extends GatewayClientError {
  override readonly name = 'GatewayStopError';
  readonly code: StopCode;
  readonly closeCode: number;
  /** The shard that was told; the verdict holds for all. */
  readonly shardId: number;

  /** @param context what was asked of the gateway; the message names what has to change */
  constructor(stop: Stop, shardId: number, context: StopContext) {
    super(`Shard ${shardId} was refused (close code ${stop.closeCode}): ${adviceOn(stop.code, context)}`);
    this.code = stop.code;
    this.closeCode = stop.closeCode;
    this.shardId = shardId;
  }
}

export interface StopContext {
  readonly intents: number;
  readonly shardCount: number;
}

function adviceOn(code: StopCode, { intents, shardCount }: StopContext): string {
  switch (code) {
    case 'AUTHENTICATION_FAILED':
      return (
        'the token is not valid. Check that it is the bot token (not the client secret or public key), complete, ' +
        'and that it has not been reset since; copy a fresh one from the "Bot" page of the developer portal'
      );
    case 'DISALLOWED_INTENTS': {
      const names = intentNames(intents & PRIVILEGED_INTENTS_MASK).join(', ');
      return (
        `the application may not use a privileged intent. Requested: ${names === '' ? 'none' : names}. ` +
        'Switch them on under "Privileged Gateway Intents" on the "Bot" page of the developer portal, ' +
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
