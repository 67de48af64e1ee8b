import { Random } from '@guildhall/protocol';
import type { Guildhall } from '../../guildhall.ts';
import { requireInteger } from '../../option-error.ts';
import { perform } from './acts.ts';
import { describeStep } from './describe-step.ts';
import { keepBelow, keepFrom, type Met, meet } from './expectations.ts';
import { readScenario } from './read-scenario.ts';
import type { Path, Scenario, Step } from './scenario.ts';
import type { RunningClient, ScenarioClient } from './scenario-client.ts';
import { Stage } from './stage.ts';
import { Witness } from './witness.ts';

export interface ScenarioOptions {
  /** How the client is started. */
  readonly client: ScenarioClient;
  /** In place of the scenario's own. */
  readonly seed?: number;
  /** By which the time that something may take is multiplied, for slow machines. Default 1. */
  readonly patience?: number;
  /** Told of each step when it is over. */
  readonly onStep?: (result: StepResult) => void;
  readonly signal?: AbortSignal;
}

export interface StepResult {
  /** The step as people would say it. */
  readonly step: string;
  /** Where it is in the scenario. */
  readonly path: Path;
  /** When it was over, since the scenario began. */
  readonly atMs: number;
  readonly tookMs: number;
  /** Null when it went as it should. */
  readonly failure: StepFailure | null;
}

export interface StepFailure {
  readonly why: string;
  /** What was seen of the client since what was seen as it should be, oldest first, with the time since then. */
  readonly happened: readonly { readonly afterMs: number; readonly what: string }[];
  /** What the client's process wrote of late. */
  readonly output: readonly string[];
}

export interface ScenarioResult {
  readonly name: string;
  readonly passed: boolean;
  readonly seed: number;
  readonly why: string | null;
  readonly tookMs: number;
  /** The last one has failed when the scenario has; what comes after it was not run. */
  readonly steps: readonly StepResult[];
}

const MAX_SEED = 2 ** 32 - 1;
const DEFAULT_SEED = 1;
/** The last of them explain a failure. */
const MAX_SHOWN = 30;

/**
 * Leads a client through a scenario, in a world of its own on this server. The server is best started with
 * `limits: scenario.limits`, and is not used by others meanwhile: what they do would be taken for the client's.
 * @throws ScenarioError for a scenario that cannot be; GuildhallOptionError for a bad option; the signal's reason
 */
export async function runScenario(
  hall: Guildhall,
  given: Scenario,
  options: ScenarioOptions,
): Promise<ScenarioResult> {
  const scenario = readScenario(given);
  const seed = requireInteger('seed', options.seed ?? scenario.seed ?? DEFAULT_SEED, 0, MAX_SEED);
  const stage = await Stage.open(hall, scenario.world ?? {});
  const run = new Run(stage, seed, options);
  try {
    return await run.all(scenario);
  } finally {
    await run.close();
    stage.close();
  }
}

class Run {
  readonly #stage: Stage;
  readonly #seed: number;
  readonly #options: ScenarioOptions;
  readonly #random: Random;
  readonly #witness: Witness;
  readonly #signal: AbortSignal;
  readonly #startedMs = performance.now();
  readonly #results: StepResult[] = [];
  #client: RunningClient | null = null;
  #met: Met = { position: 0, sinceMs: performance.now() };
  /** Acts that follow on each other begin one page together. */
  #isActing = false;

  constructor(stage: Stage, seed: number, options: ScenarioOptions) {
    this.#stage = stage;
    this.#seed = seed;
    this.#options = options;
    this.#random = new Random(seed);
    this.#signal = options.signal ?? new AbortController().signal;
    this.#witness = new Witness(stage.hall.gateway, stage.application.id, () => performance.now());
  }

  async all({ name, why, steps }: Scenario): Promise<ScenarioResult> {
    const startsItself = (step: Step): boolean =>
      ('do' in step && step.do === 'start') || ('steps' in step && step.steps.some(startsItself));
    const passed =
      (steps.some(startsItself) || (await this.#step({ do: 'start' }, []))) &&
      (await this.#steps(steps, ['steps']));
    return {
      name,
      passed,
      seed: this.#seed,
      why: why ?? null,
      tookMs: performance.now() - this.#startedMs,
      steps: this.#results,
    };
  }

  async close(): Promise<void> {
    this.#stage.hall.gateway.faults.clear();
    await this.#client?.stop();
    this.#witness.close();
  }

  /** @returns false as soon as one has failed */
  async #steps(steps: readonly Step[], path: Path): Promise<boolean> {
    for (const [index, step] of steps.entries()) {
      if (!(await this.#step(step, [...path, index]))) return false;
    }
    return true;
  }

  async #step(step: Step, path: Path): Promise<boolean> {
    if ('repeat' in step) {
      for (let round = 0; round < step.repeat; round += 1) {
        const numbered = step.steps.map((one, index) => [index, one] as const);
        for (const [index, one] of step.shuffle === true ? this.#shuffled(numbered) : numbered) {
          if (!(await this.#step(one, [...path, 'steps', index]))) return false;
        }
      }
      return true;
    }
    const startedMs = performance.now();
    let failure: StepFailure | null = null;
    try {
      await this.#run(step);
    } catch (error) {
      this.#signal.throwIfAborted();
      failure = this.#failure(error);
    }
    const nowMs = performance.now();
    const result = {
      step: describeStep(step),
      path,
      atMs: nowMs - this.#startedMs,
      tookMs: nowMs - startedMs,
      failure,
    };
    this.#results.push(result);
    this.#options.onStep?.(result);
    return failure === null;
  }

  async #run(step: Exclude<Step, { readonly repeat: number }>): Promise<void> {
    this.#signal.throwIfAborted();
    if ('do' in step) {
      const { position } = this.#isActing ? this.#met : this.#witness;
      this.#isActing = true;
      await perform(step, {
        stage: this.#stage,
        random: this.#random,
        signal: this.#signal,
        startClient: () => this.#startClient(),
        stopClient: () => this.#stopClient(),
      });
      this.#met = { position, sinceMs: performance.now() };
      return;
    }
    this.#isActing = false;
    const context = {
      stage: this.#stage,
      witness: this.#witness,
      signal: this.#signal,
      ...this.#met,
      nowMs: () => performance.now(),
      patience: this.#options.patience ?? 1,
    };
    if ('expect' in step) this.#met = await meet(step, context);
    else if ('never' in step) await keepFrom(step, context);
    else await keepBelow(step, context);
  }

  async #startClient(): Promise<void> {
    await this.#stopClient();
    const { hall, token } = this.#stage;
    const { apiBase, gatewayUrl } = hall;
    const client = await this.#options.client({ apiBase, gatewayUrl, token });
    this.#client = client;
    client.exited.then(({ code, how }) => {
      if (this.#client === client) this.#witness.exited(code, how);
    });
  }

  async #stopClient(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.stop();
  }

  #failure(error: unknown): StepFailure {
    const { position, sinceMs } = this.#met;
    return {
      why: error instanceof Error ? error.message : String(error),
      happened: [...this.#witness.from(position)]
        .slice(-MAX_SHOWN)
        .map(([, { atMs, text }]) => ({ afterMs: atMs - sinceMs, what: text })),
      output: this.#client?.output ?? [],
    };
  }

  #shuffled<Item>(items: readonly Item[]): readonly Item[] {
    const shuffled = [...items];
    for (let index = shuffled.length - 1; index > 0; index -= 1) {
      const other = this.#random.integer(0, index);
      [shuffled[index], shuffled[other]] = [shuffled[other] as Item, shuffled[index] as Item];
    }
    return shuffled;
  }
}
