/** The faults of docs/owner-api.md, with what a form has to ask for each. */

export interface Parameter {
  readonly name: string;
  readonly label: string;
  readonly type: 'number' | 'text' | 'boolean';
  readonly value: string;
  readonly isOptional?: boolean;
}

export interface FaultKind {
  readonly kind: string;
  readonly label: string;
  readonly does: string;
  /** Whom it can meet: whoever connects next, a session, a request. */
  readonly meets: 'opening' | 'session' | 'request';
  readonly parameters: readonly Parameter[];
}

const ms = (value: string): Parameter => ({ name: 'ms', label: 'Milliseconds', type: 'number', value });

export const FAULT_KINDS: readonly FaultKind[] = [
  {
    kind: 'freeze',
    label: 'Freeze the connection',
    does: 'Nothing is read or written any more; TCP stands.',
    meets: 'session',
    parameters: [],
  },
  {
    kind: 'drop-acks',
    label: 'Drop heartbeat acks',
    does: 'Heartbeats are not acknowledged any more.',
    meets: 'session',
    parameters: [],
  },
  {
    kind: 'reset',
    label: 'Reset the connection',
    does: 'TCP ends without a word.',
    meets: 'session',
    parameters: [
      { name: 'bytes', label: 'After so many more bytes', type: 'number', value: '', isOptional: true },
    ],
  },
  {
    kind: 'lose-event',
    label: 'Lose the next event',
    does: 'The next event is not sent: a gap in s.',
    meets: 'session',
    parameters: [],
  },
  {
    kind: 'repeat-event',
    label: 'Repeat the next event',
    does: 'The next event is sent twice.',
    meets: 'session',
    parameters: [],
  },
  {
    kind: 'expire-session',
    label: 'Forget it when it disconnects',
    does: 'The session goes with its connection.',
    meets: 'session',
    parameters: [],
  },
  {
    kind: 'lose-replay',
    label: 'Forget what was kept',
    does: 'A resume finds nothing to replay.',
    meets: 'session',
    parameters: [],
  },
  {
    kind: 'close',
    label: 'Close with a code',
    does: 'The session stays or goes as the code says.',
    meets: 'session',
    parameters: [
      { name: 'code', label: 'Close code', type: 'number', value: '4000' },
      { name: 'reason', label: 'Reason', type: 'text', value: '', isOptional: true },
    ],
  },
  { kind: 'reconnect', label: 'Ask to reconnect', does: 'op 7.', meets: 'session', parameters: [] },
  {
    kind: 'invalid-session',
    label: 'Invalidate the session',
    does: 'op 9.',
    meets: 'session',
    parameters: [{ name: 'resumable', label: 'It can be resumed', type: 'boolean', value: 'true' }],
  },
  {
    kind: 'drip',
    label: 'Let bytes drip',
    does: 'So many bytes a second, and no more.',
    meets: 'session',
    parameters: [{ name: 'bytesPerSecond', label: 'Bytes a second', type: 'number', value: '100' }],
  },
  {
    kind: 'split',
    label: 'Split what is written',
    does: 'Each write in pieces of so many bytes.',
    meets: 'session',
    parameters: [{ name: 'bytes', label: 'Bytes in a piece', type: 'number', value: '3' }],
  },
  {
    kind: 'resume-url',
    label: 'Name another resume URL',
    does: 'READY names it; meets the next READY.',
    meets: 'session',
    parameters: [{ name: 'url', label: 'URL', type: 'text', value: 'ws://127.0.0.1:1/' }],
  },
  {
    kind: 'refuse-upgrade',
    label: 'Refuse the upgrade',
    does: 'The next connection is answered with an HTTP error.',
    meets: 'opening',
    parameters: [{ name: 'status', label: 'HTTP status', type: 'number', value: '503' }],
  },
  {
    kind: 'ignore-upgrade',
    label: 'Ignore the upgrade',
    does: 'The next connection gets no answer.',
    meets: 'opening',
    parameters: [],
  },
  {
    kind: 'no-hello',
    label: 'Say no Hello',
    does: 'The next connection hears nothing.',
    meets: 'opening',
    parameters: [],
  },
  {
    kind: 'late-hello',
    label: 'Say Hello late',
    does: 'The next connection has to wait.',
    meets: 'opening',
    parameters: [ms('5000')],
  },
  {
    kind: 'heartbeat-interval',
    label: 'Lie about the interval',
    does: 'Hello names this interval; the server expects its own.',
    meets: 'opening',
    parameters: [ms('1000')],
  },
  {
    kind: 'rest-status',
    label: 'Answer a request with an error',
    does: 'The next request of the bot API gets this status.',
    meets: 'request',
    parameters: [
      { name: 'status', label: 'HTTP status', type: 'number', value: '503' },
      { name: 'retryAfterMs', label: 'Retry after, in ms', type: 'number', value: '', isOptional: true },
    ],
  },
  {
    kind: 'rest-delay',
    label: 'Answer a request late',
    does: 'The next request of the bot API has to wait.',
    meets: 'request',
    parameters: [ms('5000')],
  },
];

/** Those that a menu can offer by name alone. */
export const PLAIN_FAULTS = FAULT_KINDS.filter(
  ({ meets, parameters, kind }) =>
    meets === 'session' && kind !== 'reconnect' && parameters.every(({ isOptional }) => isOptional === true),
);

export const MEETS_LABEL = {
  session: 'A session',
  opening: 'Whoever connects next',
  request: 'Requests of the bot API',
} as const;
