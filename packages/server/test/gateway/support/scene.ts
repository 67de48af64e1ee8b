import {
  type GatewayLimits,
  type Guildhall,
  type GuildhallOptions,
  type NewApplication,
  type NewGuild,
  startGuildhall,
} from '../../../src/index.ts';
import { type ClientOptions, type ReadyClient, TestClient } from './test-client.ts';

export const MESSAGE_CONTENT = 1 << 15;
export const GUILD_MEMBERS = 1 << 1;
export const GUILD_PRESENCES = 1 << 8;

/** A server with one bot in one guild with one channel and one human. */
export interface Scene extends AsyncDisposable {
  readonly guildhall: Guildhall;
  readonly bot: NewApplication;
  readonly guild: NewGuild;
  readonly channelId: string;
  readonly humanId: string;
  open(options?: ClientOptions): Promise<TestClient>;
  /** A client that has had READY. */
  ready(identify?: Readonly<Record<string, unknown>>, options?: ClientOptions): Promise<ReadyClient>;
  say(content: string): Promise<string>;
}

/** Identifies need not wait, refusals come at once; everything else is as by default. */
const QUICK: Partial<GatewayLimits> = { identifyBucketMs: 0, identifyRefusalDelayMs: 0 };

export async function openScene(
  limits: Partial<GatewayLimits> = {},
  options: GuildhallOptions = {},
): Promise<Scene> {
  const guildhall = await startGuildhall({ log: 'silent', ...options, limits: { ...QUICK, ...limits } });
  const bot = await guildhall.createApplication({
    name: 'Test Bot',
    privilegedIntents: ['GUILD_MEMBERS', 'GUILD_PRESENCES', 'MESSAGE_CONTENT'],
  });
  const human = await guildhall.createUser({ username: 'ada' });
  const guild = await guildhall.createGuild({ name: 'Test', bots: [bot.botUserId] });
  await guildhall.joinGuild(guild.id, human.id);
  const channelId = guild.channels[0]?.id ?? '';
  const { gatewayUrl } = guildhall;
  return {
    guildhall,
    bot,
    guild,
    channelId,
    humanId: human.id,
    open: (options) => TestClient.open(gatewayUrl, options),
    ready: (identify, options) => TestClient.ready(gatewayUrl, bot.token, identify, options),
    say: async (content) => (await guildhall.say(human.id, channelId, content)).id,
    [Symbol.asyncDispose]: () => guildhall.close(),
  };
}

/** Waits for what no event tells of. */
export async function until(condition: () => boolean): Promise<void> {
  const PATIENCE_MS = 3_000;
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > deadlineMs) throw new Error('the condition did not come true');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
