export {
  DEFAULT_SHARD_TIMING,
  type DispatchData,
  type DispatchName,
  Intent,
  type IntentName,
  type LossCause,
  type ShardPhase,
  type ShardTiming,
  type StopCode,
} from '@guildhall/protocol/client';
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
  IdentifyGateError,
  OpenDeadlineError,
  OptionError,
  ProtocolError,
  SendError,
  type SendErrorCode,
  SessionStartLimitError,
} from './errors.ts';
export type { ClientEvents, EventContext, GatewayEvents, RawEvents, ShardDisconnected } from './events.ts';
export { type CloseOptions, GatewayClient, type GatewayCommand, type OpenOptions } from './gateway-client.ts';
export { type IdentifyGate, LocalIdentifyGate, type Release } from './identify-gate.ts';
export type { Logger } from './logger.ts';
export type {
  Compression,
  GatewayClientOptions,
  IdentifyOptions,
  LimitOptions,
  ShardSelection,
} from './options.ts';
export type { ShardView } from './shard-view.ts';
