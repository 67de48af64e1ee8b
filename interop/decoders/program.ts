import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { conversations } from './conversations.ts';
import type { Transport } from './wire.ts';

/*
 * What a foreign program is told on its standard input, record by record: a kind, a length in 32 bits, big-endian, and so
 * many bytes. It answers each message, when it has been given that message and nothing behind it, with a length and the
 * text that has come out.
 */
const NEW_CONNECTION = 0;
const TEXT_MESSAGE = 1;
const BINARY_MESSAGE = 2;

const RUN_TIMEOUT_MS = 300_000;
const MAX_OUTPUT_BYTES = 2 ** 30;

/** @param args of the program, before the name of the transport */
export function decodeAll(command: string, args: readonly string[], transport: Transport): number {
  const connections = conversations(transport);
  const input = connections.flatMap((messages) => [
    record(NEW_CONNECTION, Buffer.of()),
    ...messages.map(({ binary, payload }) => record(binary ? BINARY_MESSAGE : TEXT_MESSAGE, payload)),
  ]);
  const answers = readAnswers(runProgram(command, [...args, transport], Buffer.concat(input)));
  const messages = connections.flat();
  for (const [index, { text }] of messages.entries()) {
    // assert.equal would print both texts whole.
    assert.ok(answers[index]?.toString() === text, `${transport}: message ${index} came out wrong`);
  }
  assert.equal(answers.length, messages.length);
  return messages.length;
}

/** @returns what it wrote to its standard output */
export function runProgram(command: string, args: readonly string[], input: Buffer): Buffer {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    input,
    timeout: RUN_TIMEOUT_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  if (error !== undefined) throw error;
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Whether the command is there and of use. */
export function runs(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

export function readAnswers(output: Buffer): Buffer[] {
  const answers: Buffer[] = [];
  for (let at = 0; at < output.length; ) {
    const start = at + 4;
    at = start + output.readUInt32BE(at);
    assert.ok(at <= output.length, 'the last answer is whole');
    answers.push(output.subarray(start, at));
  }
  return answers;
}

export function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function record(kind: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(kind), withLength(bytes)]);
}
