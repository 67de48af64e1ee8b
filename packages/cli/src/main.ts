#!/usr/bin/env node
import { USAGE as SERVE_USAGE, UsageError } from './arguments.ts';
import { CONNECT_USAGE } from './connect-arguments.ts';
import { RECORD_USAGE } from './record/record-arguments.ts';
import { REPLAY_USAGE } from './replay/replay-arguments.ts';
import { SCENARIO_USAGE } from './scenario/scenario-arguments.ts';

/** The first line with node:sqlite, zstd in node:zlib and `await using`. */
const MIN_NODE_MAJOR = 24;

const USAGE = `${SERVE_USAGE}\n${CONNECT_USAGE}\n${SCENARIO_USAGE}\n${RECORD_USAGE}\n${REPLAY_USAGE}`;

const [command, ...args] = process.argv.slice(2);

try {
  if (Number.parseInt(process.versions.node, 10) < MIN_NODE_MAJOR) {
    throw new Error(`Node ${MIN_NODE_MAJOR} or newer is needed; this is ${process.version}`);
  }
  if (command === undefined || command === 'help' || command === '--help' || args.includes('--help')) {
    process.stdout.write(USAGE);
  } else if (command === 'serve') {
    // Loaded only now: an older Node would fail on these imports before it could be told why.
    const { serve } = await import('./serve.ts');
    process.exitCode = await serve(args);
  } else if (command === 'doctor') {
    const { doctor } = await import('./doctor.ts');
    process.exitCode = await doctor(args);
  } else if (command === 'listen') {
    const { listen } = await import('./listen.ts');
    process.exitCode = await listen(args);
  } else if (command === 'scenario') {
    const { scenario } = await import('./scenario/scenario.ts');
    process.exitCode = await scenario(args);
  } else if (command === 'record') {
    const { record } = await import('./record/record.ts');
    process.exitCode = await record(args);
  } else if (command === 'replay') {
    const { replay } = await import('./replay/replay.ts');
    process.exitCode = await replay(args);
  } else {
    throw new UsageError(`there is no command ${JSON.stringify(command)}`);
  }
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`guildhall: ${error.message}\n\n${USAGE}`);
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
  return error.message;
}
