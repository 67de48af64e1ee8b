import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BotLines } from '../bot-lines.ts';
import { openHouse } from '../house.ts';
import type { Library, Readiness, StepResult, Variant } from './library.ts';
import { type Step, WALK } from './steps.ts';
import { Visit } from './visit.ts';

/** More than one chunk of members. */
const MORE_MEMBERS = 1_200;
/** Short, so that a lost connection shows itself while one looks. */
const HEARTBEAT_INTERVAL_MS = 3_000;
const PATIENCE_MS = 60_000;

/**
 * Leads one bot through the walk. A step that fails does not keep it from the next, unless it is the login.
 * @param told hears of each step when it is over
 */
export async function walk(
  library: Library,
  variant: Variant,
  program: Extract<Readiness, { readonly type: 'ready' }>,
  told: (result: StepResult, ms: number) => void = () => {},
): Promise<readonly StepResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-walk-'));
  await using house = await openHouse({
    tls: variant.tls ?? false,
    moreMembers: MORE_MEMBERS,
    limits: {
      heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS,
      firstHeartbeatDeadlineMs: PATIENCE_MS,
      heartbeatDeadlineMs: PATIENCE_MS,
      // Some ask for all members when they start, and again when they are told to.
      memberRequestIntervalMs: 0,
    },
  });
  const tokenFile = join(folder, 'bot.token');
  await writeFile(tokenFile, house.application.token, { mode: 0o600 });
  const environment: Record<string, string> = {
    GUILDHALL_API: house.hall.apiBase,
    GUILDHALL_GATEWAY: house.hall.gatewayUrl,
    GUILDHALL_TOKEN_FILE: tokenFile,
    ...variant.environment,
  };
  const { secure } = house.hall;
  if (secure !== null) {
    const caFile = join(folder, 'ca.crt');
    await writeFile(caFile, secure.ca);
    Object.assign(environment, {
      GUILDHALL_API: secure.apiBase,
      GUILDHALL_GATEWAY: secure.gatewayUrl,
      GUILDHALL_CA: caFile,
      NODE_EXTRA_CA_CERTS: caFile,
      SSL_CERT_FILE: caFile,
    });
  }
  const start = (more: Readonly<Record<string, string>>) =>
    new BotLines(program.command, program.args, { ...environment, ...more });
  const bot = start({ WALK_MEMBERS: '1' });
  try {
    return await takeSteps(library, new Visit({ house, bot, variant, startAgain: () => start({}) }), told);
  } finally {
    await bot.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function takeSteps(
  { cannot = {} }: Library,
  visit: Visit,
  told: (result: StepResult, ms: number) => void,
): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const step of WALK) {
    const reason = cannot[step.name];
    const startedAtMs = performance.now();
    const outcome: StepResult['outcome'] =
      reason === undefined ? await take(step, visit) : { type: 'not tried', why: reason };
    const result = { step: step.name, outcome };
    results.push(result);
    told(result, performance.now() - startedAtMs);
    // Without the login there is nothing to see.
    if (results.length === 1 && outcome.type === 'failed') break;
  }
  return results;
}

async function take({ run }: Step, visit: Visit): Promise<StepResult['outcome']> {
  try {
    await run(visit);
    return { type: 'passed' };
  } catch (error) {
    return { type: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}
