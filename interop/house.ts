import assert from 'node:assert/strict';
import { type GatewayLimits, type Guildhall, startGuildhall } from '@guildhall/server';

export interface House {
  readonly hall: Guildhall;
  readonly application: { readonly id: string; readonly botUserId: string; readonly token: string };
  readonly guildId: string;
  readonly channelId: string;
  /** A simulated member of the guild. */
  readonly userId: string;
  /** Called before the server closes, so that no client is left to look for it. */
  readonly leaving: (() => Promise<void>)[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** A local Discord with one application, all privileged intents on, one guild, one channel and one member. */
export async function openHouse(limits: Partial<GatewayLimits> = {}): Promise<House> {
  const hall = await startGuildhall({
    port: 0,
    store: 'memory',
    log: 'error',
    // Several shards at once, and more than one login in five seconds: the identify gate has tests of its own.
    limits: { maxConcurrency: 16, identifyBucketMs: 0, ...limits },
  });
  const application = await hall.createApplication({
    name: 'interop',
    privilegedIntents: ['GUILD_MEMBERS', 'GUILD_PRESENCES', 'MESSAGE_CONTENT'],
  });
  const user = await hall.createUser({ username: 'ada' });
  const guild = await hall.createGuild({ name: 'Interop', bots: [application.id], channels: ['general'] });
  await hall.joinGuild(guild.id, user.id);
  const channelId = guild.channels[0]?.id;
  if (channelId === undefined) throw new Error('the guild has no channel');
  const leaving: (() => Promise<void>)[] = [];
  return {
    hall,
    application,
    guildId: guild.id,
    channelId,
    userId: user.id,
    leaving,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(leaving.map((leave) => leave()));
      await hall.close();
    },
  };
}

/**
 * The owner switches Server Members Intent off by HTTP. Afterwards the application has no session.
 * @returns how many sessions were closed
 */
export async function switchMembersIntentOff(house: House): Promise<unknown> {
  const { hall, application } = house;
  const path = `/applications/${application.id}/intents`;
  const { status, body } = await asOwner(house, 'PATCH', path, { GUILD_MEMBERS: false });
  assert.equal(status, 200);
  assert.deepEqual(hall.gateway.sessions(application.id), []);
  return body.sessionsClosed;
}

/** The owner's hand on the portal: one request to the owner's API. */
export async function asOwner(
  { hall }: House,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const response = await fetch(new URL(`/owner/v1${path}`, hall.apiBase), {
    method,
    headers: { authorization: `Bearer ${hall.ownerKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}
