/** What tests of the shard's machine have in common: its inputs by name, states of each phase, and looks at a step. */
import {
  DEFAULT_SHARD_TIMING,
  initialShardState,
  type ResumableSession,
  type ShardEffect,
  type ShardEvent,
  type ShardInput,
  type ShardPhase,
  type ShardSetup,
  type ShardState,
  type ShardStep,
  type ShardTimer,
  stepShard,
} from '@guildhall/protocol';

export const BASE_URL = 'wss://gateway.example/';
export const RESUME_URL = 'wss://resume.gateway.example/';
export const INTERVAL_MS = 45_000;
export const TIMING = DEFAULT_SHARD_TIMING;

export type PhaseName = ShardPhase['name'];
/** Inputs get the epoch of the state they are put into, unless they name one. */
export type LooseInput = ShardInput extends infer Input
  ? Input extends { readonly epoch: number }
    ? Omit<Input, 'epoch'> & { readonly epoch?: number }
    : Input
  : never;

export const OPEN = { type: 'open' } as const;
export const CONNECTED_INPUT = { type: 'connected' } as const;
export const OPENED = { type: 'opened' } as const;
export const HELLO = { type: 'hello', heartbeatIntervalMs: INTERVAL_MS } as const;
export const GRANTED = { type: 'identify-granted' } as const;
export const READY = { type: 'ready', sessionId: 'abc', resumeGatewayUrl: RESUME_URL, seq: 1 } as const;
export const RESUMED = { type: 'resumed', seq: 9 } as const;
export const OP_7 = { type: 'reconnect-requested' } as const;
export const CLOSE = { type: 'close', session: 'end' } as const;
export const RENEWED = { type: 'token-renewed' } as const;
export const REFUSED_TOKEN = { type: 'token-refused' } as const;
export const due = (timer: ShardTimer) => ({ type: 'timer', timer }) as const;
/** A deadline that has passed, and the second look at it. */
export const passed = (timer: 'ack' | 'deadline') => [due(timer), due(timer)] as const;
export const slept = (ms: number) => ({ type: 'slept', ms }) as const;
export const lost = (code: number | null) => ({ type: 'lost', code }) as const;
export const op9 = (resumable: boolean) => ({ type: 'invalid-session', resumable }) as const;

export const TO_LIVE = [OPEN, OPENED, HELLO, GRANTED, READY] as const;
export const COME_BACK = [due('backoff'), OPENED, HELLO] as const;

export function idle(
  timing: Partial<typeof TIMING> = {},
  session: ResumableSession | null = null,
  setup: Partial<ShardSetup> = {},
): ShardState {
  const whole = { gatewayUrl: BASE_URL, resumeUrlPolicy: 'same-site', renewsToken: false } as const;
  return initialShardState({ ...whole, timing: { ...TIMING, ...timing }, ...setup }, session);
}

export function kept(seq = 5): ResumableSession {
  return { id: 'kept', resumeGatewayUrl: RESUME_URL, seq };
}

export function put(state: ShardState, input: LooseInput): ShardStep {
  const epoch = 'epoch' in input && input.epoch !== undefined ? input.epoch : state.epoch;
  return stepShard(state, { ...input, epoch } as ShardInput);
}

/** The last step of several. */
export function run(state: ShardState, ...inputs: readonly LooseInput[]): ShardStep {
  let step: ShardStep = { state, effects: [] };
  for (const input of inputs) step = put(step.state, input);
  return step;
}

/** A state of each phase, reached in the ordinary way. */
export function inPhase(name: PhaseName): ShardState {
  switch (name) {
    case 'idle':
      return idle();
    case 'dialing':
      return run(idle(), OPEN).state;
    case 'waiting':
      return run(idle(), OPEN, lost(null)).state;
    case 'greeting':
      return run(idle(), OPEN, OPENED).state;
    case 'queued':
      return run(idle(), OPEN, OPENED, HELLO).state;
    case 'identifying':
      return run(idle(), OPEN, OPENED, HELLO, GRANTED).state;
    case 'resuming':
      return run(idle({}, kept()), OPEN, OPENED, HELLO).state;
    case 'live':
      return run(idle(), ...TO_LIVE).state;
    case 'closing':
      return run(idle(), ...TO_LIVE, CLOSE).state;
    case 'renewing':
      return run(idle({}, null, { renewsToken: true }), ...TO_LIVE, lost(4004)).state;
    case 'stopped':
      return run(idle(), ...TO_LIVE, lost(4004)).state;
  }
}

export function effect<Type extends ShardEffect['type']>(
  step: ShardStep,
  type: Type,
): Extract<ShardEffect, { type: Type }> | undefined {
  return step.effects.find((one): one is Extract<ShardEffect, { type: Type }> => one.type === type);
}

export function armed(
  step: ShardStep,
  timer: string,
): { readonly minMs: number; readonly maxMs: number } | undefined {
  const arm = step.effects.find((one) => one.type === 'arm' && one.timer === timer);
  return arm?.type === 'arm' ? { minMs: arm.minMs, maxMs: arm.maxMs } : undefined;
}

export function events(step: ShardStep): ShardEvent[] {
  return step.effects.flatMap((one) =>
    one.type === 'emit' && one.event.type !== 'phase' ? [one.event] : [],
  );
}

export function disconnected(step: ShardStep): Extract<ShardEvent, { type: 'disconnected' }> | undefined {
  return events(step).find((event) => event.type === 'disconnected');
}

export const CONNECTED: readonly PhaseName[] = ['greeting', 'queued', 'identifying', 'resuming', 'live'];
export const GREETED: readonly PhaseName[] = ['queued', 'identifying', 'resuming', 'live'];
export const ALL: readonly PhaseName[] = [
  'idle',
  'waiting',
  'dialing',
  ...CONNECTED,
  'closing',
  'renewing',
  'stopped',
];
