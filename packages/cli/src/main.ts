#!/usr/bin/env node
import { USAGE as SERVE_USAGE, UsageError } from './arguments.ts';
import { CONNECT_USAGE } from './connect-arguments.ts';
import { LOAD_USAGE } from './load/load-arguments.ts';
import { RECORD_USAGE } from './record/record-arguments.ts';
import { REPLAY_USAGE } from './replay/replay-arguments.ts';
import { SCENARIO_USAGE } from './scenario/scenario-arguments.ts';

/** The first line with node:sqlite, zstd in node:zlib and `await using`. */
const MIN_NODE_MAJOR = 24;

interface Command {
  readonly usage: string;
  /** Loads it only now: an older Node would fail on these imports before it could be told why. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  serve: { usage: SERVE_USAGE, run: async (args) => (await import('./serve.ts')).serve(args) },
  doctor: { usage: CONNECT_USAGE, run: async (args) => (await import('./doctor.ts')).doctor(args) },
  listen: { usage: CONNECT_USAGE, run: async (args) => (await import('./listen.ts')).listen(args) },
  scenario: {
    usage: SCENARIO_USAGE,
    run: async (args) => (await import('./scenario/scenario.ts')).scenario(args),
  },
  record: { usage: RECORD_USAGE, run: async (args) => (await import('./record/record.ts')).record(args) },
  replay: { usage: REPLAY_USAGE, run: async (args) => (await import('./replay/replay.ts')).replay(args) },
  load: { usage: LOAD_USAGE, run: async (args) => (await import('./load/load.ts')).load(args) },
};
const WHOLE_USAGE = [...new Set(Object.values(COMMANDS).map(({ usage }) => usage))].join('\n');

const [name, ...args] = process.argv.slice(2);
const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
const usage = command?.usage ?? WHOLE_USAGE;

try {
  if (Number.parseInt(process.versions.node, 10) < MIN_NODE_MAJOR) {
    throw new Error(`Node ${MIN_NODE_MAJOR} or newer is needed; this is ${process.version}`);
  }
  if (name === undefined || name === 'help' || name === '--help' || args.includes('--help')) {
    process.stdout.write(usage);
  } else {
    if (command === undefined) throw new UsageError(`there is no command ${JSON.stringify(name)}`);
    process.exitCode = await command.run(args);
  }
} catch (error) {
  if (error instanceof UsageError) {
    const asked = command === undefined ? '' : ` ${name}`;
    process.stderr.write(`guildhall: ${error.message}\nguildhall${asked} --help says what is allowed.\n`);
    process.exitCode = 2;
  } else {
    process.stderr.write(`guildhall: ${explain(error)}\n`);
    process.exitCode = 1;
  }
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    return `port ${error.port} is taken; choose another with --port`;
  }
  if ('code' in error && error.code === 'EADDRNOTAVAIL' && 'address' in error) {
    return `${error.address} is no address of this machine; choose another with --host`;
  }
  return error.message;
}
