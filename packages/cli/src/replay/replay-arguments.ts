import { parseArgs } from 'node:util';
import { UsageError, wholeNumber } from '../arguments.ts';

export interface ReplayArguments {
  readonly file: string;
  /** 0: as fast as the client reads. */
  readonly speed: number;
  readonly host: string;
  readonly port: number;
  readonly tokenFile: string;
}

const DEFAULT_PORT = 4_400;
const MAX_PORT = 65_535;
const MAX_SPEED = 1_000_000;

export const REPLAY_USAGE = `Usage: guildhall replay FILE [options]

Serves a recording as a gateway: who identifies gets the recorded READY and events, with a session of its own that can be resumed.

  --speed N         times as fast as recorded, 0 for as fast as the client reads (default 1)
  --port N          port to listen on, 0 for a free one (default ${DEFAULT_PORT})
  --host NAME       address to bind to (default 127.0.0.1)
  --token-file FILE where the token is written that a client needs (default ./replay.token)
`;

/** @throws UsageError */
export function parseReplayArguments(args: readonly string[]): ReplayArguments {
  const { values, positionals } = read(args);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError('replay takes one FILE');
  const speed = values.speed ?? '1';
  if (!/^\d+(\.\d+)?$/.test(speed) || Number(speed) > MAX_SPEED) {
    throw new UsageError(`--speed takes a number from 0 to ${MAX_SPEED}, not ${JSON.stringify(speed)}`);
  }
  return {
    file,
    speed: Number(speed),
    host: values.host ?? '127.0.0.1',
    port: wholeNumber('--port', values.port ?? String(DEFAULT_PORT), 0, MAX_PORT),
    tokenFile: values['token-file'] ?? 'replay.token',
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        speed: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        'token-file': { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
