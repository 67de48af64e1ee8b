/** Posts messages over one keep-alive connection each, and notes how long each answer took. */
import { Agent, request } from 'node:http';
import { serveParent } from './child.ts';

export interface PostRequest {
  readonly type: 'post';
  /** Base of the bot API, without version. */
  readonly apiBase: string;
  readonly token: string;
  readonly channelId: string;
  readonly messages: number;
  /** Requests under way at once. */
  readonly concurrency: number;
  readonly content: string;
}

export interface PostAnswer {
  readonly seconds: number;
  /** Of each message, in the order of the answers. */
  readonly latenciesMs: readonly number[];
}

const MS_PER_S = 1_000;

serveParent(async (asked: PostRequest): Promise<PostAnswer> => {
  const agent = new Agent({ keepAlive: true, maxSockets: asked.concurrency });
  const latenciesMs: number[] = [];
  let begun = 0;
  const startedMs = performance.now();
  const worker = async () => {
    while (begun < asked.messages) {
      begun += 1;
      const sentMs = performance.now();
      await post(agent, asked);
      latenciesMs.push(performance.now() - sentMs);
    }
  };
  await Promise.all(Array.from({ length: asked.concurrency }, worker));
  const seconds = (performance.now() - startedMs) / MS_PER_S;
  agent.destroy();
  return { seconds, latenciesMs };
});

function post(agent: Agent, { apiBase, token, channelId, content }: PostRequest): Promise<void> {
  const body = JSON.stringify({ content });
  return new Promise((resolve, reject) => {
    const outgoing = request(`${apiBase}/v10/channels/${channelId}/messages`, {
      method: 'POST',
      agent,
      headers: {
        authorization: `Bot ${token}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`POST was answered with ${response.statusCode}`));
      });
      response.resume();
    });
    outgoing.end(body);
  });
}
