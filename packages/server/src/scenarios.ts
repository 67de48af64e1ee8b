/** Scenarios: what is done to a client and what must then be seen of it, as data. */

export { readScenario } from './testing/scenario/read-scenario.ts';
export {
  runScenario,
  type ScenarioOptions,
  type ScenarioResult,
  type StepFailure,
  type StepResult,
} from './testing/scenario/run-scenario.ts';
export {
  type Absence,
  type Act,
  type Ceiling,
  type Duration,
  defineScenario,
  type Expectation,
  type Path,
  pathText,
  type Repetition,
  type Scenario,
  ScenarioError,
  type ScenarioGuild,
  type ScenarioWorld,
  type SightingName,
  type Sightings,
  type Step,
} from './testing/scenario/scenario.ts';
export type { ClientAddress, RunningClient, ScenarioClient } from './testing/scenario/scenario-client.ts';
