/** `error`: events cannot come. `warning`: some do not, or not for long. `info`: worth knowing. `ok`: looked at, and right. */
export type Severity = 'error' | 'warning' | 'info' | 'ok';

/** What can be found, the most usual first in each group; stable between versions. */
export const FINDING_CODES = [
  'TOKEN_REJECTED',
  'TOKEN_ACCEPTED',
  'TOKEN_PROVIDER',
  'API_UNREACHABLE',
  'API_REFUSED',
  'API_NOT_ASKED',
  'GATEWAY_UNREACHABLE',
  'GATEWAY_REACHABLE',
  'IDENTIFIES_USED_UP',
  'IDENTIFIES_LOW',
  'IDENTIFIES_LEFT',
  'INTENTS_NOT_GRANTED',
  'INTENTS_GRANTED',
  'NO_INTENTS',
  'EVENT_WITHOUT_INTENT',
  'MESSAGE_CONTENT_MISSING',
  'NO_HANDLERS',
  'NO_GUILDS',
  'EVENTS_SKIPPED',
  'NOT_OPEN',
  'STOPPED',
  'QUARANTINED',
  'SHARDS_AWAY',
  'SHARDS_LIVE',
  'SHARDS_ELSEWHERE',
  'TOO_FEW_SHARDS',
  'SHARD_SILENT',
  'SHARD_QUIET',
  'LOOP_LAG',
  'HANDLERS_SLOW',
  'HANDLERS_FAIL',
] as const;

export type FindingCode = (typeof FINDING_CODES)[number];

export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** What was seen, in one or two sentences without a token. */
  readonly seen: string;
  /** What to do; null where nothing has to be done. */
  readonly cure: string | null;
}

export interface ExplainOptions {
  readonly signal?: AbortSignal;
  /** For each answer of the API and for the gateway, in ms; 1..2^31-1. Default 10000. */
  readonly deadlineMs?: number;
  /**
   * `setup`: only what can be told of a client that has not been opened: network, token, intents, budget. Default
   * `all`: its shards and handlers, too.
   */
  readonly scope?: 'all' | 'setup';
}

const BY_WEIGHT: readonly Severity[] = ['error', 'warning', 'info', 'ok'];

/** The worst first; those of one severity stay in their order. */
export function byWeight(findings: readonly Finding[]): readonly Finding[] {
  return BY_WEIGHT.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
}

/** Shard ids, as a sentence names them. */
export function listIds(ids: readonly number[]): string {
  const shown = 10;
  const head = ids.slice(0, shown).join(', ');
  return ids.length > shown ? `${head} and ${ids.length - shown} more` : head;
}
