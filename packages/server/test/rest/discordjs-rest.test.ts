/** discord.js's own REST client, over a socket and under rate limits. */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { DiscordAPIError, type RateLimitData, REST, Routes } from 'discord.js';
import { startTestServer } from '../support/test-server.ts';

test('discord.js reads our answers, errors and rate limits as Discord’s own', async () => {
  await using server = await startTestServer({ rateLimits: { messageCreate: { limit: 2, windowMs: 100 } } });
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.app.server.address() as AddressInfo;
  // The world's clock stands still; the client waits by the real one.
  const ticking = setInterval(() => {
    server.clock.nowMs += 20;
  }, 20);
  const rest = new REST({ api: `http://127.0.0.1:${port}/api`, version: '10' }).setToken(server.token);
  const limits: RateLimitData[] = [];
  rest.on('rateLimited', (data) => limits.push(data));
  try {
    const { url } = (await rest.get(Routes.gatewayBot())) as { url: string };
    assert.equal(url, `ws://127.0.0.1:${port}/`);

    const route = Routes.channelMessages(server.channel.id);
    const contents = ['1', '2', '3', '4', '5'];
    await Promise.all(contents.map((content) => rest.post(route, { body: { content } })));
    const stored = server.world.messages.list(server.channel.id, { limit: 10 });
    assert.deepEqual(stored.map(({ content }) => content).reverse(), contents);
    assert.ok(limits.length > 0, 'the client has met the limit');
    assert.ok(limits.every(({ global, limit }) => !global && limit === 2));

    const refusal = await rest
      .post(route, { body: { content: 'x'.repeat(2_001) } })
      .catch((error: unknown) => error);
    assert.ok(refusal instanceof DiscordAPIError);
    assert.equal(refusal.code, 50035);
    assert.match(refusal.message, /content\[BASE_TYPE_MAX_LENGTH\]: Must be 2000 or fewer in length\./);

    const reaction = Routes.channelMessageOwnReaction(
      server.channel.id,
      stored[0]?.id ?? '',
      encodeURIComponent('👍'),
    );
    await rest.put(reaction);
    assert.equal(server.world.messages.get(server.channel.id, stored[0]?.id ?? '')?.reactions.length, 1);
  } finally {
    clearInterval(ticking);
    rest.clearHandlerSweeper();
    rest.clearHashSweeper();
  }
});
