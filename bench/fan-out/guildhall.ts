/** The whole server: a change is made in the world, committed, and goes to every session of the guild. */
import { type Guildhall, startGuildhall } from '@guildhall/server';
import { nextTurn, serveParent } from '../harness/child.ts';
import { WorldMix } from './world-mix.ts';

export interface GuildhallScene {
  readonly gatewayUrl: string;
  readonly apiBase: string;
  readonly token: string;
  readonly channelId: string;
}

export type Load = 'mix' | 'large';

type Request =
  | { readonly type: 'start' }
  /** `perTurn` events are made in one turn of the loop, the next ones when these have been sent. */
  | { readonly type: 'publish'; readonly load: Load; readonly events: number; readonly perTurn: number }
  /** Guilds in which nobody listens. */
  | { readonly type: 'add-guilds'; readonly guilds: number };

let scene: { readonly hall: Guildhall; readonly mix: WorldMix } | null = null;

serveParent(async (request: Request): Promise<object> => {
  if (request.type === 'start') return await start();
  if (scene === null) throw new Error('not started');
  const { hall, mix } = scene;
  if (request.type === 'add-guilds') {
    for (let made = 0; made < request.guilds; made += 1) await hall.createGuild({ name: `Empty ${made}` });
    return {};
  }
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
  return {};
});

async function start(): Promise<GuildhallScene> {
  const hall = await startGuildhall({
    store: 'memory',
    rateLimits: 'off',
    limits: { identifyBucketMs: 0, startsPerWindow: 1_000_000, heartbeatIntervalMs: 600_000 },
  });
  const application = await hall.createApplication({
    name: 'bench',
    privilegedIntents: ['GUILD_PRESENCES', 'MESSAGE_CONTENT'],
  });
  const guild = await hall.createGuild({ name: 'Bench', bots: [application.botUserId] });
  const channelId = guild.channels[0]?.id ?? '';
  scene = { hall, mix: await WorldMix.create(hall, guild.id, channelId) };
  return { gatewayUrl: hall.gatewayUrl, apiBase: hall.apiBase, token: application.token, channelId };
}
