import { COMMAND_OPCODES } from '@guildhall/protocol/client';
import type { GatewaySendPayload } from 'discord-api-types/v10';
import { SendError } from './errors.ts';

/** Opcodes 3, 4, 8, 31 and 43; the others are sent by the client itself. */
export type GatewayCommand = Extract<GatewaySendPayload, { op: 3 | 4 | 8 | 31 | 43 }>;

/** @throws SendError `NOT_A_COMMAND`, `TOO_LARGE` */
export function commandText(command: GatewayCommand, maxBytes: number): string {
  if (!COMMAND_OPCODES.has(command.op)) {
    throw new SendError('NOT_A_COMMAND', `Opcode ${command.op} is sent by the client itself`);
  }
  const text = JSON.stringify({ op: command.op, d: command.d });
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) {
    throw new SendError('TOO_LARGE', `The command has ${bytes} bytes; the gateway takes ${maxBytes}`);
  }
  return text;
}
