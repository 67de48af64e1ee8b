import { parseArgs } from 'node:util';
import { UsageError } from './arguments.ts';

/** What `doctor` and `listen` need to stand in for a bot. Names are checked where they are used. */
export interface ConnectArguments {
  readonly tokenFile: string;
  /** Null: Discord's own. */
  readonly apiBase: string | null;
  /** Null: the one that the API names. */
  readonly gatewayUrl: string | null;
  /** Names, or one bit mask; null: all that need no permission of Discord's. */
  readonly intents: readonly string[] | number | null;
  /** Events of interest; empty: all. */
  readonly events: readonly string[];
  readonly json: boolean;
}

export const CONNECT_USAGE = `Usage: guildhall doctor --token-file FILE [options]

Finds out why a bot hears nothing: network, token, session starts, intents. Spends no session start; ends with 1 when
it has found an error, otherwise with 0.

Usage: guildhall listen --token-file FILE [options]

Prints live events with their rates until Ctrl-C. Takes one session start, as the bot itself would.

  --token-file FILE  file with the bot token
  --api-base URL     root of the REST API (default https://discord.com/api)
  --gateway-url URL  connect there without asking the API
  --intents LIST     names with commas between, or a bit mask (default all but the privileged ones)
  --events LIST      names with commas between: those that the bot wants to hear (default all)
  --json             for programs: the findings as one object, or one event a line
`;

/** @throws UsageError */
export function parseConnectArguments(args: readonly string[]): ConnectArguments {
  const values = read(args);
  const tokenFile = values['token-file'];
  if (tokenFile === undefined || tokenFile === '') throw new UsageError('--token-file FILE is needed');
  return {
    tokenFile,
    apiBase: values['api-base'] ?? null,
    gatewayUrl: values['gateway-url'] ?? null,
    intents: values.intents === undefined ? null : intentsOf(values.intents),
    events: values.events === undefined ? [] : namesOf('--events', values.events),
    json: values.json ?? false,
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        'token-file': { type: 'string' },
        'api-base': { type: 'string' },
        'gateway-url': { type: 'string' },
        intents: { type: 'string' },
        events: { type: 'string' },
        json: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function intentsOf(text: string): readonly string[] | number {
  return /^\d+$/.test(text) ? Number(text) : namesOf('--intents', text);
}

function namesOf(option: string, text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim().toUpperCase());
  if (names.includes('')) throw new UsageError(`${option} takes names with commas between`);
  return names;
}
