import { parseArgs } from 'node:util';

export interface ServeArguments {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** HTTPS and wss: beside the plain port; null without. */
  readonly tls: TlsArguments | null;
  /** Folder of the SQLite file, the owner's key and the sample bot's token. */
  readonly dataDir: string;
  /** Where the owner's key is kept; null for a file in the data folder. */
  readonly ownerKeyFile: string | null;
  /** Whether the portal's page is served. */
  readonly portal: boolean;
  /** Keep nothing: no SQLite file, secrets in a temporary folder that is removed at the end. */
  readonly memory: boolean;
  /** Messages a minute of the simulated members; 0 keeps them quiet. */
  readonly messagesPerMinute: number;
  /** A bot to run beside the server, with the API base and token file in its environment. */
  readonly botFile: string | null;
  readonly logLevel: LogLevel;
}

export interface TlsArguments {
  /** 0 takes a free port. */
  readonly port: number;
  /** A certificate of the user's own; null for one that is made and kept in the data folder. */
  readonly files: { readonly certFile: string; readonly keyFile: string } | null;
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const DEFAULT_PORT = 4400;
const DEFAULT_TLS_PORT = 4443;
const MAX_PORT = 65_535;
const DEFAULT_MESSAGES_PER_MINUTE = 20;
const MAX_MESSAGES_PER_MINUTE = 6_000;

export const USAGE = `Usage: guildhall serve [options]

Runs a local Discord: gateway, bot REST API and owner's API on one loopback port.

  --port N         port to listen on, 0 for a free one (default ${DEFAULT_PORT})
  --host NAME      address to bind to (default 127.0.0.1)
  --tls            serve HTTPS and wss: too, with a certificate that is made and kept in the data folder
  --tls-port N     port for it, 0 for a free one (default ${DEFAULT_TLS_PORT}); means --tls
  --tls-cert FILE  a certificate chain of your own, in PEM, and
  --tls-key FILE   its key; mean --tls
  --data DIR       folder of the SQLite file and the secrets (default ./guildhall-data)
  --owner-key-file FILE  where the key of the owner's API is kept (default owner.key in the data folder)
  --no-portal      leave the portal's page out
  --memory         keep nothing; secrets go to a temporary folder that is removed at the end
  --rate N         messages a minute of the simulated members (default ${DEFAULT_MESSAGES_PER_MINUTE}, at most ${MAX_MESSAGES_PER_MINUTE})
  --quiet          no simulated members' chatter (--rate 0)
  --bot FILE       run a bot beside it; it finds GUILDHALL_API and GUILDHALL_TOKEN_FILE in its environment
  --no-bot         run none, whatever --bot says (\`npm start\` says a sample bot)
  --log LEVEL      ${LOG_LEVELS.join(', ')} (default warn)
  --help           this text
`;

/** A wrong command line; the message says what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError */
export function parseServeArguments(args: readonly string[]): ServeArguments {
  const { values } = read(args);
  return {
    host: values.host ?? '127.0.0.1',
    port: wholeNumber('--port', values.port ?? String(DEFAULT_PORT), 0, MAX_PORT),
    tls: tlsArguments(values),
    dataDir: values.data ?? 'guildhall-data',
    ownerKeyFile: values['owner-key-file'] ?? null,
    portal: values['no-portal'] !== true,
    memory: values.memory ?? false,
    messagesPerMinute: values.quiet
      ? 0
      : wholeNumber('--rate', values.rate ?? String(DEFAULT_MESSAGES_PER_MINUTE), 0, MAX_MESSAGES_PER_MINUTE),
    botFile: values['no-bot'] === true ? null : (values.bot ?? null),
    logLevel: logLevel(values.log ?? 'warn'),
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        host: { type: 'string' },
        port: { type: 'string' },
        tls: { type: 'boolean' },
        'tls-port': { type: 'string' },
        'tls-cert': { type: 'string' },
        'tls-key': { type: 'string' },
        data: { type: 'string' },
        'owner-key-file': { type: 'string' },
        'no-portal': { type: 'boolean' },
        memory: { type: 'boolean' },
        rate: { type: 'string' },
        quiet: { type: 'boolean' },
        bot: { type: 'string' },
        'no-bot': { type: 'boolean' },
        log: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function tlsArguments(values: ReturnType<typeof read>['values']): TlsArguments | null {
  const { tls, 'tls-port': port, 'tls-cert': certFile, 'tls-key': keyFile } = values;
  if (tls !== true && port === undefined && certFile === undefined && keyFile === undefined) return null;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new UsageError('--tls-cert and --tls-key go together');
  }
  return {
    port: wholeNumber('--tls-port', port ?? String(DEFAULT_TLS_PORT), 0, MAX_PORT),
    files: certFile === undefined || keyFile === undefined ? null : { certFile, keyFile },
  };
}

/** @throws UsageError */
export function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new UsageError(`${name} takes a whole number from ${min} to ${max}, not ${JSON.stringify(text)}`);
  }
  return value;
}

function logLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  if (level === undefined) {
    throw new UsageError(`--log takes one of ${LOG_LEVELS.join(', ')}, not ${JSON.stringify(text)}`);
  }
  return level;
}
