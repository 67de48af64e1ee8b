import { COMMAND_OPCODES, Opcode } from '@guildhall/protocol/client';
import type { GatewayPresenceUpdateData, GatewaySendPayload } from 'discord-api-types/v10';
import type { Codec, Payload } from './codec.ts';
import { SendError } from './errors.ts';

/** Opcodes 3, 4, 8, 31 and 43; the others are sent by the client itself. */
export type GatewayCommand = Extract<GatewaySendPayload, { op: 3 | 4 | 8 | 31 | 43 }>;

/** `high` goes before everything that is `normal`; within each, what came first goes first. */
export type SendPriority = 'high' | 'normal';

export interface SendOptions {
  /** Default `normal`. */
  readonly priority?: SendPriority;
  /** Takes the command back while it waits: `send` then rejects with `AbortedError`. What is written stays written. */
  readonly signal?: AbortSignal;
}

/** A limit of Discord's besides that on all payloads. */
export type CommandRule =
  | { readonly type: 'none' }
  | { readonly type: 'presence'; readonly presence: GatewayPresenceUpdateData }
  /** A request for all members of a guild. */
  | { readonly type: 'all-members'; readonly guildId: string };

/** A command as a shard's queue holds it. */
export interface EncodedCommand {
  readonly payload: Payload;
  readonly rule: CommandRule;
}

const NO_RULE: CommandRule = { type: 'none' };

/** @throws SendError `NOT_A_COMMAND`, `TOO_LARGE` */
export function encodeCommand(command: GatewayCommand, codec: Codec, maxBytes: number): EncodedCommand {
  if (!COMMAND_OPCODES.has(command.op)) {
    throw new SendError('NOT_A_COMMAND', `Opcode ${command.op} is sent by the client itself`);
  }
  const payload = codec.encode({ op: command.op, d: command.d });
  const bytes = Buffer.byteLength(payload);
  if (bytes > maxBytes) {
    throw new SendError('TOO_LARGE', `The command has ${bytes} bytes; the gateway takes ${maxBytes}`);
  }
  return { payload, rule: ruleOf(command) };
}

/** Of a command that the gateway has told the time of. */
export function withoutRule(command: EncodedCommand): EncodedCommand {
  return { ...command, rule: NO_RULE };
}

function ruleOf(command: GatewayCommand): CommandRule {
  // What callers without types put in is the gateway's to refuse.
  if (typeof command.d !== 'object' || command.d === null) return NO_RULE;
  if (command.op === Opcode.PRESENCE_UPDATE) return { type: 'presence', presence: command.d };
  if (command.op === Opcode.REQUEST_GUILD_MEMBERS && 'query' in command.d && command.d.query === '') {
    return { type: 'all-members', guildId: String(command.d.guild_id) };
  }
  return NO_RULE;
}
