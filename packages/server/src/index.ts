export type {
  CloseRecord,
  Fault,
  FaultControl,
  FaultPlan,
  FaultRecord,
  GatewayControl,
  GatewayEvent,
  OpeningFault,
  RestFault,
  SessionFault,
  SessionSnapshot,
  SessionStartLimit,
  StandingPlan,
} from './gateway/control.ts';
export { Gateway, type GatewayParts } from './gateway/gateway.ts';
export type { GatewayLimits } from './gateway/limits.ts';
export { TimerWheel, type TimerWheelOptions } from './gateway/timer-wheel.ts';
export {
  Guildhall,
  type NewApplication,
  type NewGuild,
  type SecureAddresses,
  startGuildhall,
} from './guildhall.ts';
export { GuildhallOptionError } from './option-error.ts';
export type { ChannelObfuscation, GuildhallOptions, LogLevel, TlsOptions } from './options.ts';
export type { InvalidRequestOption, InvalidRequestSettings } from './rest/invalid-requests.ts';
export type { RateLimit, RateLimitOption, RateLimitSettings } from './rest/rate-limits.ts';
export type { ClockControl } from './server-clock.ts';
export { SimulatedClients } from './simulated-clients.ts';
export {
  type CommandPlace,
  createTester,
  ExpectationError,
  type ExpectOptions,
  type MessageMatch,
  type Named,
  type ObservedResponse,
  type Place,
  type ResponseMatch,
  type Tester,
  type TesterDefaults,
} from './testing/tester.ts';
export {
  type CertificateRequest,
  isGoodFor,
  type KeyPair,
  type MadeCertificate,
  makeCertificate,
} from './tls/certificate.ts';
export { NoResponseError, ServerClosedError, type WaitOptions, WaitTimeoutError } from './wait-options.ts';
export type { ActMix } from './world/chatter.ts';
export type { ChatterSettings, Chatters } from './world/chatters.ts';
export type * from './world/entities.ts';
export { WorldError, type WorldErrorCode } from './world/errors.ts';
export type { Bus, DispatchEvent, WorldEvent } from './world/events.ts';
export type { WorldLimits } from './world/limits.ts';
export { ensureSample, type Sample } from './world/sample.ts';
export { World, type WorldOptions } from './world/world.ts';
