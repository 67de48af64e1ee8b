import { ReplayBuffer } from '@guildhall/protocol';
import type { DeliveryRecord } from './delivery-record.ts';
import type { SimulatedConnection } from './simulated-connection.ts';
import type { Timer } from './virtual-clock.ts';

/** A session as the gateway keeps it: it outlives its connections. */
export class SimulatedSession {
  readonly id: string;
  readonly shard: readonly [id: number, count: number];
  readonly replay: ReplayBuffer<string>;
  readonly #record: DeliveryRecord;
  connection: SimulatedConnection | null = null;
  expiry: Timer | null = null;
  seq = 0;

  constructor(
    id: string,
    shard: readonly [id: number, count: number],
    limits: { readonly maxEvents: number; readonly maxBytes: number },
    record: DeliveryRecord,
  ) {
    this.id = id;
    this.shard = shard;
    this.replay = new ReplayBuffer(limits.maxEvents, limits.maxBytes);
    this.#record = record;
  }

  /** An event: kept for a resume, and sent if there is somebody to send it to. */
  dispatch(event: number): void {
    const body = `"t":"SIMULATED_EVENT","op":0,"d":{"event":${event}}}`;
    this.seq += 1;
    this.#record.sent(this.id, this.seq, event);
    this.replay.push(body, body.length);
    this.connection?.send(dispatchText(this.seq, body));
  }

  /** READY and RESUMED use up a sequence number and are never replayed. */
  dispatchOnce(name: 'READY' | 'RESUMED', d: object): void {
    this.seq += 1;
    this.#record.sent(this.id, this.seq, null);
    this.replay.push(null, 0);
    this.connection?.send(dispatchText(this.seq, `"t":"${name}","op":0,"d":${JSON.stringify(d)}}`));
  }
}

export function dispatchText(seq: number, body: string): string {
  return `{"s":${seq},${body}`;
}
