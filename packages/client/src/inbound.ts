import {
  createDecoder,
  isFreshDispatch,
  noteDispatch,
  noteFrame,
  Opcode,
  type TransportDecoder,
} from '@guildhall/protocol/client';
import type { Audience } from './audience.ts';
import type { Delivery } from './delivery.ts';
import { ProtocolError } from './errors.ts';
import type { MachineRunner } from './machine-runner.ts';
import { heartbeatIntervalOf, sessionOf } from './payloads.ts';
import type { ShardHost, ShardSettings } from './shard-settings.ts';
import type { ShardWatch } from './watching/shard-watch.ts';

/** Not a value of JSON: `d` could not be read, and that has been dealt with. */
const UNREADABLE = Symbol('unreadable');

/** The parts of a shard that what arrives goes to. */
export interface InboundParts {
  readonly shardId: number;
  readonly settings: ShardSettings;
  readonly runner: MachineRunner;
  readonly delivery: Delivery;
  readonly watch: ShardWatch;
  readonly audienceOf: ShardHost['audienceOf'];
  /** What the server sent makes no sense. */
  refused(error: ProtocolError): void;
}

/**
 * Reads what one connection brings: messages of the protocol become inputs of the machine, events go to their
 * handlers and past the machine, see `#onDispatch`.
 */
export class Inbound {
  readonly #epoch: number;
  readonly #parts: InboundParts;
  #decoder: TransportDecoder | null;

  constructor(epoch: number, parts: InboundParts) {
    this.#epoch = epoch;
    this.#parts = parts;
    const { transport, codec, limits } = parts.settings;
    this.#decoder = createDecoder(transport, {
      maxMessageBytes: limits.maxMessageBytes,
      messageEnd: codec.messageEnd(),
    });
  }

  /** Nothing is read any more. */
  close(): void {
    this.#decoder?.close();
    this.#decoder = null;
  }

  /** Bytes have arrived: what is handed to `message` next came at the same time. */
  received(atMs: number, byteLength: number): void {
    const { runner, watch } = this.#parts;
    if (this.#epoch !== runner.state.epoch) return;
    noteFrame(runner.state);
    watch.noteReceived(atMs, byteLength);
  }

  /** @param chunk good during the call only */
  message(chunk: Buffer, binary: boolean): void {
    const decoder = this.#decoder;
    const { runner, settings } = this.#parts;
    const { envelope } = settings.codec;
    if (this.#epoch !== runner.state.epoch || decoder === null) return;
    let message: Buffer | null;
    try {
      message = decoder.push(chunk, binary);
      if (message === null) return;
      envelope.read(message);
    } catch (error) {
      this.#refuse('a frame could not be decoded', error);
      return;
    }
    if (envelope.op === Opcode.DISPATCH) this.#onDispatch(message);
    else this.#onControl(message);
  }

  /** The hot path: an event of a live session changes `seq` and nothing else of the machine's state. */
  #onDispatch(message: Buffer): void {
    const { settings, runner, watch } = this.#parts;
    const { s: seq, t: name } = settings.codec.envelope;
    if (seq === null || name === null) {
      this.#refuse('an event came without number or name');
      return;
    }
    watch.noteDispatch(seq, name, message.length);
    if (name === 'READY') {
      this.#onReady(message, seq);
    } else if (name === 'RESUMED') {
      this.#onResumed(message, seq);
    } else if (isFreshDispatch(runner.state, seq)) {
      // One that cannot be read has not been handed over: a resume has to repeat it.
      if (this.#deliver(message, name, seq)) noteDispatch(runner.state, seq);
    }
  }

  /** READY and RESUMED are handed over after the machine has gone live: their handlers may already send. */
  #onReady(message: Buffer, seq: number): void {
    const { runner, delivery, audienceOf } = this.#parts;
    if (runner.state.phase.name !== 'identifying') return;
    const data = this.#parse(message);
    if (data === UNREADABLE) return;
    const session = sessionOf(data);
    if (session === null) {
      this.#refuse('READY came without a session id');
      return;
    }
    delivery.sessionBegan();
    runner.input({ type: 'ready', epoch: this.#epoch, ...session, seq });
    this.#tell(audienceOf('READY'), message, data, seq, false);
  }

  #onResumed(message: Buffer, seq: number): void {
    const { runner } = this.#parts;
    if (runner.state.phase.name !== 'resuming') return;
    runner.input({ type: 'resumed', epoch: this.#epoch, seq });
    this.#deliver(message, 'RESUMED', seq);
  }

  /** Hands an event to those who listen. False when it could not be read. */
  #deliver(message: Buffer, name: string, seq: number): boolean {
    const { runner, audienceOf } = this.#parts;
    const audience = audienceOf(name);
    const data = audience?.wantsData === true ? this.#parse(message) : undefined;
    if (data === UNREADABLE) return false;
    this.#tell(audience, message, data, seq, runner.state.phase.name === 'resuming');
    return true;
  }

  #tell(audience: Audience | null, message: Buffer, data: unknown, seq: number, replayed: boolean): void {
    const { delivery, watch } = this.#parts;
    watch.noteHeard(audience !== null);
    if (audience !== null) {
      delivery.tell(audience, message, data, seq, replayed, watch.vitals.lastFrameAtMs ?? 0);
    }
  }

  #onControl(message: Buffer): void {
    const { runner, settings, watch, shardId } = this.#parts;
    const epoch = this.#epoch;
    const { op } = settings.codec.envelope;
    switch (op) {
      case Opcode.HELLO: {
        const data = this.#parse(message);
        if (data === UNREADABLE) return;
        const heartbeatIntervalMs = heartbeatIntervalOf(data);
        if (heartbeatIntervalMs === null) this.#refuse('HELLO came without a usable heartbeat interval');
        else runner.input({ type: 'hello', epoch, heartbeatIntervalMs });
        return;
      }
      case Opcode.HEARTBEAT:
        runner.input({ type: 'heartbeat-requested', epoch });
        return;
      case Opcode.HEARTBEAT_ACK:
        watch.noteHeartbeatAck();
        runner.input({ type: 'heartbeat-ack', epoch });
        return;
      case Opcode.RECONNECT:
        runner.input({ type: 'reconnect-requested', epoch });
        return;
      case Opcode.INVALID_SESSION: {
        const data = this.#parse(message);
        if (data !== UNREADABLE) runner.input({ type: 'invalid-session', epoch, resumable: data === true });
        return;
      }
      default:
        settings.logger.debug({ shard: shardId, op }, 'opcode without meaning to a client');
    }
  }

  #parse(message: Buffer): unknown {
    try {
      return this.#parts.settings.codec.envelope.parseData(message);
    } catch (error) {
      this.#refuse('the data of a message could not be decoded', error);
      return UNREADABLE;
    }
  }

  #refuse(what: string, cause?: unknown): void {
    this.#parts.refused(new ProtocolError(this.#parts.shardId, what, cause));
  }
}
