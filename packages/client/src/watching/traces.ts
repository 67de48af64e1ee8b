import { type Channel, channel } from 'node:diagnostics_channel';
import type { ShardEffect, ShardEvent } from '@guildhall/protocol/client';
import type { CloseRecord } from './close-record.ts';

/** Messages on the client's diagnostics channels, by name. None of them holds a token or a session id. */
export interface ClientTraces {
  /** A connection is being dialled. */
  readonly 'guildhall:client:connect': { readonly shard: number; readonly url: string };
  /** A session start is being spent. */
  readonly 'guildhall:client:identify': { readonly shard: number };
  readonly 'guildhall:client:resume': { readonly shard: number; readonly seq: number };
  /** A session stands: a new one, or one that goes on. */
  readonly 'guildhall:client:live': { readonly shard: number; readonly resumed: boolean };
  /** A connection has ended. */
  readonly 'guildhall:client:close': CloseRecord & { readonly shard: number };
  /** An event is about to be handed over, or skipped. */
  readonly 'guildhall:client:dispatch': {
    readonly shard: number;
    readonly seq: number;
    readonly name: string;
    /** Length of the whole message, decompressed. */
    readonly bytes: number;
  };
}

const connect = channelOf('guildhall:client:connect');
const identify = channelOf('guildhall:client:identify');
const resume = channelOf('guildhall:client:resume');
const live = channelOf('guildhall:client:live');
const close = channelOf('guildhall:client:close');
/** Public, so that the hot path asks for subscribers before it makes a message. */
export const dispatchTraces = channelOf('guildhall:client:dispatch');

/** What a shard is about to do. */
export function traceEffect(shard: number, effect: ShardEffect): void {
  switch (effect.type) {
    case 'dial':
      if (connect.hasSubscribers) connect.publish({ shard, url: effect.url });
      return;
    case 'send-identify':
      if (identify.hasSubscribers) identify.publish({ shard });
      return;
    case 'send-resume':
      if (resume.hasSubscribers) resume.publish({ shard, seq: effect.seq });
      return;
    case 'emit':
      traceEvent(shard, effect.event);
      return;
    default:
  }
}

export function traceClose(shard: number, record: CloseRecord): void {
  if (close.hasSubscribers) close.publish({ ...record, shard });
}

function traceEvent(shard: number, { type }: ShardEvent): void {
  if ((type === 'ready' || type === 'resumed') && live.hasSubscribers) {
    live.publish({ shard, resumed: type === 'resumed' });
  }
}

/** As the runtime's channel, but for what may be published. */
interface TraceChannel<Message> extends Pick<Channel, 'hasSubscribers'> {
  publish(message: Message): void;
}

function channelOf<Name extends keyof ClientTraces>(name: Name): TraceChannel<ClientTraces[Name]> {
  return channel(name);
}
