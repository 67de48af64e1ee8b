/** What must hold in every lifetime, whatever the network, the server and the owner do. */
export const PROPERTIES = {
  'each-event-once-in-order':
    'a handler sees each dispatch of a session once, in order of s, with no gap while the session can be resumed',
  'complete-at-the-end': 'once the faults stop, everything sent in the living session is delivered',
  'gap-is-announced': 'a new session begins only after session-lost, or where there was none',
  'loss-is-real': 'a session is given up only when it is gone, or was never heard of through several resumes',
  'ended-stays-ended': 'a session that the server or the user has ended is not resumed',
  'kept-is-not-ended': 'the client closes with 1000 or 1001 only when its user ends the session',
  'ended-by-the-client': 'a session that the client has closed with 1000 or 1001 is gone on the server',
  'replay-is-exact': 'a resume is answered with what was missed and nothing else',
  'one-connection-per-session': 'the server has one live connection for a session',
  'one-connection-per-shard': 'a shard uses one connection at a time',
  'dial-rate': 'a shard dials at most 20 times a minute, whatever becomes of the connections',
  'op-9-waits': 'after op 9 d:false a shard keeps away for a second at least, before it may identify again',
  'dead-host-is-left':
    'a shard with a session tries one host at most twice in a row without a HELLO, where it has another',
  'one-session-per-shard': 'after the calm, each shard has one attached session: the one its client holds',
  'identify-through-the-gate': 'an Identify is sent only by the holder of its bucket',
  'identify-rate': 'the server refuses no Identify of ours for coming too early',
  'send-rate': 'the server sees at most 120 payloads in 60 s',
  'protocol-is-kept': 'the server closes no connection for what the client sent on it',
  'heartbeats-answered':
    'a healthy connection is given up by neither end for silence, nor by the client for a short stall of its own',
  'silence-is-noticed':
    'a connection on which nothing comes is replaced within one heartbeat interval and 2 s, unless dialling fails',
  'identify-budget': 'the session starts of a window never go below the reserve',
  'fatal-is-final': 'after a verdict for the application no shard dials',
  'stop-is-earned':
    'a shard stops only on a fatal close code, on 4003 before READY again and again, or in a loop of equal closes',
  'verdict-is-obeyed': 'a fatal close code stops the shard',
  'requests-settle': 'open() and close() settle',
  'nothing-left': 'after close() no timer is armed and no connection is open',
  'live-again': 'once the faults stop, every shard that has not been stopped is live within bounded time',
  progress: 'a lifetime ends: no loop without progress',
} as const;

export type Property = keyof typeof PROPERTIES;

export class PropertyBroken extends Error {
  readonly property: Property;

  constructor(property: Property, detail: string) {
    super(`${property}: ${detail}`);
    this.name = 'PropertyBroken';
    this.property = property;
  }
}

/** @throws PropertyBroken if the condition does not hold */
export function expect(condition: boolean, property: Property, detail: () => string): void {
  if (!condition) throw new PropertyBroken(property, detail());
}
