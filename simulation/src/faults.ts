/** What can go wrong in a lifetime, each with its weight. A fault draws its particulars when it strikes. */

import type { Random } from '@guildhall/protocol';
import { CloseCode } from '@guildhall/protocol';
import type { Lifetime } from './lifetime.ts';
import type { Connection, HostState } from './network.ts';
import type { StoredSessions } from './simulated-client.ts';
import { BASE_URL, RESUME_URL, SESSION_RETENTION_MS } from './simulated-server.ts';
import type { SimulatedSession } from './simulated-session.ts';
import type { Direction, Learners } from './wire.ts';

interface Fault {
  readonly weight: number;
  readonly strike: (lifetime: Lifetime, random: Random) => void;
}

const NOBODY: Learners = { client: false, server: false };
const BOTH: Learners = { client: true, server: true };
/** Live sessions are closed with any of these; 4004 has a fault of its own. */
const PASSING_CLOSE_CODES: readonly number[] = [
  CloseCode.NORMAL,
  CloseCode.GOING_AWAY,
  CloseCode.UNKNOWN_ERROR,
  CloseCode.UNKNOWN_OPCODE,
  CloseCode.DECODE_ERROR,
  CloseCode.NOT_AUTHENTICATED,
  CloseCode.ALREADY_AUTHENTICATED,
  4006,
  CloseCode.INVALID_SEQ,
  CloseCode.RATE_LIMITED,
  CloseCode.SESSION_TIMED_OUT,
];
const FATAL_CLOSE_CODES: readonly number[] = [
  CloseCode.AUTHENTICATION_FAILED,
  CloseCode.INVALID_SHARD,
  CloseCode.SHARDING_REQUIRED,
  CloseCode.INVALID_API_VERSION,
  CloseCode.INVALID_INTENTS,
  CloseCode.DISALLOWED_INTENTS,
];
const MAX_CUT_BYTES = 500;
const MAX_PASSING_MS = 40_000;
const MAX_BURST_EVENTS = 60;

const FAULTS = {
  cut: {
    weight: 8,
    strike: (lifetime, random) => {
      const bytes = random.integer(0, MAX_CUT_BYTES);
      each(lifetime, random, ({ wire }) => wire.cutAfter(direction(random), bytes, learners(random)));
    },
  },
  'cut in the handshake': {
    weight: 6,
    strike: ({ network }, random) => {
      network.weather.cutNext = {
        direction: direction(random),
        bytes: random.integer(0, MAX_CUT_BYTES),
        learners: learners(random),
      };
      pickConnection(network.connections, random)?.wire.sever(BOTH);
    },
  },
  'connection reset': {
    weight: 5,
    strike: (lifetime, random) => each(lifetime, random, ({ wire }) => wire.sever(BOTH)),
  },
  'half-open connection': {
    weight: 6,
    strike: (lifetime, random) =>
      each(lifetime, random, ({ wire }) =>
        wire.sever(random.pick([NOBODY, { client: true, server: false }, { client: false, server: true }])),
      ),
  },
  'one direction mute': {
    weight: 4,
    strike: (lifetime, random) => each(lifetime, random, ({ wire }) => wire.mute(direction(random))),
  },
  stall: {
    weight: 4,
    strike: (lifetime, random) => {
      const untilMs = lifetime.until(random.between(1_000, 120_000));
      each(lifetime, random, ({ wire }) => wire.stall(direction(random), untilMs));
    },
  },
  lag: {
    weight: 3,
    strike: ({ network }, random) => {
      network.weather.lagMs = random.between(200, 1_500);
    },
  },
  'slow upgrades': {
    weight: 3,
    strike: (lifetime, random) => {
      lifetime.network.weather.slowUpgradeMs = random.between(2_000, 25_000);
      lifetime.later(random.between(1_000, MAX_PASSING_MS), () => {
        lifetime.network.weather.slowUpgradeMs = 0;
      });
      severAny(lifetime, random);
    },
  },
  'refused dials': {
    weight: 4,
    strike: (lifetime, random) => {
      downtime(lifetime, random.between(500, MAX_PASSING_MS), random.pick(['refusing', 'silent', 'deaf']));
      severAny(lifetime, random);
    },
  },
  'outage past the expiry of sessions': {
    weight: 1,
    strike: (lifetime, random) => {
      downtime(lifetime, SESSION_RETENTION_MS + random.between(5_000, 30_000), 'refusing');
      for (const { wire } of lifetime.network.connections) wire.sever(BOTH);
    },
  },
  'dead resume host': {
    weight: 3,
    strike: (lifetime, random) => {
      lifetime.network.setHost(RESUME_URL, random.pick(['refusing', 'silent', 'deaf']));
      if (random.chance(0.5)) {
        lifetime.later(random.between(5_000, MAX_PASSING_MS), () =>
          lifetime.network.setHost(RESUME_URL, 'up'),
        );
      }
      severAny(lifetime, random);
    },
  },
  'server restart, sessions kept': {
    weight: 3,
    strike: (lifetime, random) => serverRestart(lifetime, random, true),
  },
  'server restart, sessions lost': {
    weight: 2,
    strike: (lifetime, random) => serverRestart(lifetime, random, false),
  },
  'op 7': {
    weight: 6,
    strike: (lifetime, random) => {
      for (const connection of some([...lifetime.server.connections], random)) {
        connection.step({ type: 'request-reconnect' });
      }
    },
  },
  'op 9 resumable': {
    weight: 4,
    strike: (lifetime, random) => eachSession(lifetime, random, true),
  },
  'op 9 not resumable': {
    weight: 4,
    strike: (lifetime, random) => eachSession(lifetime, random, false),
  },
  'close code': {
    weight: 10,
    strike: (lifetime, random) => {
      const code = random.pick(PASSING_CLOSE_CODES);
      for (const connection of some([...lifetime.server.connections], random)) {
        connection.step({ type: 'close', code });
      }
    },
  },
  'session dropped unseen': {
    weight: 2,
    strike: (lifetime, random) => {
      const session = pickSession(lifetime, random);
      if (session === undefined) return;
      session.connection?.wire.sever(BOTH);
      session.connection?.die();
      lifetime.server.drop(session);
    },
  },
  'fatal close code': {
    weight: 0.3,
    strike: ({ server }, random) => {
      const [connection] = some([...server.connections], random);
      connection?.step({ type: 'close', code: random.pick(FATAL_CLOSE_CODES) });
    },
  },
  'privileged intents off': {
    weight: 1,
    strike: ({ server }) => server.disablePrivilegedIntents(),
  },
  'token reset': {
    weight: 0.3,
    strike: ({ server }) => server.resetToken(),
  },
  'burst of events': {
    weight: 6,
    strike: (lifetime, random) => {
      const shardId = random.integer(0, lifetime.shardCount - 1);
      for (let left = random.integer(5, MAX_BURST_EVENTS); left > 0; left -= 1) lifetime.server.emit(shardId);
    },
  },
  'burst while detached': {
    weight: 3,
    strike: (lifetime, random) => {
      const session = pickSession(lifetime, random);
      if (session === undefined) return;
      session.connection?.wire.sever(random.pick([BOTH, { client: true, server: false }]));
      for (let left = random.integer(5, MAX_BURST_EVENTS); left > 0; left -= 1) {
        lifetime.server.emit(session.shard[0]);
      }
    },
  },
  'buckets taken by another client': {
    weight: 2,
    strike: ({ server }, random) => {
      server.foreignIdentifiesUntilMs = server.clock.nowMs + random.between(1_000, MAX_PASSING_MS);
    },
  },
  'late READY': {
    weight: 2,
    strike: (lifetime, random) => {
      const usualMs = lifetime.server.authorizeMs;
      lifetime.server.authorizeMs = 45_000;
      lifetime.later(random.between(5_000, MAX_PASSING_MS), () => {
        lifetime.server.authorizeMs = Math.min(usualMs, lifetime.server.authorizeMs);
      });
    },
  },
  'heartbeat asked for': {
    weight: 2,
    strike: (lifetime, random) => {
      for (const { wire } of some(lifetime.network.connections, random))
        wire.server.send('{"op":1,"d":null}');
    },
  },
  'frame that cannot be decoded': {
    weight: 2,
    strike: (lifetime, random) => {
      for (const { wire } of some(lifetime.network.connections, random)) wire.server.send('{"op":0,"d":');
    },
  },
  commands: {
    weight: 2,
    strike: ({ client }, random) => {
      for (const shard of client.shards) {
        for (let left = random.integer(1, 20); left > 0; left -= 1) shard.command();
      }
    },
  },
  'event loop blocked': {
    weight: 3,
    strike: (lifetime, random) => lifetime.suspendClient('stall', random.between(100, 90_000)),
  },
  'event loop blocked after a heartbeat': {
    weight: 3,
    strike: (lifetime, random) => {
      const ms = random.between(5_000, 25_000);
      lifetime.client.blockOnBeat(() => lifetime.suspendClient('stall', ms));
    },
  },
  'machine asleep': {
    weight: 2,
    strike: (lifetime, random) => {
      lifetime.suspendClient('sleep', random.between(1_000, 300_000));
      // What stands between may have forgotten the connections.
      if (random.chance(0.5)) for (const { wire } of lifetime.network.connections) wire.sever(NOBODY);
    },
  },
  'client killed': {
    weight: 4,
    strike: (lifetime, random) => {
      const stored: StoredSessions = random.pick([lifetime.client.store(), lifetime.lastStored, new Map()]);
      lifetime.killClient(random.chance(0.7));
      lifetime.later(random.between(100, 20_000), () => lifetime.startClient(stored));
    },
  },
  'client restarted, sessions kept': {
    weight: 3,
    strike: (lifetime, random) => lifetime.restartClient('keep', random.between(100, 10_000)),
  },
  'client restarted, sessions ended': {
    weight: 1,
    strike: (lifetime, random) => lifetime.restartClient('end', random.between(100, 10_000)),
  },
  'closed and opened again': {
    weight: 2,
    strike: (lifetime, random) =>
      lifetime.reopenClient(random.pick(['keep', 'end', 'keep, then end']), random.between(0, 10_000)),
  },
} satisfies Record<string, Fault>;

export type FaultKind = keyof typeof FAULTS;

const KINDS = Object.keys(FAULTS) as readonly FaultKind[];
const TOTAL_WEIGHT = KINDS.reduce((sum, kind) => sum + FAULTS[kind].weight, 0);

export function pickFault(random: Random): FaultKind {
  let left = random.next() * TOTAL_WEIGHT;
  for (const kind of KINDS) {
    left -= FAULTS[kind].weight;
    if (left < 0) return kind;
  }
  return 'cut';
}

export function strike(kind: FaultKind, lifetime: Lifetime, random: Random): void {
  const fault: Fault = FAULTS[kind];
  fault.strike(lifetime, random);
}

/** One of them, or all at once. */
function some<Item>(items: readonly Item[], random: Random): readonly Item[] {
  if (items.length === 0 || random.chance(0.3)) return items;
  return [random.pick(items)];
}

function each({ network }: Lifetime, random: Random, act: (connection: Connection) => void): void {
  for (const connection of some(network.connections, random)) act(connection);
}

function eachSession({ server }: Lifetime, random: Random, resumable: boolean): void {
  for (const { connection } of some([...server.sessions.values()], random)) {
    connection?.step({ type: 'invalid-session', resumable });
  }
}

function pickConnection(connections: readonly Connection[], random: Random): Connection | undefined {
  return connections.length === 0 ? undefined : random.pick(connections);
}

function pickSession({ server }: Lifetime, random: Random): SimulatedSession | undefined {
  const sessions = [...server.sessions.values()];
  return sessions.length === 0 ? undefined : random.pick(sessions);
}

/** A fault of dialling shows only when somebody has to dial. */
function severAny({ network }: Lifetime, random: Random): void {
  pickConnection(network.connections, random)?.wire.sever(BOTH);
}

/** Both hosts are away for a while. */
export function downtime(lifetime: Lifetime, ms: number, state: HostState): void {
  const { network } = lifetime;
  const resumeHost = network.host(RESUME_URL);
  network.setHost(BASE_URL, state);
  network.setHost(RESUME_URL, state);
  lifetime.later(ms, () => {
    network.setHost(BASE_URL, 'up');
    network.setHost(RESUME_URL, resumeHost);
  });
}

function serverRestart(lifetime: Lifetime, random: Random, keepSessions: boolean): void {
  lifetime.server.restart({ keepSessions, clientsLearn: random.chance(0.7) });
  downtime(lifetime, random.between(100, 15_000), 'refusing');
}

function direction(random: Random): Direction {
  return random.pick(['up', 'down']);
}

function learners(random: Random): Learners {
  return random.pick([BOTH, BOTH, NOBODY, { client: true, server: false }, { client: false, server: true }]);
}
