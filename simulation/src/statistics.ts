/** Sums over lifetimes. */
export interface Statistics {
  lifetimes: number;
  virtualMs: number;
  events: number;
  dials: number;
  identifies: number;
  resumes: number;
  delivered: number;
  sessionsLost: number;
  sessionsRevoked: number;
  zombies: number;
  /** Connections given up because the process had stood still for too long. */
  overslept: number;
  takeovers: number;
  identifiesRefused: number;
  /** Identifies that the client's own budget held back. */
  identifiesHeldBack: number;
  stops: number;
  quarantines: number;
  /** Longest time from the last fault to the moment when every shard was live. */
  longestRecoveryMs: number;
  mostSendsPerWindow: number;
  readonly faults: Map<string, number>;
}

export function emptyStatistics(): Statistics {
  return {
    lifetimes: 0,
    virtualMs: 0,
    events: 0,
    dials: 0,
    identifies: 0,
    resumes: 0,
    delivered: 0,
    sessionsLost: 0,
    sessionsRevoked: 0,
    zombies: 0,
    overslept: 0,
    takeovers: 0,
    identifiesRefused: 0,
    identifiesHeldBack: 0,
    stops: 0,
    quarantines: 0,
    longestRecoveryMs: 0,
    mostSendsPerWindow: 0,
    faults: new Map(),
  };
}

export function countFault(statistics: Statistics, kind: string): void {
  statistics.faults.set(kind, (statistics.faults.get(kind) ?? 0) + 1);
}
