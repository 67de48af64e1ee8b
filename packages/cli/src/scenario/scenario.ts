import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGuildhall } from '@guildhall/server';
import { runScenario, type Scenario, type ScenarioClient } from '@guildhall/server/scenarios';
import { UsageError } from '../arguments.ts';
import { stopSignal } from '../stop-signal.ts';
import { outsideClient, processClient, wordsOf } from './client-process.ts';
import { parseScenarioArguments, type ScenarioArguments } from './scenario-arguments.ts';
import { EXAMINER_FOLDER, loadScenarios, type ScenarioFile, ScenarioFileError } from './scenario-file.ts';
import { junitXml, type ReportedScenario, resultLine, stepLines } from './scenario-report.ts';

const FAILED = 1;
const WRONG = 2;
const INTERRUPTED = 130;

/**
 * `guildhall scenario`: each in a server of its own, one after the other.
 * @returns the exit code
 * @throws UsageError
 */
export async function scenario(args: readonly string[]): Promise<number> {
  const options = parseScenarioArguments(args);
  const files = await filesOf(options).catch(wrongFile);
  if (files === null) return WRONG;
  const ending = new AbortController();
  stopSignal().then(() => ending.abort());
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-'));
  try {
    const results: ReportedScenario[] = [];
    for (const file of files) {
      results.push(await runOne(file, options, join(folder, 'bot.token'), ending.signal));
    }
    return await report(results, options);
  } catch (error) {
    if (ending.signal.aborted) return INTERRUPTED;
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function filesOf({ files, examine }: ScenarioArguments): Promise<readonly ScenarioFile[]> {
  const paths = [...(examine ? [EXAMINER_FOLDER] : []), ...files];
  return (await Promise.all(paths.map(loadScenarios))).flat();
}

/** Said in one line: the usage would bury it. */
function wrongFile(error: unknown): null {
  if (!(error instanceof ScenarioFileError)) throw error;
  process.stderr.write(`guildhall: ${error.message}\n`);
  return null;
}

async function runOne(
  { file, scenario: one }: ScenarioFile,
  options: ScenarioArguments,
  temporaryTokenFile: string,
  signal: AbortSignal,
): Promise<ReportedScenario> {
  const { seed, patience, port, json } = options;
  const tell = (text: string) => {
    if (!json) process.stdout.write(`${text}\n`);
  };
  const client = clientOf(one, options, temporaryTokenFile);
  await using hall = await startGuildhall({ port, log: 'error', portal: false, limits: one.limits ?? {} });
  tell(one.name);
  const result = await runScenario(hall, one, {
    client,
    patience,
    signal,
    ...(seed === null ? {} : { seed }),
    onStep: (step) => tell(stepLines(step)),
  });
  tell(resultLine(result));
  return { file, ...result };
}

/** What is told of a client that is waited for goes to the other stream: it is no result. */
function clientOf(
  { run: own }: Scenario,
  { run: given, tokenFile }: ScenarioArguments,
  temporaryTokenFile: string,
): ScenarioClient {
  const run = given ?? own ?? null;
  const file = tokenFile ?? temporaryTokenFile;
  if (run === null) return outsideClient(file, (text) => process.stderr.write(`guildhall: ${text}\n`));
  try {
    return processClient(typeof run === 'string' ? wordsOf(run) : run, file);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}

async function report(
  results: readonly ReportedScenario[],
  { json, junitFile }: ScenarioArguments,
): Promise<number> {
  const failed = results.filter(({ passed }) => !passed).length;
  if (json) process.stdout.write(`${JSON.stringify({ scenarios: results })}\n`);
  else process.stdout.write(`\n${results.length - failed} passed, ${failed} failed\n`);
  if (junitFile !== null) await writeFile(junitFile, junitXml(results));
  return failed === 0 ? 0 : FAILED;
}
