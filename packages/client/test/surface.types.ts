/**
 * What the types of the surface let through and what not: checked by the compiler, never run. Each
 * `@ts-expect-error` is an error itself where the line below it compiles.
 */
import {
  type EventContext,
  GatewayClient,
  type GatewayClientOptions,
  type GatewayEvents,
  type Intent,
  type IntentName,
} from '@guildhall/client';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

function same<A, B>(_proof: Equal<A, B>): void {}

export const modest = new GatewayClient({ token: 'token', intents: ['GUILDS', 'DIRECT_MESSAGES'] });

export async function literalIntents(): Promise<void> {
  modest.on('GUILD_CREATE', (guild) => same<typeof guild, GatewayEvents['GUILD_CREATE'][0]>(true));
  // One of the intents of an event is enough.
  modest.on('MESSAGE_CREATE', (message, context) => {
    same<typeof message, GatewayEvents['MESSAGE_CREATE'][0]>(true);
    same<typeof context, EventContext>(true);
    same<ReturnType<typeof context.raw>, Buffer>(true);
  });
  // No intent is needed for these.
  modest.on('READY', ({ session_id }) => same<typeof session_id, string>(true));
  modest.on('INTERACTION_CREATE', () => {});
  modest.on('GUILD_MEMBER_UPDATE', () => {});
  modest.on('shardResumed', ({ shard }) => same<typeof shard, number>(true));
  modest.on('*', (name) => same<typeof name, string>(true));

  // @ts-expect-error needs GUILD_MEMBERS
  modest.on('GUILD_MEMBER_ADD', () => {});
  // @ts-expect-error needs GUILD_PRESENCES
  modest.once('PRESENCE_UPDATE', () => {});
  // @ts-expect-error needs GUILD_MESSAGES
  modest.onRaw('MESSAGE_DELETE_BULK', () => {});
  // @ts-expect-error needs a reactions intent
  modest.events('MESSAGE_REACTION_ADD');
  // @ts-expect-error needs GUILD_VOICE_STATES
  await modest.waitFor('VOICE_STATE_UPDATE');
  // @ts-expect-error there is no such event
  modest.on('MESSAGE_CREATED', () => {});
  // What cannot come can still be taken away.
  modest.off('GUILD_MEMBER_ADD', () => {});
}

export async function otherIntents(bits: number, names: readonly IntentName[]): Promise<void> {
  // Of what is not literal nothing is known.
  new GatewayClient({ token: 'token', intents: bits }).on('PRESENCE_UPDATE', () => {});
  new GatewayClient({ token: 'token', intents: names }).on('PRESENCE_UPDATE', () => {});
  const options: GatewayClientOptions = { token: 'token', intents: ['GUILDS'] };
  new GatewayClient(options).on('PRESENCE_UPDATE', () => {});
  // @ts-expect-error not the name of an intent
  new GatewayClient({ token: 'token', intents: ['GUILD'] });
  same<IntentName, keyof typeof Intent>(true);
}

export async function arguments_(client: GatewayClient): Promise<void> {
  for await (const [message, { shard }] of client.events('MESSAGE_CREATE')) {
    same<typeof message, GatewayEvents['MESSAGE_CREATE'][0]>(true);
    same<typeof shard, number>(true);
  }
  const [reaction] = await client.waitFor('MESSAGE_REACTION_ADD', ({ user_id }) => user_id === '1');
  same<typeof reaction, GatewayEvents['MESSAGE_REACTION_ADD'][0]>(true);
  client.on('MESSAGE_CREATE', () => {}, { order: 'sequential', key: ({ author }) => author.id });
  client.on('*', () => {}, { order: 'sequential', key: (name) => name });
  // @ts-expect-error there is no other order
  client.on('MESSAGE_CREATE', () => {}, { order: 'parallel' });
  // @ts-expect-error a key is text
  client.on('MESSAGE_CREATE', () => {}, { order: 'sequential', key: ({ author }) => author });
  const { members, notFound } = await client.requestGuildMembers({ guildId: '1', query: '' });
  same<(typeof members)[number]['joined_at'], string | null>(true);
  same<typeof notFound, readonly string[]>(true);
  // @ts-expect-error the client itself sends heartbeats
  await client.send(0, { op: 1, d: null });
}

/** A program's own helpers take any client, and any name of an event. */
export function helper<Name extends keyof GatewayEvents>(client: GatewayClient, name: Name): void {
  client.on(name, (...args: GatewayEvents[Name]) => args);
}
helper(modest, 'GUILD_CREATE');
