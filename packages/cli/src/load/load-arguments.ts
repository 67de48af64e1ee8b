import { parseArgs } from 'node:util';
import { UsageError, wholeNumber } from '../arguments.ts';
import { ACT_NAMES, type ActName, type Mix, USUAL_MIX } from './mix.ts';

export interface LoadArguments {
  readonly guilds: number;
  /** Members of a guild. */
  readonly members: number;
  /** Acts a second of one guild, on average. */
  readonly rate: number;
  readonly mix: Mix;
  readonly seed: number;
  /** Null: until it is stopped. */
  readonly seconds: number | null;
  readonly host: string;
  readonly port: number;
  readonly tokenFile: string;
  readonly json: boolean;
}

const DEFAULT_PORT = 4_400;
const MAX_PORT = 65_535;
const MAX_GUILDS = 10_000;
const MAX_MEMBERS = 1_000;
const MAX_USERS = 500_000;
const MAX_PER_SECOND = 100_000;
const MAX_SHARE = 1_000;
const MAX_SECONDS = 86_400;
const MAX_SEED = 2 ** 32 - 1;

const USUAL = ACT_NAMES.map((name) => `${name}=${USUAL_MIX[name]}`).join(',');

export const LOAD_USAGE = `Usage: guildhall load [options]

Serves many guilds in which much goes on, and says each five seconds what became of it. Nothing is kept.

  --guilds N        how many (default 100, at most ${MAX_GUILDS})
  --rate N          what happens in each a second, on average: messages, typing, presences … (default 1; may be 0.01)
  --members N       members of each (default 20, at most ${MAX_MEMBERS})
  --mix LIST        shares of what happens (default ${USUAL})
  --seed N          what happens follows from it (default 1)
  --for SECONDS     ends by itself
  --port N          port to listen on, 0 for a free one (default ${DEFAULT_PORT})
  --host NAME       address to bind to (default 127.0.0.1)
  --token-file FILE where the token is written that a client needs (default ./load.token)
  --json            one object a line
`;

/** @throws UsageError */
export function parseLoadArguments(args: readonly string[]): LoadArguments {
  const values = read(args);
  const guilds = wholeNumber('--guilds', values.guilds ?? '100', 1, MAX_GUILDS);
  const members = wholeNumber('--members', values.members ?? '20', 2, MAX_MEMBERS);
  if (guilds * members > MAX_USERS) {
    throw new UsageError(`--guilds times --members are ${guilds * members} users, more than ${MAX_USERS}`);
  }
  const rate = values.rate ?? '1';
  if (!/^\d+(\.\d+)?$/.test(rate) || Number(rate) <= 0 || Number(rate) * guilds > MAX_PER_SECOND) {
    throw new UsageError(
      `--rate takes a number above 0, with at most ${MAX_PER_SECOND} a second in all guilds, not ${JSON.stringify(rate)}`,
    );
  }
  return {
    guilds,
    members,
    rate: Number(rate),
    mix: mixOf(values.mix ?? USUAL),
    seed: wholeNumber('--seed', values.seed ?? '1', 0, MAX_SEED),
    seconds: values.for === undefined ? null : wholeNumber('--for', values.for, 1, MAX_SECONDS),
    host: values.host ?? '127.0.0.1',
    port: wholeNumber('--port', values.port ?? String(DEFAULT_PORT), 0, MAX_PORT),
    tokenFile: values['token-file'] ?? 'load.token',
    json: values.json ?? false,
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        guilds: { type: 'string' },
        members: { type: 'string' },
        rate: { type: 'string' },
        mix: { type: 'string' },
        seed: { type: 'string' },
        for: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        'token-file': { type: 'string' },
        json: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** What is not named has no share. */
function mixOf(text: string): Mix {
  const shares = new Map<ActName, number>();
  for (const part of text.split(',')) {
    const [given = '', share = ''] = part.split('=');
    const name = ACT_NAMES.find((known) => known === given.trim());
    if (name === undefined)
      throw new UsageError(`--mix takes ${ACT_NAMES.join(', ')}, not ${JSON.stringify(given)}`);
    shares.set(name, wholeNumber(`--mix ${name}`, share, 0, MAX_SHARE));
  }
  if ([...shares.values()].every((share) => share === 0))
    throw new UsageError('--mix leaves nothing to happen');
  return Object.fromEntries(ACT_NAMES.map((name) => [name, shares.get(name) ?? 0])) as Mix;
}
