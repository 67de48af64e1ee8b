export {
  DEFAULT_SHARD_TIMING,
  type DispatchData,
  type DispatchName,
  Intent,
  type IntentName,
  type LossCause,
  type ResumeUrlPolicy,
  type SessionStartLimit,
  type ShardPhase,
  type ShardTiming,
  type StopCode,
} from '@guildhall/protocol/client';
export type { GatewayCommand } from './command.ts';
export type { LoopLag } from './drift-watch.ts';
export type { Handler, Remover } from './emitter.ts';
export {
  AbortedError,
  type ClientStateCode,
  ClientStateError,
  GatewayClientError,
  type GatewayInfoCode,
  GatewayInfoError,
  GatewayStopError,
  HandlerError,
  IdentifyBudgetError,
  IdentifyGateError,
  OpenDeadlineError,
  OptionError,
  ProtocolError,
  ReshardError,
  ResumeUrlError,
  SendError,
  type SendErrorCode,
  SessionStartLimitError,
  SessionStoreError,
  TokenProviderError,
} from './errors.ts';
export type { ClientEvents, EventContext, GatewayEvents, RawEvents, ShardDisconnected } from './events.ts';
export { GatewayClient } from './gateway-client.ts';
export type { IdentifyBudgetStatus } from './identify-allowance.ts';
export { type IdentifyGate, LocalIdentifyGate, type Release } from './identify-gate.ts';
export type { Logger } from './logger.ts';
export { ConnectionLossError, type LossCode } from './loss-error.ts';
export type { CloseOptions, OpenOptions } from './opening.ts';
export type {
  Compression,
  GatewayClientOptions,
  IdentifyOptions,
  LimitOptions,
  SessionOptions,
  ShardSelection,
} from './options.ts';
export type { ReshardOptions } from './resharding.ts';
export type { RecordedSession, SessionOrigin, SessionRecord } from './session-record.ts';
export { FileSessionStore, MemorySessionStore, type SessionStore } from './session-store.ts';
export type { ShardCounters } from './shard-counters.ts';
export type { ShardView } from './shard-view.ts';
export type { TokenProvider } from './token-source.ts';
