#!/usr/bin/env node
import { USAGE, UsageError } from './arguments.ts';
import { serve } from './serve.ts';

const [command, ...args] = process.argv.slice(2);

try {
  if (command === undefined || command === 'help' || command === '--help' || args.includes('--help')) {
    process.stdout.write(USAGE);
  } else if (command === 'serve') {
    process.exitCode = await serve(args);
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
