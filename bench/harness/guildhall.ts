/** The whole server in a process of its own: what the benches make happen in its world. */
import { type Guildhall, startGuildhall } from '@guildhall/server';
import { nextTurn, serveParent } from './child.ts';
import { residentBytes } from './memory.ts';
import { WorldMix } from './world-mix.ts';

export interface SceneOptions {
  /** SQLite file of the world; null keeps it in memory. */
  readonly file: string | null;
  /** Guilds that the bot is in; things happen in the first. */
  readonly guilds: number;
}

export interface GuildhallScene {
  readonly gatewayUrl: string;
  readonly apiBase: string;
  readonly token: string;
  readonly channelId: string;
}

/** MESSAGE_CREATEs of 1.3 kB, or what goes on in a lively guild, about 650 bytes an event. */
export type Load = 'large' | 'mix';

export interface PublishRequest {
  readonly type: 'publish';
  readonly load: Load;
  readonly events: number;
  /** Made in one turn of the loop; the next ones are made when these have been sent. */
  readonly perTurn: number;
}

type Request =
  | ({ readonly type: 'start' } & SceneOptions)
  | PublishRequest
  /** Guilds in which nobody listens. */
  | { readonly type: 'add-guilds'; readonly guilds: number }
  | { readonly type: 'memory' };

let scene: { readonly hall: Guildhall; readonly mix: WorldMix } | null = null;

serveParent(async (request: Request): Promise<object> => {
  if (request.type === 'start') return await start(request);
  if (request.type === 'memory') return { bytes: await residentBytes() };
  if (scene === null) throw new Error('not started');
  if (request.type === 'publish') await publish(scene.mix, scene.hall, request);
  else await addGuilds(scene.hall, request.guilds, []);
  return {};
});

async function publish(mix: WorldMix, hall: Guildhall, request: PublishRequest): Promise<void> {
  for (let made = 0; made < request.events; made += request.perTurn) {
    for (let number = 0; number < request.perTurn; number += 1) {
      if (request.load === 'mix') mix.next();
      else mix.nextLong();
    }
    await hall.world.committed();
    // What is sent at the end of a turn has left before the next event is made.
    await nextTurn();
    await nextTurn();
  }
}

async function start({ file, guilds }: SceneOptions): Promise<GuildhallScene> {
  const hall = await startGuildhall({
    store: file === null ? 'memory' : { file },
    rateLimits: 'off',
    limits: {
      identifyBucketMs: 0,
      startsPerWindow: 1_000_000,
      heartbeatIntervalMs: 600_000,
      guildsPerShard: 10_000,
    },
  });
  const application = await hall.createApplication({
    name: 'bench',
    privilegedIntents: ['GUILD_PRESENCES', 'MESSAGE_CONTENT'],
  });
  const guild = await hall.createGuild({ name: 'Bench', bots: [application.botUserId] });
  await addGuilds(hall, guilds - 1, [application.botUserId]);
  const channelId = guild.channels[0]?.id ?? '';
  // The first session would announce it, and have one event more than those that come later.
  hall.world.presences.set(application.botUserId, { status: 'online' });
  scene = { hall, mix: await WorldMix.create(hall, guild.id, channelId) };
  return { gatewayUrl: hall.gatewayUrl, apiBase: hall.apiBase, token: application.token, channelId };
}

async function addGuilds(hall: Guildhall, count: number, bots: readonly string[]): Promise<void> {
  for (let made = 0; made < count; made += 1) await hall.createGuild({ name: `Guild ${made}`, bots });
}
