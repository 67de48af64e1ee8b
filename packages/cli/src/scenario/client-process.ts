import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ClientAddress, RunningClient, ScenarioClient } from '@guildhall/server/scenarios';
import { endProcess } from '../bot-process.ts';
import { writeSecret } from '../secret-file.ts';

const GRACE_MS = 3_000;
/** The last of them explain a failure. */
const MAX_LINES = 15;
const MAX_LINE_CHARS = 300;

/** Clients in processes of their own. @param tokenFile where each finds its token, too */
export function processClient(words: readonly string[], tokenFile: string): ScenarioClient {
  return async (address) => {
    await writeSecret(tokenFile, address.token);
    return startProcess(words, environmentOf(address, tokenFile));
  };
}

/** One that somebody else starts. @param tell shows where it is to come to */
export function outsideClient(tokenFile: string, tell: (text: string) => void): ScenarioClient {
  return async ({ apiBase, gatewayUrl, token }) => {
    await writeSecret(tokenFile, token);
    tell(`Waiting for a client at ${apiBase} (gateway ${gatewayUrl}) with the token in ${tokenFile}`);
    return { stop: async () => {}, exited: new Promise(() => {}) };
  };
}

function environmentOf({ apiBase, gatewayUrl, token }: ClientAddress, tokenFile: string) {
  return {
    DISCORD_TOKEN: token,
    GUILDHALL_API: apiBase,
    GUILDHALL_GATEWAY: gatewayUrl,
    GUILDHALL_TOKEN_FILE: tokenFile,
  };
}

async function startProcess(
  [command = '', ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<RunningClient> {
  const child = spawn(command, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      output.push(line.slice(0, MAX_LINE_CHARS));
      if (output.length > MAX_LINES) output.shift();
    });
  }
  // Whatever happens to this process, the client goes with it.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = new Promise<{ readonly code: number | null; readonly how: string }>((resolve) => {
    child.once('error', ({ message }) => resolve({ code: null, how: `could not be started: ${message}` }));
    child.once('close', (code, signal) =>
      resolve({ code, how: `ended with ${signal ?? `exit code ${code}`}` }),
    );
  });
  exited.then(() => process.off('exit', kill));
  return { exited, output, stop: () => endProcess(child, GRACE_MS) };
}

/**
 * The words of a command line: spaces part them, quotation marks keep them together.
 * @throws RangeError for marks that are not closed
 */
export function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  let rest = line.trim();
  while (rest !== '') {
    const [whole, double, single, plain] = /^(?:"([^"]*)"|'([^']*)'|([^\s"']+))\s*/.exec(rest) ?? [];
    if (whole === undefined)
      throw new RangeError(`a quotation mark is not closed in ${JSON.stringify(line)}`);
    words.push(double ?? single ?? plain ?? '');
    rest = rest.slice(whole.length);
  }
  return words;
}
