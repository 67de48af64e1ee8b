/**
 * A bot that is replaced by its next version without missing an event, and without an identify: SIGTERM lets it hand its
 * sessions over to a file, and the process that is started next goes on with them.
 *
 *     node redeploy.ts & … kill -TERM %1; wait; node redeploy.ts
 *
 * GUILDHALL_API        root of the REST API, such as http://127.0.0.1:8080/api; Discord's own without it
 * DISCORD_TOKEN        the bot token
 * GUILDHALL_SNAPSHOT   file that carries the sessions from one process to the next
 */
import { rm } from 'node:fs/promises';
import { ClientStateError, FileSessionStore, GatewayClient } from '@guildhall/client';

const CLOSE_DEADLINE_MS = 1_500;

const { GUILDHALL_API, DISCORD_TOKEN = '', GUILDHALL_SNAPSHOT = 'redeploy.json' } = process.env;
const file = new FileSessionStore(GUILDHALL_SNAPSHOT);
const client = new GatewayClient({
  token: DISCORD_TOKEN,
  intents: ['GUILDS', 'GUILD_MESSAGES', 'MESSAGE_CONTENT'],
  ...(GUILDHALL_API === undefined ? {} : { apiBase: GUILDHALL_API }),
});
/** What handlers have begun: done before the process ends, for the next one is not told of it again. */
const work = new Set<Promise<void>>();

client.on('MESSAGE_CREATE', (message) => {
  const task = handle(message.content);
  work.add(task);
  task.finally(() => work.delete(task));
});
client.on('shardReady', () => console.log('new session'));
client.on('shardResumed', () => console.log('same session'));

process.once('SIGTERM', async () => {
  const snapshot = await client.detach({ deadlineMs: CLOSE_DEADLINE_MS });
  await Promise.all(work);
  await file.save(snapshot);
});

const snapshot = await file.load();
if (snapshot !== null) {
  client.attach(snapshot);
  // Good for one process: a later one would get events again that this one has handled.
  await rm(GUILDHALL_SNAPSHOT);
}
try {
  await client.open();
} catch (error) {
  // SIGTERM may come while the events of the time in between are still arriving; the sessions are handed on all the same.
  if (!(error instanceof ClientStateError && error.code === 'CLOSED')) throw error;
}

async function handle(content: string): Promise<void> {
  // Stands for what a bot does: a reply, a row in a database.
  await new Promise((resolve) => setTimeout(resolve, 5));
  console.log(`handled ${content}`);
}
