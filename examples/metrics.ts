/**
 * A bot that Prometheus can watch: `npm run bot -- examples/metrics.ts`, then http://127.0.0.1:9464/metrics, and
 *
 *     scrape_configs:
 *       - job_name: bot
 *         static_configs: [{ targets: ['127.0.0.1:9464'] }]
 *
 * GUILDHALL_API        root of the REST API, such as http://127.0.0.1:8080/api; Discord's own without it
 * GUILDHALL_TOKEN_FILE file with the bot token, or
 * DISCORD_TOKEN        the token itself
 * METRICS_PORT         default 9464
 */
import { subscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { GatewayClient, OPEN_METRICS_CONTENT_TYPE } from '@guildhall/client';

const { DISCORD_TOKEN, GUILDHALL_API, GUILDHALL_TOKEN_FILE, METRICS_PORT = '9464' } = process.env;
const token = DISCORD_TOKEN || (GUILDHALL_TOKEN_FILE && readFileSync(GUILDHALL_TOKEN_FILE, 'utf8').trim());
if (!token) throw new Error('set GUILDHALL_TOKEN_FILE or DISCORD_TOKEN');

const client = new GatewayClient({
  token,
  intents: ['GUILDS', 'GUILD_MESSAGES'],
  ...(GUILDHALL_API ? { apiBase: GUILDHALL_API } : {}),
});
client.on('MESSAGE_CREATE', ({ channel_id }) => console.log(`metrics bot: a message in ${channel_id}`));
client.on('stateChange', ({ shard, from, to }) =>
  console.log(`metrics bot: shard ${shard} ${from} -> ${to}`),
);
// Traces, for whatever keeps them; without a subscriber they cost nothing.
subscribe('guildhall:client:close', (close) => console.log(`metrics bot: ${JSON.stringify(close)}`));

// Every client of a process has a text of its own. Only this machine gets to see it.
const server = createServer((request, response) => {
  if (request.url === '/metrics') {
    response.writeHead(200, { 'content-type': OPEN_METRICS_CONTENT_TYPE }).end(client.openMetrics());
  } else if (request.url === '/ready') {
    const { name, shards } = client.state;
    const ready = name === 'open' && shards.every(({ phase }) => phase === 'live');
    response.writeHead(ready ? 200 : 503).end();
  } else {
    response.writeHead(404).end();
  }
});
server.listen(Number(METRICS_PORT), '127.0.0.1');

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
    void client.close();
  });
}

try {
  await client.open();
  console.log(`metrics bot: ready, http://127.0.0.1:${METRICS_PORT}/metrics`);
} catch (error) {
  console.error(`metrics bot: ${error instanceof Error ? error.message : error}`);
  for (const { severity, code, seen, cure } of await client.explain({ scope: 'setup' })) {
    if (severity !== 'ok') console.error(`metrics bot: ${code}: ${seen} ${cure ?? ''}`);
  }
  server.close();
  process.exitCode = 1;
}
