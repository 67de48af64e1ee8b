import { parseArgs } from 'node:util';
import { UsageError, wholeNumber } from '../arguments.ts';
import { BLANKINGS, type Blanking } from './recording.ts';

export interface RecordArguments {
  readonly file: string;
  readonly apiBase: string;
  /** Null: the gateway that the API names. */
  readonly upstream: string | null;
  readonly host: string;
  readonly port: number;
  readonly blanked: readonly Blanking[];
}

const DEFAULT_PORT = 4_500;
const MAX_PORT = 65_535;

export const RECORD_USAGE = `Usage: guildhall record FILE --api-base URL [options]

Stands between a bot and a gateway and records what they say, without tokens and session ids. The bot is pointed at it as at any
local server. FILE must not exist yet; with .gz at its end it is compressed.

  --api-base URL   root of the REST API behind it, such as https://discord.com/api
  --upstream URL   the gateway, ws: or wss: (default: the one that the API names)
  --port N         port to listen on, 0 for a free one (default ${DEFAULT_PORT})
  --host NAME      address to bind to (default 127.0.0.1)
  --blank LIST     what is written as x only, with commas between: ${BLANKINGS.join(', ')}
`;

/** @throws UsageError */
export function parseRecordArguments(args: readonly string[]): RecordArguments {
  const { values, positionals } = read(args);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError('record takes one FILE');
  return {
    file,
    apiBase: urlOf('--api-base', values['api-base'], ['http:', 'https:']).replace(/\/+$/, ''),
    upstream: values.upstream === undefined ? null : urlOf('--upstream', values.upstream, ['ws:', 'wss:']),
    host: values.host ?? '127.0.0.1',
    port: wholeNumber('--port', values.port ?? String(DEFAULT_PORT), 0, MAX_PORT),
    blanked: blankingsOf(values.blank),
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'api-base': { type: 'string' },
        upstream: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        blank: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function urlOf(option: string, text: string | undefined, protocols: readonly string[]): string {
  const isUrl = text !== undefined && URL.canParse(text) && protocols.includes(new URL(text).protocol);
  if (!isUrl) throw new UsageError(`${option} takes a URL with ${protocols.join(' or ')}`);
  return text;
}

function blankingsOf(text: string | undefined): readonly Blanking[] {
  return (text ?? '')
    .split(',')
    .filter((name) => name !== '')
    .map((name) => {
      const blanking = BLANKINGS.find((known) => known === name.trim());
      if (blanking === undefined) throw new UsageError(`--blank takes ${BLANKINGS.join(', ')}, not ${name}`);
      return blanking;
    });
}
