import { milliseconds } from './fields.ts';
import type { Absence, Ceiling, Expectation, SightingName } from './scenario.ts';
import type { Stage } from './stage.ts';
import type { Seen, Witness } from './witness.ts';

/** What was expected has not been seen, or what must not be seen has. */
export class UnmetError extends Error {
  override readonly name = 'UnmetError';
}

export interface ExpectationContext {
  readonly stage: Stage;
  readonly witness: Witness;
  readonly signal: AbortSignal;
  /** Where the unseen begins. */
  readonly position: number;
  /** From when time is counted; monotonic. */
  readonly sinceMs: number;
  readonly nowMs: () => number;
  /** By which the time that something may take is multiplied. */
  readonly patience: number;
}

/** What follows looks from here on. */
export interface Met {
  readonly position: number;
  readonly sinceMs: number;
}

const DEFAULT_WITHIN_MS = 20_000;
const PATTERN = /^\/(.+)\/(i?)$/s;

type SightingExpectation = Exclude<Expectation, { readonly expect: 'message' | 'response' }>;

/** @throws UnmetError, ExpectationError, the signal's reason */
export async function meet(expectation: Expectation, context: ExpectationContext): Promise<Met> {
  const { stage, position, nowMs } = context;
  switch (expectation.expect) {
    case 'message': {
      const { content, save } = expectation;
      const match = content === undefined ? {} : { content: textMatch(content, stage) };
      const found = await stage.tester.expectMessage(match, {
        in: stage.channel(expectation.in),
        timeoutMs: leftMs(expectation, context),
        signal: context.signal,
      });
      stage.save(save, found);
      return { position, sinceMs: nowMs() };
    }
    case 'response': {
      const { to, content, kind, ephemeral, save } = expectation;
      // The reader lets no other kinds through.
      const match = {
        ...(content === undefined ? {} : { content: textMatch(content, stage) }),
        ...(kind === undefined ? {} : { kind }),
        ...(ephemeral === undefined ? {} : { ephemeral }),
      } as Parameters<typeof stage.tester.expectInteractionResponse>[1];
      const found = await stage.tester.expectInteractionResponse(stage.savedInteraction(to), match, {
        timeoutMs: leftMs(expectation, context),
        signal: context.signal,
      });
      stage.save(save, found);
      return { position, sinceMs: nowMs() };
    }
    default:
      return meetSighting(expectation, context);
  }
}

async function meetSighting(expectation: SightingExpectation, context: ExpectationContext): Promise<Met> {
  const { expect: name, within = DEFAULT_WITHIN_MS, notBefore, save, ...wanted } = expectation;
  const { stage, position, sinceMs, patience } = context;
  const first = () => firstOf(context, name, wanted);
  const isOver = () => countOf(context, 'exited', {}) > 0;
  await until(() => first() !== undefined || isOver(), sinceMs + milliseconds(within) * patience, context);
  const found = first();
  if (found === undefined) {
    throw new UnmetError(isOver() ? 'it was not seen: the client has ended' : 'it was not seen');
  }
  const [at, seen] = found;
  const tookMs = seen.atMs - sinceMs;
  // Without it, what the last act caused may be seen before the act is over.
  if (notBefore !== undefined && tookMs < milliseconds(notBefore))
    throw new UnmetError(`it came too soon, after ${Math.round(tookMs)} ms`);
  stage.save(save, seen.facts);
  return { position: Math.max(position, at + 1), sinceMs: seen.atMs };
}

/** Nothing of the kind until the time is over. @throws UnmetError, the signal's reason */
export async function keepFrom(absence: Absence, context: ExpectationContext): Promise<void> {
  const { never, for: span, ...wanted } = absence;
  await keepBelow({ atMost: 0, of: never, for: span, ...wanted } as Ceiling, context);
}

/** @throws UnmetError, the signal's reason */
export async function keepBelow(ceiling: Ceiling, context: ExpectationContext): Promise<void> {
  const { atMost, of: name, for: span, ...wanted } = ceiling;
  const count = () => countOf(context, name, wanted);
  // Time that must pass is not stretched: more of it would only ask for more.
  await until(() => count() > atMost, context.sinceMs + milliseconds(span), context);
  if (count() > atMost) throw new UnmetError(atMost === 0 ? 'it was seen' : `it was seen ${count()} times`);
}

/** Resolves as soon as it is so, or when the time has come. */
function until(
  isSo: () => boolean,
  deadlineMs: number,
  { witness, signal, nowMs }: ExpectationContext,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = () => {
    if (isSo()) resolve();
  };
  const stopListening = witness.listen(look);
  const timer = setTimeout(resolve, Math.max(0, deadlineMs - nowMs()));
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  look();
  return promise.finally(() => {
    stopListening();
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  });
}

type Wanted = Readonly<Record<string, unknown>>;

function firstOf(
  { witness, position, stage }: ExpectationContext,
  name: SightingName,
  wanted: Wanted,
): readonly [number, Seen] | undefined {
  for (const [at, seen] of witness.from(position)) if (fits(seen, name, wanted, stage)) return [at, seen];
  return undefined;
}

function countOf(
  { witness, position, stage }: ExpectationContext,
  name: SightingName,
  wanted: Wanted,
): number {
  let count = 0;
  for (const [, seen] of witness.from(position)) if (fits(seen, name, wanted, stage)) count += 1;
  return count;
}

function fits({ name: seenName, facts }: Seen, name: SightingName, wanted: Wanted, stage: Stage): boolean {
  const isOfName = name === 'back' ? seenName === 'identified' || seenName === 'resumed' : seenName === name;
  return (
    isOfName &&
    Object.entries(wanted).every(([key, value]) => {
      const fact = facts[key];
      // What was never seen to be lost has no last number, and nothing can be said against it.
      if (key === 'seq' && value === 'last') return facts.lastSeq === null || fact === facts.lastSeq;
      return typeof value === 'string' ? fact === stage.fill(value) : fact === value;
    })
  );
}

function leftMs(
  { within = DEFAULT_WITHIN_MS }: Expectation,
  { sinceMs, nowMs, patience }: ExpectationContext,
): number {
  return Math.max(1, Math.round(sinceMs + milliseconds(within) * patience - nowMs()));
}

/** `/pattern/` is a pattern. */
function textMatch(content: string, stage: Stage): string | RegExp {
  const filled = stage.fill(content);
  const [, pattern, flags] = PATTERN.exec(filled) ?? [];
  return pattern === undefined ? filled : new RegExp(pattern, flags);
}
