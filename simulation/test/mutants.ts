/**
 * Machines that are wrong on purpose, each in one thing that a real implementation has been seen to get wrong or could.
 * The simulator is worth its keep only if it catches every one.
 */
import {
  ClientCloseCode,
  CloseCode,
  type ConnectionInput,
  type ConnectionStep,
  type judgeResume,
  noteDispatch,
  type ShardEffect,
  type ShardInput,
  type ShardState,
  type ShardStep,
  spendStart,
  stepConnection,
  stepShard,
} from '@guildhall/protocol';
import { type Machines, REAL_MACHINES } from '../src/machines.ts';
import type { Property } from '../src/properties.ts';
import { TAKEOVER_REASON } from '../src/simulated-server.ts';

export interface Mutant {
  readonly name: string;
  readonly machines: Machines;
  /** The properties of which it must break one. */
  readonly breaks: readonly Property[];
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a client that does not skip what it has seen',
    breaks: ['each-event-once-in-order'],
    machines: {
      ...REAL_MACHINES,
      isFreshDispatch: ({ phase }) => phase.name === 'live' || phase.name === 'resuming',
    },
  },
  {
    name: 'a client that counts an event before it has handed it over, and then one more',
    breaks: ['each-event-once-in-order', 'replay-is-exact'],
    machines: { ...REAL_MACHINES, noteDispatch: (state, seq) => noteDispatch(state, seq + 1) },
  },
  {
    name: 'a client that hands over only what comes after RESUMED',
    breaks: ['each-event-once-in-order', 'replay-is-exact'],
    machines: {
      ...REAL_MACHINES,
      isFreshDispatch: ({ phase, session }, seq) =>
        phase.name === 'live' && session !== null && seq > session.seq,
    },
  },
  {
    name: 'a client that resumes after 4003',
    breaks: ['ended-stays-ended'],
    machines: client((state, input, step) =>
      input.type === 'lost' && input.code === CloseCode.NOT_AUTHENTICATED
        ? step(state, { ...input, code: CloseCode.UNKNOWN_ERROR })
        : step(state, input),
    ),
  },
  {
    name: 'a client that keeps its session on op 9 d:false',
    breaks: ['ended-stays-ended'],
    machines: client((state, input, step) =>
      input.type === 'invalid-session' ? step(state, { ...input, resumable: true }) : step(state, input),
    ),
  },
  {
    name: 'a client that drops its session on op 9 d:true',
    breaks: ['loss-is-real'],
    machines: client((state, input, step) =>
      input.type === 'invalid-session' ? step(state, { ...input, resumable: false }) : step(state, input),
    ),
  },
  {
    name: 'a client that closes with 1000 on op 7',
    breaks: ['kept-is-not-ended'],
    machines: client((state, input, step) => {
      const result = step(state, input);
      if (input.type !== 'reconnect-requested') return result;
      return mapEffects(result, (effect) =>
        effect.type === 'abandon' ? [{ ...effect, code: ClientCloseCode.END_SESSION }] : [effect],
      );
    }),
  },
  {
    name: 'a client that takes no notice of a silent server',
    breaks: ['live-again', 'silence-is-noticed'],
    machines: client((state, input, step) =>
      input.type === 'timer' && input.timer === 'ack' ? { state, effects: [] } : step(state, input),
    ),
  },
  {
    name: 'a client that calls a connection dead when the answer to the last heartbeat has not been looked at',
    breaks: ['heartbeats-answered'],
    machines: client((state, input, step) => {
      const link = { ...state.link, framesAtLastBeat: state.link.frames };
      return step(input.type === 'timer' && input.timer === 'ack' ? { ...state, link } : state, input);
    }),
  },
  {
    name: 'a client that looks for an answer only when the next heartbeat is due',
    breaks: ['silence-is-noticed'],
    machines: client((state, input, step) =>
      mapEffects(step(state, input), (effect) =>
        effect.type === 'arm' && effect.timer === 'ack'
          ? [{ ...effect, minMs: state.link.heartbeatIntervalMs, maxMs: state.link.heartbeatIntervalMs }]
          : [effect],
      ),
    ),
  },
  {
    name: 'a client that dials ten seconds after it has noticed the silence',
    breaks: ['silence-is-noticed'],
    machines: client((state, input, step) =>
      mapEffects(step(state, input), (effect) =>
        effect.type === 'arm' && effect.timer === 'backoff'
          ? [{ ...effect, minMs: effect.minMs + 10_000, maxMs: effect.maxMs + 10_000 }]
          : [effect],
      ),
    ),
  },
  {
    name: 'a client that waits anew with each heartbeat',
    breaks: ['silence-is-noticed'],
    machines: client((state, input, step) => {
      const isBeat = input.type === 'timer' && input.timer === 'heartbeat';
      return step(isBeat ? { ...state, link: { ...state.link, unacked: 0 } } : state, input);
    }),
  },
  {
    name: 'a client that judges a silence before it has read its socket',
    breaks: ['heartbeats-answered'],
    machines: client((state, input, step) =>
      step(input.type === 'timer' ? { ...state, lookedAt: ['ack', 'deadline'] } : state, input),
    ),
  },
  {
    name: 'a client that gives its connections up after the shortest nap',
    breaks: ['heartbeats-answered'],
    machines: client((state, input, step) =>
      step(state, input.type === 'slept' ? { ...input, ms: input.ms * 10 } : input),
    ),
  },
  {
    name: 'a client that identifies without the gate',
    breaks: ['identify-through-the-gate', 'identify-rate'],
    machines: client((state, input, step) => {
      const result = step(state, input);
      const asks = result.effects.some(({ type }) => type === 'request-identify');
      if (!asks) return result;
      const granted = step(result.state, { type: 'identify-granted', epoch: result.state.epoch });
      const rest = result.effects.filter(({ type }) => type !== 'request-identify');
      return { state: granted.state, effects: [...rest, ...granted.effects] };
    }),
  },
  {
    name: 'a gate that counts its 5 s from the moment it let the last one through',
    breaks: ['identify-rate'],
    machines: { ...REAL_MACHINES, gateSpacing: 'from-grant' },
  },
  {
    name: 'a client that never gives its identify slot back',
    breaks: ['live-again'],
    machines: client((state, input, step) =>
      mapEffects(step(state, input), (effect) => (effect.type === 'release-identify' ? [] : [effect])),
    ),
  },
  {
    name: 'a client that comes back after a fatal close',
    breaks: ['verdict-is-obeyed'],
    machines: client((state, input, step) =>
      input.type === 'lost' && input.code !== null && input.code >= CloseCode.INVALID_SHARD
        ? step(state, { ...input, code: null })
        : step(state, input),
    ),
  },
  {
    name: 'a client whose other shards go on after a fatal close',
    breaks: ['fatal-is-final', 'live-again'],
    machines: client((state, input, step) =>
      input.type === 'halt' ? { state, effects: [] } : step(state, input),
    ),
  },
  {
    name: 'a client that waits for HELLO, READY and RESUMED for ever',
    breaks: ['live-again'],
    machines: client((state, input, step) =>
      mapEffects(step(state, input), (effect) =>
        effect.type === 'arm' && effect.timer === 'deadline' && state.phase.name !== 'live' ? [] : [effect],
      ),
    ),
  },
  {
    name: 'a client that never leaves a dead resume host',
    breaks: ['dead-host-is-left'],
    machines: client((state, input, step) => step({ ...state, hostFailures: 0 }, input)),
  },
  {
    name: 'a client that comes back at once after op 9 d:false',
    breaks: ['op-9-waits'],
    machines: client((state, input, step) => {
      const result = step(state, input);
      if (input.type !== 'invalid-session' || input.resumable) return result;
      return mapEffects(result, (effect) =>
        effect.type === 'arm' && effect.timer === 'backoff' ? [{ ...effect, minMs: 0 }] : [effect],
      );
    }),
  },
  {
    name: 'a client that listens to timers and sockets of former connections',
    breaks: [
      'fatal-is-final',
      'live-again',
      'one-connection-per-shard',
      'each-event-once-in-order',
      'loss-is-real',
      'ended-stays-ended',
      'gap-is-announced',
      'nothing-left',
      'requests-settle',
    ],
    machines: client((state, input, step) =>
      step(state, 'epoch' in input ? { ...input, epoch: state.epoch } : input),
    ),
  },
  {
    name: 'a client that leaves its heartbeat timer armed when it closes',
    breaks: ['nothing-left'],
    machines: client((state, input, step) =>
      mapEffects(step(state, input), (effect) =>
        effect.type === 'cancel' && effect.timer === 'heartbeat' ? [] : [effect],
      ),
    ),
  },
  {
    name: 'a client that forgets to say that a session is lost',
    breaks: ['gap-is-announced'],
    machines: client((state, input, step) =>
      mapEffects(step(state, input), (effect) =>
        effect.type === 'emit' && effect.event.type === 'session-lost' ? [] : [effect],
      ),
    ),
  },
  {
    name: 'a client that never says that it is closed',
    breaks: ['requests-settle'],
    machines: client((state, input, step) =>
      mapEffects(step(state, input), (effect) =>
        effect.type === 'emit' && effect.event.type === 'closed' && state.phase.name === 'closing'
          ? []
          : [effect],
      ),
    ),
  },
  {
    name: 'a client that closes with 1000 on op 9 d:false',
    breaks: ['kept-is-not-ended'],
    machines: client((state, input, step) => {
      const result = step(state, input);
      if (input.type !== 'invalid-session' || input.resumable) return result;
      return mapEffects(result, (effect) =>
        effect.type === 'abandon' ? [{ ...effect, code: ClientCloseCode.END_SESSION }] : [effect],
      );
    }),
  },
  {
    name: 'a budget that has no reserve',
    breaks: ['identify-budget'],
    machines: { ...REAL_MACHINES, spendStart: (budget, _reserve, nowMs) => spendStart(budget, 0, nowMs) },
  },
  {
    name: 'a client that identifies although its budget refused it',
    breaks: ['identify-budget', 'identify-through-the-gate'],
    machines: client((state, input, step) =>
      step(
        state,
        input.type === 'identify-refused' ? { type: 'identify-granted', epoch: input.epoch } : input,
      ),
    ),
  },
  {
    name: 'a client that waits for ever once its budget has refused it',
    breaks: ['live-again'],
    machines: client((state, input, step) => {
      const result = step(state, input);
      return input.type === 'identify-refused'
        ? mapEffects(result, (effect) => (effect.type === 'arm' ? [] : [effect]))
        : result;
    }),
  },
  {
    name: 'a client that drops its session in an outage of both hosts',
    breaks: ['loss-is-real'],
    machines: client((state, input, step) =>
      input.type === 'lost' && state.phase.name === 'dialing' && state.hostFailures >= 2
        ? step(
            { ...state, phase: { name: 'live', started: false } },
            { ...input, code: CloseCode.INVALID_SEQ },
          )
        : step(state, input),
    ),
  },
  {
    name: 'a client that is quarantined for ends that differ',
    breaks: ['stop-is-earned'],
    machines: client((state, input, step) => {
      const { loop } = state.governor;
      const blurred =
        loop === null ? null : { ...loop, cause: 'closed-by-server' as const, times: loop.times * 10 };
      return step({ ...state, governor: { ...state.governor, loop: blurred } }, input);
    }),
  },
  {
    name: 'a client that does not stop when there is no other token',
    breaks: ['live-again', 'requests-settle'],
    machines: client((state, input, step) =>
      state.phase.name === 'renewing' ? { state, effects: [] } : step(state, input),
    ),
  },
  {
    name: 'a client that reconnects without any delay',
    breaks: ['op-9-waits', 'dial-rate'],
    machines: client((state, input, step) =>
      mapEffects(step(state, input), (effect) =>
        effect.type === 'arm' && effect.timer === 'backoff' ? [{ ...effect, minMs: 0, maxMs: 0 }] : [effect],
      ),
    ),
  },
  {
    name: 'a client that sends its Identify twice',
    breaks: ['protocol-is-kept'],
    machines: client((state, input, step) =>
      mapEffects(step(state, input), (effect) =>
        effect.type === 'send-identify' ? [effect, effect] : [effect],
      ),
    ),
  },
  {
    name: 'a client that answers every acknowledgement with a heartbeat',
    breaks: ['send-rate'],
    machines: client((state, input, step) => {
      const result = step(state, input);
      if (input.type !== 'heartbeat-ack') return result;
      return { state: result.state, effects: [...result.effects, { type: 'send-heartbeat', seq: null }] };
    }),
  },
  {
    name: 'a client that stops for a session that has timed out',
    breaks: ['stop-is-earned'],
    machines: client((state, input, step) =>
      input.type === 'lost' && input.code === CloseCode.SESSION_TIMED_OUT
        ? step(state, { ...input, code: CloseCode.AUTHENTICATION_FAILED })
        : step(state, input),
    ),
  },
  {
    name: 'a server that replays from one event too early',
    breaks: ['replay-is-exact'],
    machines: { ...REAL_MACHINES, judgeResume: shiftedResume(-1) },
  },
  {
    name: 'a server that replays from one event too late',
    breaks: ['each-event-once-in-order'],
    machines: { ...REAL_MACHINES, judgeResume: shiftedResume(1) },
  },
  {
    name: 'a server that keeps two sockets attached to one session',
    breaks: ['one-connection-per-session'],
    machines: server((state, input, step) =>
      input.type === 'close' && input.reason === TAKEOVER_REASON
        ? { state, effects: [] }
        : step(state, input),
    ),
  },
  {
    name: 'a server that keeps a session which its client has ended',
    breaks: ['ended-by-the-client'],
    machines: server((state, input, step) =>
      step(state, input.type === 'closed' ? { ...input, code: null } : input),
    ),
  },
  {
    name: 'a server that does not hear heartbeats',
    breaks: ['heartbeats-answered'],
    machines: server((state, input, step) => {
      const result = step(state, input);
      if (input.type !== 'payload') return result;
      return { ...result, effects: result.effects.filter(({ type }) => type !== 'arm') };
    }),
  },
  {
    name: 'a server that never notices that a client has fallen silent',
    breaks: ['one-session-per-shard', 'nothing-left'],
    machines: server((state, input, step) =>
      input.type === 'timer' && input.timer === 'heartbeat' ? { state, effects: [] } : step(state, input),
    ),
  },
];

type StepShard = typeof stepShard;
type StepConnection = typeof stepConnection;

function client(wrong: (state: ShardState, input: ShardInput, step: StepShard) => ShardStep): Machines {
  return { ...REAL_MACHINES, stepShard: (state, input) => wrong(state, input, stepShard) };
}

function server(
  wrong: (
    state: Parameters<StepConnection>[0],
    input: ConnectionInput,
    step: StepConnection,
  ) => ConnectionStep,
): Machines {
  return { ...REAL_MACHINES, stepConnection: (state, input) => wrong(state, input, stepConnection) };
}

function mapEffects(
  { state, effects }: ShardStep,
  change: (effect: ShardEffect) => readonly ShardEffect[],
): ShardStep {
  return { state, effects: effects.flatMap(change) };
}

function shiftedResume(by: number): typeof judgeResume {
  return (seq, facts) => {
    const { session } = facts;
    const shifted = typeof seq === 'number' ? Math.max(0, Math.min(seq + by, session?.seq ?? seq)) : seq;
    return REAL_MACHINES.judgeResume(shifted, facts);
  };
}
