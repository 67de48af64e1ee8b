import type { GatewayFrame } from '../../../api/types.ts';

/** @see https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-opcodes */
const NAMES: Readonly<Record<number, string>> = {
  0: 'Dispatch',
  1: 'Heartbeat',
  2: 'Identify',
  3: 'Presence Update',
  4: 'Voice State Update',
  6: 'Resume',
  7: 'Reconnect',
  8: 'Request Guild Members',
  9: 'Invalid Session',
  10: 'Hello',
  11: 'Heartbeat ACK',
  31: 'Request Soundboard Sounds',
};

/** What the frame is called: the event, or the opcode. */
export function nameOfFrame({ op, t, close }: GatewayFrame): string {
  if (close !== null) return `Close ${close.code ?? 'without a code'}`;
  if (t !== null) return t;
  return op === null ? 'Unknown' : (NAMES[op] ?? `Opcode ${op}`);
}

/** @param query words of which all are in the name or the content */
export function isWantedFrame(
  frame: GatewayFrame,
  from: 'both' | GatewayFrame['from'],
  query: string,
): boolean {
  if (from !== 'both' && frame.from !== from) return false;
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const name = nameOfFrame(frame).toLowerCase();
  return words.every((word) => name.includes(word));
}
