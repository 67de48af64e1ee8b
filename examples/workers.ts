/**
 * A bot whose shards and handlers run in worker threads. The main thread hears their sums, and of guilds.
 *
 *     node workers.ts
 *
 * GUILDHALL_API   root of the REST API, such as http://127.0.0.1:8080/api; Discord's own without it
 * DISCORD_TOKEN   the bot token
 * BOT_SHARDS      how many shards; as many as Discord recommends without it
 * BOT_WORKERS     how many threads; one for each core but one without it
 */
import { GatewayClient, type WorkerBot } from '@guildhall/client';

const REPORT_MS = 1_000;

/** Runs in each worker, beside its shards. */
export function handlers(bot: WorkerBot): void {
  let messages = 0;
  let characters = 0;
  bot.on('MESSAGE_CREATE', ({ content }) => {
    messages += 1;
    characters += content.length;
  });
  setInterval(() => {
    if (messages > 0) bot.tell({ messages, characters });
    messages = 0;
    characters = 0;
  }, REPORT_MS);
}

/** Runs in the main thread. */
async function main(): Promise<void> {
  const { GUILDHALL_API, DISCORD_TOKEN = '', BOT_SHARDS, BOT_WORKERS } = process.env;
  const client = new GatewayClient({
    token: DISCORD_TOKEN,
    intents: ['GUILDS', 'GUILD_MESSAGES', 'MESSAGE_CONTENT'],
    shards: BOT_SHARDS === undefined ? 'auto' : Number(BOT_SHARDS),
    workers: {
      count: BOT_WORKERS === undefined ? 'auto' : Number(BOT_WORKERS),
      handlers: import.meta.url,
    },
    ...(GUILDHALL_API === undefined ? {} : { apiBase: GUILDHALL_API }),
  });
  client.on('workerMessage', ({ worker, message }) =>
    console.log(`worker ${worker}: ${JSON.stringify(message)}`),
  );
  // Heard here as well as there: it crosses, and nothing else does.
  client.on('GUILD_CREATE', ({ id }, { shard }) => console.log(`guild ${id} on shard ${shard}`));
  client.on('error', (error) => console.error(error.message));
  process.once('SIGTERM', () => client.close());
  await client.open();
  console.log(`ready: ${client.shards.size} shards in ${client.state.workers.length} workers`);
}

if (import.meta.main) await main();
