import type { Step } from './scenario.ts';

/** A step as people would say it. */
export function describeStep(step: Step): string {
  if ('do' in step) {
    const { do: verb, ...rest } = step;
    return `do ${verb}${fieldsText(rest)}`;
  }
  if ('expect' in step) {
    const { expect, within, notBefore, ...rest } = step as Extract<Step, { readonly expect: 'back' }>;
    const time = [
      ...(notBefore === undefined ? [] : [`not before ${durationText(notBefore)}`]),
      ...(within === undefined ? [] : [`within ${durationText(within)}`]),
    ];
    return ['expect', `${expect}${fieldsText(rest)}`, ...time].join(' ');
  }
  if ('never' in step) {
    const { never, for: span, ...rest } = step;
    return `never ${never}${fieldsText(rest)} for ${durationText(span)}`;
  }
  if ('atMost' in step) {
    const { atMost, of, for: span, ...rest } = step;
    return `at most ${atMost} ${of}${fieldsText(rest)} for ${durationText(span)}`;
  }
  return `repeat ${step.repeat} times${step.shuffle === true ? ', shuffled' : ''}`;
}

function fieldsText(fields: object): string {
  const texts = Object.entries(fields)
    .filter(([key, value]) => key !== 'save' && value !== undefined)
    .map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return texts.length === 0 ? '' : ` (${texts.join(', ')})`;
}

function durationText(duration: number | string): string {
  return typeof duration === 'number' ? `${duration} ms` : duration;
}
