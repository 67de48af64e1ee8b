/**
 * The door for whoever only connects: a process pays for each module that it loads, and a client needs half of them.
 * The index offers all of this, too.
 */
export { ClientCloseCode, CloseCode, isSendableCloseCode } from './close-codes.ts';
export { DISPATCH_NAMES, type DispatchData, type DispatchName, isDispatchName } from './dispatch-events.ts';
export { EnvelopeReader } from './envelope/envelope-reader.ts';
export {
  DecodeError,
  type DecodeErrorCode,
  EnvelopeError,
  type EnvelopeErrorCode,
  HandshakeError,
  type HandshakeErrorCode,
  TransportError,
  type TransportErrorCode,
  WebSocketError,
  type WebSocketErrorCode,
} from './errors.ts';
export {
  disallowedIntents,
  Intent,
  type IntentName,
  intentNames,
  isValidIntents,
  PRIVILEGED_INTENTS,
  PRIVILEGED_INTENTS_MASK,
  type PrivilegedIntent,
  resolveIntents,
  VALID_INTENTS,
} from './intents.ts';
export {
  initialShardState,
  isFreshDispatch,
  noteDispatch,
  noteFrame,
  stepShard,
} from './lifecycle/shard-machine.ts';
export {
  DEFAULT_SHARD_TIMING,
  type Link,
  type LossCause,
  type ResumableSession,
  type ShardEffect,
  type ShardEvent,
  type ShardInput,
  type ShardPhase,
  type ShardState,
  type ShardStep,
  type ShardTimer,
  type ShardTiming,
  type Stop,
} from './lifecycle/shard-state.ts';
export {
  COMMAND_OPCODES,
  Opcode,
  QOS_HEARTBEAT_OPCODE,
  TIME_SPENT_OPCODE,
} from './opcodes.ts';
export {
  createDecoder,
  type DecoderOptions,
  isTransportAvailable,
  type TransportDecoder,
} from './transport/decoder.ts';
export type { TransportName } from './transport/wire-format.ts';
export {
  type NextStep,
  type StopCode,
  sessionSurvivesClientClose,
  type Verdict,
  verdictOf,
} from './verdicts.ts';
export { type CloseReason, closePayload } from './websocket/close-frame.ts';
export { FrameOpcode } from './websocket/frame-format.ts';
export { type FrameListener, FrameReader, type FrameReaderOptions } from './websocket/frame-reader.ts';
export { clientFrame, serverFrame } from './websocket/frame-writer.ts';
export {
  acceptOf,
  isHandshakeKey,
  newHandshakeKey,
  upgradeRequest,
  upgradeResponse,
} from './websocket/handshake.ts';
export { UpgradeResponseReader } from './websocket/upgrade-response-reader.ts';
