import { parseArgs } from 'node:util';
import { UsageError, wholeNumber } from '../arguments.ts';

export interface ScenarioArguments {
  /** Files and folders. */
  readonly files: readonly string[];
  /** Whether those that come with the command are run, too. */
  readonly examine: boolean;
  /** In place of what the scenarios say: a command line. */
  readonly run: string | null;
  readonly seed: number | null;
  readonly patience: number;
  /** Where clients that come by themselves find the server; 0 takes a free port. */
  readonly port: number;
  /** Where the token is written for the client; null for a file that is removed at the end. */
  readonly tokenFile: string | null;
  readonly json: boolean;
  readonly junitFile: string | null;
}

export const SCENARIO_USAGE = `Usage: guildhall scenario FILE... [options]

Leads a client through scenarios, and says what it did otherwise. A FILE is .yaml, .yml, .ts, .mts, .js or .mjs, or a folder of them.
Ends with 0 when all were passed, with 1 when one was not, with 2 for a wrong command line or a wrong file.

  --examine         the scenarios that come with it and judge any client, beside those given
  --run COMMAND     how the client is started, in place of what the scenarios say; without either, one that comes by
                    itself is waited for. It finds DISCORD_TOKEN, GUILDHALL_API, GUILDHALL_GATEWAY and
                    GUILDHALL_TOKEN_FILE in its environment
  --seed N          what is left to chance follows from it, in place of the scenarios' own
  --patience N      multiplies the time that something may take, for slow machines (default 1)
  --port N          port of the server, 0 for a free one (default 0)
  --token-file FILE where the token is written for a client that comes by itself
  --json            one object with all results on standard output
  --junit FILE      the results as JUnit XML, too
`;

const MAX_SEED = 2 ** 32 - 1;
const MAX_PATIENCE = 100;
const MAX_PORT = 65_535;

/** @throws UsageError */
export function parseScenarioArguments(args: readonly string[]): ScenarioArguments {
  const { values, positionals } = read(args);
  const examine = values.examine ?? false;
  if (positionals.length === 0 && !examine) throw new UsageError('scenario takes a FILE, or --examine');
  return {
    files: positionals,
    examine,
    run: values.run ?? null,
    seed: values.seed === undefined ? null : wholeNumber('--seed', values.seed, 0, MAX_SEED),
    patience: wholeNumber('--patience', values.patience ?? '1', 1, MAX_PATIENCE),
    port: wholeNumber('--port', values.port ?? '0', 0, MAX_PORT),
    tokenFile: values['token-file'] ?? null,
    json: values.json ?? false,
    junitFile: values.junit ?? null,
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        examine: { type: 'boolean' },
        run: { type: 'string' },
        seed: { type: 'string' },
        patience: { type: 'string' },
        port: { type: 'string' },
        'token-file': { type: 'string' },
        json: { type: 'boolean' },
        junit: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
