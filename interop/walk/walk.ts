import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BotLines } from '../bot-lines.ts';
import { openHouse } from '../house.ts';
import type { Deviation, Library, Readiness, StepResult, Variant } from './library.ts';
import { type Step, WALK } from './steps.ts';
import { Visit } from './visit.ts';

/** More than one chunk of members. */
const MORE_MEMBERS = 1_200;
/** Short, so that a lost connection shows itself while one looks. */
const HEARTBEAT_INTERVAL_MS = 3_000;
const PATIENCE_MS = 60_000;
const WAKE_DEADLINE_MS = 5_000;

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
      // Seyfert does not answer a close frame, and must not miss a heartbeat while the server waits for it.
      closeTimeoutMs: 1_000,
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
  const visit = new Visit(house, variant, ({ withMembers }) => {
    const members = withMembers ? { WALK_MEMBERS: '1' } : {};
    return new BotLines(program.command, program.args, { ...environment, ...members });
  });
  try {
    return await takeSteps(visit, { ...library.deviations, ...variant.deviations }, told);
  } finally {
    await visit.bot.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function takeSteps(
  visit: Visit,
  deviations: Readonly<Record<string, Deviation>>,
  told: (result: StepResult, ms: number) => void,
): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const step of WALK) {
    const startedAtMs = performance.now();
    const outcome = judge(await take(step, visit), deviations[step.name]);
    const result = { step: step.name, outcome };
    results.push(result);
    told(result, performance.now() - startedAtMs);
    // Without the login there is nothing to see.
    if (results.length === 1 && outcome.type !== 'passed') break;
    if (outcome.type !== 'passed') await wake(visit);
  }
  return results;
}

function judge(outcome: StepResult['outcome'], deviation: Deviation | undefined): StepResult['outcome'] {
  if (deviation === undefined) return outcome;
  if (outcome.type === 'passed') {
    return deviation.sometimes === true
      ? outcome
      : { type: 'failed', why: `it is no longer so that ${deviation.why}` };
  }
  if (outcome.type === 'failed' && deviation.shows.test(outcome.why)) {
    return { type: 'deviates', why: deviation.why };
  }
  return outcome;
}

/** A bot that has come to grief is started afresh, so that it can show the rest. */
async function wake(visit: Visit): Promise<void> {
  try {
    await visit.isHeard(WAKE_DEADLINE_MS);
  } catch {
    await visit.restart({ withMembers: true }).catch(() => {});
  }
}

async function take({ run }: Step, visit: Visit): Promise<StepResult['outcome']> {
  try {
    await run(visit);
    return { type: 'passed' };
  } catch (error) {
    return { type: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}
