export { ClientCloseCode, CloseCode, isSendableCloseCode } from './close-codes.ts';
export { DISPATCH_NAMES, type DispatchData, type DispatchName, isDispatchName } from './dispatch-events.ts';
export { type Encoding, jsonEncoding } from './encoding/encoding.ts';
export { parseLossless } from './encoding/json.ts';
export { type Peek, parseData, peek, type Span } from './envelope/peek.ts';
export {
  DISPATCH_PREFIX_BYTES,
  dispatchBody,
  dispatchPrefix,
  writeDispatchPrefix,
} from './envelope/splice.ts';
export {
  DecodeError,
  type DecodeErrorCode,
  EnvelopeError,
  type EnvelopeErrorCode,
  TransportError,
  type TransportErrorCode,
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
export type { Link } from './lifecycle/heartbeat.ts';
export {
  type BudgetJudgement,
  type IdentifyBudget,
  limitOf,
  observeLimit,
  type SessionStartLimit,
  spendStart,
} from './lifecycle/identify-budget.ts';
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
export { CALM, type Governor, type Loop } from './lifecycle/reconnect-governor.ts';
export { ReplayBuffer, replayBufferEvents } from './lifecycle/replay-buffer.ts';
export { isResumeUrlAllowed, type ResumeUrlPolicy } from './lifecycle/resume-url.ts';
export { countSend, EMPTY_SEND_WINDOW, type SendWindow } from './lifecycle/send-window.ts';
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
export {
  createEncoder,
  type EncodedMessage,
  type TransportEncoder,
  type TransportName,
} from './transport/encoder.ts';
export { SharedBody } from './transport/shared-body.ts';
export {
  type NextStep,
  type StopCode,
  sessionSurvivesClientClose,
  type Verdict,
  verdictOf,
} from './verdicts.ts';
