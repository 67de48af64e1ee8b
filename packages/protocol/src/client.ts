/**
 * The door for whoever only connects: a process pays for each module that it loads, and a client needs half of them.
 * The index offers all of this, too.
 */
export { ClientCloseCode, CloseCode, isSendableCloseCode } from './close-codes.ts';
export { DISPATCH_NAMES, type DispatchData, type DispatchName, isDispatchName } from './dispatch-events.ts';
export type { EncodingName } from './encoding/encoding.ts';
export { type Envelope, EnvelopeReader } from './envelope/envelope-reader.ts';
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
export { type IntentOfEvent, missingIntents } from './intent-gates.ts';
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
export type { Link } from './lifecycle/heartbeat.ts';
export {
  type BudgetJudgement,
  type IdentifyBudget,
  limitOf,
  observeLimit,
  type SessionStartLimit,
  spendStart,
} from './lifecycle/identify-budget.ts';
export { CALM, type Governor, type Loop } from './lifecycle/reconnect-governor.ts';
export { isResumeUrlAllowed, type ResumeUrlPolicy } from './lifecycle/resume-url.ts';
export {
  initialShardState,
  isFreshDispatch,
  noteDispatch,
  noteFrame,
  stepShard,
} from './lifecycle/shard-machine.ts';
export {
  LOSS_CAUSES,
  type LossCause,
  type ResumableSession,
  type ShardEffect,
  type ShardEvent,
  type ShardInput,
  type ShardPhase,
  type ShardSetup,
  type ShardState,
  type ShardStep,
  type ShardTimer,
  type Stop,
} from './lifecycle/shard-state.ts';
export { DEFAULT_SHARD_TIMING, type ShardTiming } from './lifecycle/shard-timing.ts';
export {
  COMMAND_OPCODES,
  Opcode,
  QOS_HEARTBEAT_OPCODE,
  TIME_SPENT_OPCODE,
} from './opcodes.ts';
export {
  type MetricFamily,
  type MetricSample,
  type MetricType,
  OPEN_METRICS_CONTENT_TYPE,
  openMetricsText,
} from './open-metrics.ts';
export { isSnowflake, shardOfGuild } from './snowflake.ts';
export {
  createDecoder,
  type DecoderOptions,
  isTransportAvailable,
  type TransportDecoder,
} from './transport/decoder.ts';
export { jsonMessageEnd, type MessageEnd } from './transport/message-end.ts';
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
