/** Passes of a server that publishes to its crowd, and a look at what arrives. */

import type { Crowd, GuildhallCrowd } from '../harness/crowd.ts';
import type { Load, PublishRequest } from '../harness/guildhall.ts';
import type { Contestant } from '../harness/passes.ts';

/** Whole bursts, and twice the whole pattern of the mix; no more than the kernel buffers for a socket. */
export const EVENTS_PER_ROUND = 40;
/** With few receivers there is more to a round: the answers to it would be a cost of their own. */
const FEW_RECEIVERS = 100;
const EVENTS_PER_ROUND_OF_FEW = 200;
/** More text than a zlib window holds, so that the peers do not meet the same again. */
const ROUNDS_LOOKED_AT = 4;

export interface Publishing {
  readonly name: string;
  readonly crowd: Crowd;
  /** About as many in a pass: whole rounds. */
  readonly deliveries: number;
  /** Default {@link EVENTS_PER_ROUND}, and more for few. */
  readonly eventsPerRound?: number;
  /** What the server is asked, without `type` and `events`. */
  readonly request: object;
}

/** CPU microseconds of the server per delivery, from the first event of a round until all have the last. */
export function publisher({ name, crowd, deliveries, request, ...more }: Publishing): Contestant {
  const { server, receivers, size } = crowd;
  const usual = size < FEW_RECEIVERS ? EVENTS_PER_ROUND_OF_FEW : EVENTS_PER_ROUND;
  const events = more.eventsPerRound ?? usual;
  const rounds = Math.max(1, Math.round(deliveries / (events * size)));
  return {
    name,
    pass: async () => {
      const before = await server.cpuMicros();
      for (let number = 0; number < rounds; number += 1) {
        await server.ask({ type: 'publish', ...request, events });
        await receivers.ask({ type: 'expect', messages: events });
      }
      return ((await server.cpuMicros()) - before) / (rounds * events * size);
    },
  };
}

export interface Look {
  /** Of one message on the wire, on average. */
  readonly wireBytes: number;
  readonly texts: readonly string[];
}

/** Some rounds of Guildhall, of which one receiver decodes everything. @throws Error when something is missing */
export async function lookAt({ server, receivers }: GuildhallCrowd, load: Load): Promise<Look> {
  await takeTexts(receivers);
  let wireBytes = 0;
  for (let round = 0; round < ROUNDS_LOOKED_AT; round += 1) {
    const request: PublishRequest = { type: 'publish', load, events: EVENTS_PER_ROUND, perTurn: 1 };
    await server.ask(request);
    const { bytesPerMessage } = await receivers.ask<{ bytesPerMessage: number }>({
      type: 'expect',
      messages: EVENTS_PER_ROUND,
    });
    wireBytes += bytesPerMessage / ROUNDS_LOOKED_AT;
  }
  const texts = await takeTexts(receivers);
  verify(texts, ROUNDS_LOOKED_AT * EVENTS_PER_ROUND, 'Guildhall');
  return { wireBytes, texts };
}

/** @throws Error unless what the receivers were sent since they connected, or since the last look, is whole */
export async function verifyArrivals({ receivers }: Crowd, name: string): Promise<void> {
  verify(await takeTexts(receivers), 1, name);
}

async function takeTexts(receivers: Crowd['receivers']): Promise<readonly string[]> {
  return (await receivers.ask<{ texts: readonly string[] }>({ type: 'texts' })).texts;
}

function verify(texts: readonly string[], atLeast: number, name: string): void {
  const dispatches = texts
    .map((text) => JSON.parse(text) as { readonly op: number; readonly s: number; readonly d: unknown })
    .filter(({ op }) => op === 0);
  const first = dispatches[0]?.s ?? Number.NaN;
  const isWhole = dispatches.every(({ s, d }, index) => s === first + index && typeof d === 'object');
  if (!isWhole || dispatches.length < atLeast) throw new Error(`${name}: dispatches are missing`);
}
