import type {
  ResumeUrlPolicy,
  ShardEvent,
  ShardPhase,
  ShardTiming,
  TransportName,
} from '@guildhall/protocol/client';
import type { Audience } from './audience.ts';
import type { Codec } from './codec.ts';
import type { GatewayClientError } from './errors.ts';
import type { HttpProxy } from './http-proxy.ts';
import type { IdentifyGate } from './identify-gate.ts';
import type { Logger } from './logger.ts';
import type { LossReason } from './loss-error.ts';
import type { LimitOptions } from './options.ts';
import type { Identity } from './payloads.ts';
import type { MakeShard } from './shard-handle.ts';
import type { TokenSource } from './token-source.ts';
import type { ShardReport } from './watching/shard-watch.ts';

/** What all shards of a client have in common. */
export interface ShardSettings extends Omit<Identity, 'token'> {
  readonly tokens: Pick<TokenSource, 'current' | 'renews' | 'renew'>;
  readonly resumeUrlPolicy: ResumeUrlPolicy;
  readonly transport: TransportName;
  readonly codec: Codec;
  readonly proxy: HttpProxy | null;
  readonly timing: ShardTiming;
  /** Null: the gateway's. */
  readonly heartbeatIntervalMs: number | null;
  /** Whether a kept session goes on behind the last event whose handlers have finished. */
  readonly tracksHandled: boolean;
  readonly limits: Required<LimitOptions>;
  readonly gate: IdentifyGate;
  /** Aborted when the client is closed. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Makes shards that run elsewhere, see the option `workers`; null: they run in this thread. */
  readonly makeShard: MakeShard | null;
}

/** Whom a shard reports to. None of these may throw. */
export interface ShardHost {
  /**
   * Who hears an event of the name; null when nobody does, or when it is shed, so that it is not parsed. Asked anew for
   * each event.
   */
  audienceOf(name: string): Audience | null;
  /** @param reason of the last loss */
  lifecycle(shardId: number, event: ShardEvent, reason: LossReason): void;
  /** The shard is in another phase, and what belongs to the change has been done. */
  phaseChanged(shard: { readonly id: number; readonly report: ShardReport }, from: ShardPhase['name']): void;
  problem(error: GatewayClientError): void;
}
