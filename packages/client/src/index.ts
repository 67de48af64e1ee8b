export {
  DEFAULT_SHARD_TIMING,
  DISPATCH_NAMES,
  type DispatchData,
  type DispatchName,
  type EncodingName,
  Intent,
  type IntentName,
  type LossCause,
  type MetricFamily,
  type MetricSample,
  type MetricType,
  OPEN_METRICS_CONTENT_TYPE,
  openMetricsText,
  type ResumeUrlPolicy,
  type SessionStartLimit,
  type ShardPhase,
  type ShardTiming,
  type StopCode,
} from '@guildhall/protocol/client';
export type { BacklogState, BacklogStatus } from './backlog.ts';
export type { GatewayCommand, SendOptions, SendPriority } from './command.ts';
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
  type MemberRequestCode,
  MemberRequestError,
  OpenDeadlineError,
  OptionError,
  ProtocolError,
  ProxyError,
  ReshardError,
  ResumeUrlError,
  SendError,
  type SendErrorCode,
  SessionStartLimitError,
  SessionStoreError,
  TokenProviderError,
  WorkerLostError,
} from './errors.ts';
export {
  IteratorOverflowError,
  OverloadError,
  RawGoneError,
  WaitTimeoutError,
} from './event-errors.ts';
export type { HandlerOptions, IteratorOptions } from './event-hub.ts';
export type { EventIterator, IteratorOverflow } from './event-iterator.ts';
export type { ClientEvents, EventContext, GatewayEvents, RawEvents, ShardDisconnected } from './events.ts';
export type { ExplainOptions, Finding, FindingCode, Severity } from './explain/finding.ts';
export { GatewayClient } from './gateway-client.ts';
export type { HandlingOptions } from './handling-options.ts';
export type { Hearable, IntentsOption } from './hearable.ts';
export type { IdentifyBudgetStatus } from './identify-allowance.ts';
export { type IdentifyGate, LocalIdentifyGate, type Release } from './identify-gate.ts';
export type { LaneKind } from './lane-key.ts';
export type { Logger } from './logger.ts';
export { ConnectionLossError, type LossCode } from './loss-error.ts';
export type { MemberRequest, MemberResult } from './member-requests.ts';
export type { CloseOptions, OpenOptions } from './opening.ts';
export type {
  Compression,
  GatewayClientOptions,
  HeartbeatOptions,
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
export type { WaitOptions } from './wait.ts';
export type { ClientReport, ClientStateName } from './watching/client-report.ts';
export type { ClosedBy, CloseRecord } from './watching/close-record.ts';
export type { EventReport } from './watching/event-tally.ts';
export type { LatencyReport } from './watching/latency-window.ts';
export type { ShardReport, StateChange, Traffic } from './watching/shard-watch.ts';
export type { ClientTraces } from './watching/traces.ts';
export type { WorkerBot, WorkerHandlers } from './workers/worker-bot.ts';
export type { WorkerReport } from './workers/worker-report.ts';
export type { WorkersOption } from './workers/workers-option.ts';
