/** What has come of scenarios, as lines for people and as JUnit XML for machines. */
import { pathText, type ScenarioResult, type StepResult } from '@guildhall/server/scenarios';
import { printable } from '../printable.ts';

const MAX_SHOWN_CHARS = 300;

export interface ReportedScenario extends ScenarioResult {
  readonly file: string;
}

/** `  ok   0.84 s  expect identified` and, of one that failed, what happened instead. */
export function stepLines({ step, path, atMs, failure }: StepResult): string {
  const mark = failure === null ? 'ok  ' : 'FAIL';
  const line = `  ${mark} ${seconds(atMs).padStart(7)} s  ${shown(step)}`;
  if (failure === null) return line;
  const happened = failure.happened.map(
    ({ afterMs, what }) => `      ${afterMs < 0 ? '-' : '+'}${seconds(Math.abs(afterMs))} s  ${shown(what)}`,
  );
  const output = failure.output.map((text) => `      | ${shown(text)}`);
  return [
    line,
    `    ${pathText(path)}: ${failure.why.split('\n').map(shown).join('\n    ')}`,
    '    what was seen of the client instead:',
    ...(happened.length === 0 ? ['      nothing'] : happened),
    ...(output.length === 0 ? [] : ['    what it wrote:', ...output]),
  ].join('\n');
}

/** After the steps of a scenario. */
export function resultLine({ passed, name, why, seed, tookMs }: ScenarioResult): string {
  const result = `${passed ? 'passed' : 'FAILED'}  ${shown(name)}  (${seconds(tookMs)} s, seed ${seed})`;
  return passed || why === null ? result : `${result}\n    why it should be so: ${shown(why)}`;
}

/** @see https://github.com/testmoapp/junitxml */
export function junitXml(results: readonly ReportedScenario[]): string {
  const failures = results.filter(({ passed }) => !passed).length;
  const time = results.reduce((sum, { tookMs }) => sum + tookMs, 0);
  const cases = results.map(
    (result) =>
      `    <testcase name="${xml(result.name)}" classname="${xml(result.file)}" time="${seconds(result.tookMs)}"` +
      (result.passed ? '/>' : `>\n${failureXml(result)}    </testcase>`),
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${results.length}" failures="${failures}" time="${seconds(time)}">`,
    `  <testsuite name="guildhall scenario" tests="${results.length}" failures="${failures}" time="${seconds(time)}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function failureXml({ steps, why }: ReportedScenario): string {
  const failed = steps.find(({ failure }) => failure !== null);
  if (failed === undefined) return '';
  const text = `${stepLines(failed)}${why === null ? '' : `\n    why it should be so: ${why}`}`;
  return `      <failure message="${xml(failed.step)}">${xml(text)}</failure>\n`;
}

function xml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  // Control characters have no place in XML.
  return text
    .replaceAll(/[^\n\t\P{Cc}]/gu, '·')
    .toWellFormed()
    .replaceAll(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}

function shown(text: string): string {
  return printable(text, MAX_SHOWN_CHARS);
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(2);
}
