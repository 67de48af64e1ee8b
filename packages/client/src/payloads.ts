/** The messages that a shard sends, and the reading of the few messages whose `d` it needs itself. */
import { type EncodingName, Opcode } from '@guildhall/protocol/client';
import type { GatewayPresenceUpdateData } from 'discord-api-types/v10';
import { MAX_TIMER_MS } from './options.ts';

const GATEWAY_VERSION = '10';

export interface Identity {
  readonly token: string;
  readonly intents: number;
  readonly presence: GatewayPresenceUpdateData | null;
  readonly largeThreshold: number | null;
}

/** @see https://docs.discord.com/developers/events/gateway-events#identify */
export function identifyMessage(identity: Identity, shardId: number, shardCount: number): object {
  const { token, intents, presence, largeThreshold } = identity;
  return {
    op: Opcode.IDENTIFY,
    d: {
      token,
      intents,
      properties: { os: process.platform, browser: 'guildhall', device: 'guildhall' },
      shard: [shardId, shardCount],
      ...(presence === null ? {} : { presence }),
      ...(largeThreshold === null ? {} : { large_threshold: largeThreshold }),
    },
  };
}

/** @see https://docs.discord.com/developers/events/gateway-events#resume */
export function resumeMessage(token: string, sessionId: string, seq: number): object {
  return { op: Opcode.RESUME, d: { token, session_id: sessionId, seq } };
}

export function heartbeatMessage(seq: number | null): object {
  return { op: Opcode.HEARTBEAT, d: seq };
}

/** The gateway's URL with the query that says how to talk. */
export function connectionUrl(gatewayUrl: string, encoding: EncodingName, transport: string): string {
  const url = new URL(gatewayUrl);
  url.searchParams.set('v', GATEWAY_VERSION);
  url.searchParams.set('encoding', encoding);
  if (transport !== 'none') url.searchParams.set('compress', transport);
  return url.href;
}

/** Interval of HELLO in ms, or null when it is none that a timer can keep. */
export function heartbeatIntervalOf(d: unknown): number | null {
  const intervalMs = fieldOf(d, 'heartbeat_interval');
  return typeof intervalMs === 'number' && intervalMs >= 1 && intervalMs <= MAX_TIMER_MS ? intervalMs : null;
}

/** The parts of READY that a resume needs, or null when there is no session id. Whether the URL is followed is the machine's to say. */
export function sessionOf(
  d: unknown,
): { readonly sessionId: string; readonly resumeGatewayUrl: string | null } | null {
  const sessionId = fieldOf(d, 'session_id');
  if (typeof sessionId !== 'string' || sessionId === '') return null;
  const url = fieldOf(d, 'resume_gateway_url');
  return { sessionId, resumeGatewayUrl: typeof url === 'string' ? url : null };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
