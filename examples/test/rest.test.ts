import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { Rest, RestError } from '../rest.ts';

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Api extends AsyncDisposable {
  readonly rest: Rest;
  readonly requests: IncomingMessage[];
  readonly ending: AbortController;
}

/** An API that gives these answers one after the other, and the last one for ever. */
async function startApi(...answers: readonly Answer[]): Promise<Api> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const { status, headers = {}, body = {} } = answers[requests.length] ?? answers.at(-1) ?? { status: 500 };
    requests.push(request);
    response.writeHead(status, { connection: 'close', ...headers });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const ending = new AbortController();
  return {
    rest: new Rest({ apiBase: `http://127.0.0.1:${port}/api/`, token: 'Bot secret', signal: ending.signal }),
    requests,
    ending,
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('the REST helper', () => {
  test('posts JSON with the token to API version 10', async () => {
    await using api = await startApi({ status: 200, body: { id: '7' } });
    assert.deepEqual(await api.rest.post('/channels/1/messages', { content: 'hello' }), { id: '7' });
    assert.equal(api.requests[0]?.url, '/api/v10/channels/1/messages');
    assert.equal(api.requests[0]?.headers.authorization, 'Bot secret');
  });

  const limits: readonly (readonly [where: string, answer: Answer])[] = [
    ['the body', { status: 429, body: { retry_after: 0.02 } }],
    ['the header alone', { status: 429, headers: { 'retry-after': '0' }, body: null }],
  ];
  for (const [where, answer] of limits) {
    test(`waits out a rate limit that is told in ${where}`, async () => {
      await using api = await startApi(answer, { status: 200, body: { id: '7' } });
      assert.deepEqual(await api.rest.post('/x', {}), { id: '7' });
      assert.equal(api.requests.length, 2);
    });
  }

  test('gives up after four attempts', async () => {
    await using api = await startApi({ status: 429, body: { retry_after: 0.001 } });
    await assert.rejects(
      api.rest.post('/x', {}),
      (error) => error instanceof RestError && error.status === 429,
    );
    assert.equal(api.requests.length, 4);
  });

  test('does not wait for a limit that is too long', async () => {
    await using api = await startApi({ status: 429, body: { retry_after: 3_600 } });
    await assert.rejects(api.rest.post('/x', {}), { status: 429 });
    assert.equal(api.requests.length, 1);
  });

  test('says what the API said, and does not repeat what is wrong', async () => {
    await using api = await startApi({ status: 403, body: { code: 50013, message: 'Missing Permissions' } });
    await assert.rejects(api.rest.post('/x', {}), {
      message: 'POST /x: 403 Missing Permissions (code 50013)',
    });
    assert.equal(api.requests.length, 1);
  });

  test('stops waiting when the bot ends', async () => {
    await using api = await startApi({ status: 429, body: { retry_after: 20 } });
    const rejected = assert.rejects(api.rest.post('/x', {}), { name: 'RestError', status: null });
    while (api.requests.length === 0) await new Promise(setImmediate);
    setImmediate(() => api.ending.abort());
    await rejected;
  });
});
