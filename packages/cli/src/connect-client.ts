import {
  DISPATCH_NAMES,
  type DispatchName,
  GatewayClient,
  Intent,
  type IntentName,
  OptionError,
} from '@guildhall/client';
import { UsageError } from './arguments.ts';
import type { ConnectArguments } from './connect-arguments.ts';
import { readSecret } from './secret-file.ts';

/** Need the owner's leave, so nobody gets them by asking for everything. */
const PRIVILEGED: readonly string[] = [
  'GUILD_MEMBERS',
  'GUILD_PRESENCES',
  'MESSAGE_CONTENT',
] satisfies IntentName[];

/** What the command line names in the options of the client. */
const FLAG_OF_OPTION: Readonly<Record<string, string>> = {
  token: '--token-file',
  apiBase: '--api-base',
  gatewayUrl: '--gateway-url',
  intents: '--intents',
};

/**
 * The client that the command line describes, not open yet.
 * @throws UsageError
 */
export async function connectClient(args: ConnectArguments): Promise<GatewayClient> {
  const { tokenFile, apiBase, gatewayUrl, intents } = args;
  const token = await readSecret(tokenFile);
  if (token === null) throw new UsageError(`there is no token in ${tokenFile}`);
  try {
    return new GatewayClient({
      token,
      intents:
        intents === null ? unprivileged() : typeof intents === 'number' ? intents : intents.map(intentOf),
      ...(apiBase === null ? {} : { apiBase }),
      ...(gatewayUrl === null ? {} : { gatewayUrl }),
    });
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new UsageError(`${FLAG_OF_OPTION[error.option] ?? error.option}: ${error.message}`);
  }
}

/**
 * The names that `--events` gives, checked.
 * @throws UsageError
 */
export function eventsOf({ events }: ConnectArguments): readonly DispatchName[] {
  return events.map((name) => {
    const known = DISPATCH_NAMES.find((each) => each === name);
    if (known === undefined) throw new UsageError(`--events: there is no event ${JSON.stringify(name)}`);
    return known;
  });
}

function intentOf(name: string): IntentName {
  if (name in Intent) return name as IntentName;
  throw new UsageError(
    `--intents: there is no intent ${JSON.stringify(name)}; known are ${intents().join(', ')}`,
  );
}

function unprivileged(): IntentName[] {
  return intents().filter((name) => !PRIVILEGED.includes(name));
}

function intents(): IntentName[] {
  return Object.keys(Intent) as IntentName[];
}
