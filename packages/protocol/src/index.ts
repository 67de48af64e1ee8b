export * from './client.ts';
export { type Encoding, etfEncoding, jsonEncoding } from './encoding/encoding.ts';
export type { EtfDecoderOptions } from './encoding/etf-decoder.ts';
export type { EtfEncoderOptions } from './encoding/etf-encoder.ts';
export { parseLossless } from './encoding/json.ts';
export { EtfEnvelopeReader } from './envelope/etf-envelope-reader.ts';
export { parseEtfData, peekEtf } from './envelope/etf-peek.ts';
export { intentGate, passesIntentGate } from './intent-gates.ts';
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
export { passesPermissionGate, permissionGate } from './permission-gates.ts';
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
export { Random } from './random.ts';
export {
  compareSnowflakes,
  DISCORD_EPOCH_MS,
  SnowflakeFactory,
  snowflakeAt,
  snowflakeTimeMs,
} from './snowflake.ts';
export { SharedBody } from './transport/shared-body.ts';
export { type WireFormat, type WireMessage, wireFormat } from './transport/wire-format.ts';
export { frameHeadBytes, writeFrameHead } from './websocket/frame-writer.ts';
