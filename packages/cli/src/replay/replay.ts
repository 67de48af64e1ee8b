import { PRIVILEGED_INTENTS } from '@guildhall/protocol';
import { startGuildhall } from '@guildhall/server';
import { writeSecret } from '../secret-file.ts';
import { stopSignal } from '../stop-signal.ts';
import { playTo } from './playing.ts';
import { parseReplayArguments } from './replay-arguments.ts';
import { ReplaySource } from './replay-source.ts';

/**
 * `guildhall replay`: runs until SIGINT or SIGTERM.
 * @returns the exit code
 * @throws UsageError, RecordingError; the system's error when the port cannot be had
 */
export async function replay(args: readonly string[]): Promise<number> {
  const { file, speed, host, port, tokenFile } = parseReplayArguments(args);
  const stopped = stopSignal();
  const source = await ReplaySource.open(file);
  await using hall = await startGuildhall({ host, port, log: 'error', portal: false });
  const { token } = await hall.createApplication({ name: 'replay', privilegedIntents: PRIVILEGED_INTENTS });
  await writeSecret(tokenFile, token);
  const stop = playTo(hall, source, speed, print);
  print(
    `Replaying ${file}: shard${source.shards.length === 1 ? '' : 's'} ${source.shards.join(', ')}, ` +
      (speed === 0 ? 'as fast as clients read' : `${speed} times as fast`),
  );
  print(`REST       ${hall.apiBase}\nGateway    ${hall.gatewayUrl}\nBot token  in ${tokenFile}`);
  await stopped;
  stop();
  return 0;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
