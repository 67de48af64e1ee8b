export { ClientCloseCode, CloseCode, isSendableCloseCode } from './close-codes.ts';
export { DISPATCH_NAMES, type DispatchData, type DispatchName, isDispatchName } from './dispatch-events.ts';
export { type Encoding, type EncodingName, etfEncoding, jsonEncoding } from './encoding/encoding.ts';
export type { EtfDecoderOptions } from './encoding/etf-decoder.ts';
export type { EtfEncoderOptions } from './encoding/etf-encoder.ts';
export { parseLossless } from './encoding/json.ts';
export { EnvelopeReader } from './envelope/envelope-reader.ts';
export { parseEtfData, peekEtf } from './envelope/etf-peek.ts';
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
export { intentGate, passesIntentGate, passesPermissionGate, permissionGate } from './gates.ts';
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
  type ConnectionEffect,
  type ConnectionInput,
  type ConnectionLimits,
  type ConnectionPhase,
  type ConnectionState,
  type ConnectionStep,
  type ConnectionTimer,
  initialConnectionState,
  stepConnection,
} from './lifecycle/connection-machine.ts';
export { IdentifyLedger, type IdentifyLimits } from './lifecycle/identify-ledger.ts';
export {
  type IdentifyRequest,
  type ResumeRequest,
  readIdentify,
  readResume,
  readShard,
} from './lifecycle/identify-request.ts';
export {
  type IdentifyFacts,
  type IdentifyJudgement,
  judgeIdentify,
  judgeResume,
  type ResumeFacts,
  type ResumeJudgement,
} from './lifecycle/judgements.ts';
export { ReplayBuffer, replayBufferEvents } from './lifecycle/replay-buffer.ts';
export { countSend, EMPTY_SEND_WINDOW, type SendWindow } from './lifecycle/send-window.ts';
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
  ALL_PERMISSIONS,
  type ChannelPermissionsInput,
  channelPermissions,
  DEFAULT_EVERYONE_PERMISSIONS,
  type GuildPermissionsInput,
  guildPermissions,
  Permission,
  type PermissionName,
  type PermissionOverwrite,
} from './permissions.ts';
export {
  compareSnowflakes,
  DISCORD_EPOCH_MS,
  isSnowflake,
  SnowflakeFactory,
  shardOfGuild,
  snowflakeAt,
  snowflakeTimeMs,
} from './snowflake.ts';
export {
  createDecoder,
  type DecoderOptions,
  isTransportAvailable,
  type TransportDecoder,
} from './transport/decoder.ts';
export { SharedBody } from './transport/shared-body.ts';
export {
  type TransportName,
  type WireFormat,
  type WireMessage,
  wireFormat,
} from './transport/wire-format.ts';
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
export { clientFrame, frameHeadBytes, serverFrame, writeFrameHead } from './websocket/frame-writer.ts';
export {
  acceptOf,
  isHandshakeKey,
  newHandshakeKey,
  upgradeRequest,
  upgradeResponse,
} from './websocket/handshake.ts';
export { UpgradeResponseReader } from './websocket/upgrade-response-reader.ts';
