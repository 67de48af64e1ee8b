import { OPPOSITE_CORE, startChild } from '../harness/child.ts';
import { startGuildhallCrowd } from '../harness/crowd.ts';
import { interleave, type PassCount, type Samples } from '../harness/passes.ts';
import type { PostRequest } from '../harness/poster.ts';
import { Prose } from '../harness/prose.ts';

/** Makes a MESSAGE_CREATE of 1.3 kB. */
const CONTENT_LENGTH = 390;
const MESSAGES = 40;

/** The same fan-out, but each message comes over HTTP, the next after the answer to the last. */
export async function measurePosted(receivers: number, passes: PassCount): Promise<Samples> {
  await using crowd = await startGuildhallCrowd({ size: receivers, compression: 'none' });
  await using poster = startChild(new URL('../harness/poster.ts', import.meta.url), { core: OPPOSITE_CORE });
  const { apiBase, token, channelId } = crowd.scene;
  const request: PostRequest = {
    type: 'post',
    ...{ apiBase, token, channelId, messages: MESSAGES, concurrency: 1 },
    content: new Prose().text(CONTENT_LENGTH),
  };
  const pass = async () => {
    const before = await crowd.server.cpuMicros();
    await poster.ask(request);
    await crowd.receivers.ask({ type: 'expect', messages: MESSAGES });
    return ((await crowd.server.cpuMicros()) - before) / (MESSAGES * receivers);
  };
  const [samples] = await interleave([{ name: 'Guildhall, posted over REST', pass }], passes);
  if (samples === undefined) throw new Error('no samples');
  return samples;
}
