/** The whole server: a message is written in the world, committed, and goes to every session of the guild. */
import { type Guildhall, startGuildhall } from '@guildhall/server';
import { cpuMicros, serveParent } from './child.ts';

type Request =
  | { readonly type: 'start' }
  | { readonly type: 'publish'; readonly messages: number; readonly content: string }
  | { readonly type: 'cpu' };

let scene: { readonly hall: Guildhall; readonly userId: string; readonly channelId: string } | null = null;

serveParent(async (request: Request): Promise<object> => {
  if (request.type === 'start') {
    const hall = await startGuildhall({
      port: 0,
      store: 'memory',
      limits: { identifyBucketMs: 0, startsPerWindow: 100_000, heartbeatIntervalMs: 600_000 },
    });
    const application = await hall.createApplication({
      name: 'bench',
      privilegedIntents: ['MESSAGE_CONTENT'],
    });
    const user = await hall.createUser({ username: 'writer' });
    const guild = await hall.createGuild({ name: 'Bench', bots: [application.id], channels: ['general'] });
    await hall.joinGuild(guild.id, user.id);
    scene = { hall, userId: user.id, channelId: guild.channels[0]?.id ?? '' };
    return { gatewayUrl: hall.gatewayUrl, token: application.token };
  }
  if (request.type === 'publish' && scene !== null) {
    for (let sent = 0; sent < request.messages; sent += 1) {
      await scene.hall.say(scene.userId, scene.channelId, request.content);
    }
  }
  return { cpuMicros: cpuMicros() };
});
