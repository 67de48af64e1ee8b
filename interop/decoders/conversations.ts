import fc from 'fast-check';
import { makeBody, Sender, type Transport, type WireMessage } from './wire.ts';

const SEED = 20_150_101;
const BODIES = 40;
const CONNECTIONS = 20;
const MESSAGES = 60;
/** A prime, so that a long conversation does not repeat itself in step with anything. */
const STEPS = 4_999;

/** Text that compresses well, badly or not at all, of a few bytes up to several blocks of either format. */
const content = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 50 }) },
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: 500, maxLength: 4_000 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: 70_000, maxLength: 140_000 }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.string({ unit: 'binary', minLength: 10, maxLength: 40 }), fc.constantFrom(10, 300, 10_000))
      .map(([text, times]) => text.repeat(times)),
  },
);
const shortContent = fc.string({ unit: 'binary', maxLength: 300 });

/** With runs of zeros near the start, as ids and times have: compressors reach for the last offsets there. */
function event(text: fc.Arbitrary<string>) {
  return fc.record({
    t: fc.constantFrom('MESSAGE_CREATE', 'PRESENCE_UPDATE', 'GUILD_CREATE'),
    d: fc.record({
      id: fc.oneof(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
        fc.constant('1000000000000000000'),
      ),
      timestamp: fc.constantFrom('2025-01-01T00:00:00.000000+00:00', null),
      content: text,
    }),
  });
}

function step(text: fc.Arbitrary<string>): fc.Arbitrary<Step> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.record({ s: fc.nat(2 ** 31 - 1), body: fc.nat(BODIES - 1) }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constantFrom(1, 7, 9, 10, 11), d: fc.option(text) }) },
  );
}

/** What a connection sends, before it is encoded. The same each time. */
type Step =
  | { readonly s: number; readonly body: number }
  | { readonly op: number; readonly d: string | null };

/**
 * What some connections send: bodies that all of them share, between messages of their own. Some begin with a dispatch,
 * some with a message of their own. The same each time.
 */
export function conversations(transport: Transport): WireMessage[][] {
  const bodies = sample(event(content), BODIES).map(({ t, d }) => makeBody(t, JSON.stringify(d)));
  return sample(fc.array(step(content), { minLength: MESSAGES, maxLength: MESSAGES }), CONNECTIONS).map(
    (steps) => {
      const sender = new Sender(transport);
      return steps.map((given) => send(sender, bodies, given));
    },
  );
}

/** What one connection sends that lives long: short messages, with sequence numbers from 1 on. */
export function* longConversation(transport: Transport, count: number): Generator<WireMessage> {
  const bodies = sample(event(shortContent), BODIES).map(({ t, d }) => makeBody(t, JSON.stringify(d)));
  const steps = sample(step(shortContent), STEPS);
  const sender = new Sender(transport);
  for (let index = 0; index < count; index += 1) {
    const given = steps[index % STEPS];
    if (given !== undefined) yield send(sender, bodies, 'op' in given ? given : { ...given, s: index + 1 });
  }
}

function send(sender: Sender, bodies: readonly ReturnType<typeof makeBody>[], given: Step): WireMessage {
  if ('op' in given) return sender.private(JSON.stringify({ ...given, s: null, t: null }));
  const body = bodies[given.body];
  if (body === undefined) throw new RangeError(`There is no body ${given.body}`);
  return sender.dispatch(given.s, body);
}

function sample<T>(arbitrary: fc.Arbitrary<T>, count: number): T[] {
  return fc.sample(arbitrary, { seed: SEED, numRuns: count });
}
