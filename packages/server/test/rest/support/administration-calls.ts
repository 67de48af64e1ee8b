/** Every endpoint with which bots administer guilds, called once with success, for the contract test. */
import assert from 'node:assert/strict';
import type { TestServer } from '../../support/test-server.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Body = { readonly id: string; readonly code: string; readonly sound_id: string } & {
  readonly audit_log_entries: readonly unknown[];
};
interface Answer {
  readonly status: number;
  /** Its shape is the contract's to check. */
  readonly json: Body;
}
/** Calls an endpoint and holds the answer against the contract. */
export type Call = (
  method: Method,
  template: string,
  parameters?: Record<string, string>,
  body?: object,
  query?: string,
) => Promise<Answer>;

export const PNG = `data:image/png;base64,${Buffer.from('89504e470d0a1a0a00', 'hex').toString('base64')}`;
const GIF = `data:image/gif;base64,${Buffer.from('GIF89a').toString('base64')}`;
const OGG = `data:audio/ogg;base64,${Buffer.from('OggS').toString('base64')}`;
const GUILD = '/guilds/{guild_id}';
const MEMBER = `${GUILD}/members/{user_id}`;
const ROLE = `${GUILD}/roles/{role_id}`;
const CHANNEL = '/channels/{channel_id}';

export async function callAdministration(server: TestServer, call: Call): Promise<void> {
  const ok = async (status: number, ...request: Parameters<Call>) => {
    const answer = await call(...request);
    assert.equal(answer.status, status, `${request[0]} ${request[1]}: ${JSON.stringify(answer.json)}`);
    return answer.json;
  };
  const { world, guild, alice, application } = server;
  const guild_id = guild.id;
  world.guilds.update(guild_id, { features: ['ROLE_ICONS'] });
  // The bot must be above what it manages.
  world.roles.update(server.botRole.id, { position: 100 });
  await callSettings(server, ok);
  await callChannels(guild_id, ok);
  await callRolesAndMembers(server, ok);
  await callBansAndPrunes(server, ok);
  await callInvites(server, ok);
  await callExpressions(guild_id, application.id, ok);
  await callEvents(server, ok);
  await callAutoModeration(server, ok);
  const log = await ok(200, 'GET', `${GUILD}/audit-logs`, { guild_id }, undefined, '?limit=100');
  assert.ok(log.audit_log_entries.length > 20);
  world.members.add({ guildId: guild_id, userId: alice.id });
}

/** Calls, insists on the status, and gives the body. */
type Ok = (status: number, ...request: Parameters<Call>) => Promise<Answer['json']>;

async function callSettings({ world, guild, channel }: TestServer, ok: Ok): Promise<void> {
  const guild_id = guild.id;
  const body = { name: 'Renamed', icon: PNG, splash: null, afk_timeout: 60, verification_level: null };
  await ok(200, 'PATCH', GUILD, { guild_id }, { ...body, system_channel_id: channel.id });
  await ok(200, 'GET', `${GUILD}/preview`, { guild_id });
  await ok(200, 'GET', `${GUILD}/regions`, { guild_id });
  await ok(200, 'GET', '/voice/regions');
  await ok(200, 'GET', `${GUILD}/vanity-url`, { guild_id });
  await ok(200, 'GET', `${GUILD}/integrations`, { guild_id });
  const { id: integration_id, botUserId } = world.applications.create({ name: 'Other' }).application;
  world.members.add({ guildId: guild_id, userId: botUserId });
  await ok(204, 'DELETE', `${GUILD}/integrations/{integration_id}`, { guild_id, integration_id });
  await ok(404, 'DELETE', `${GUILD}/integrations/{integration_id}`, { guild_id, integration_id });
  await ok(403, 'GET', `${GUILD}/widget.json`, { guild_id });
  await ok(200, 'PATCH', `${GUILD}/widget`, { guild_id }, { enabled: true, channel_id: channel.id });
  await ok(200, 'GET', `${GUILD}/widget`, { guild_id });
  world.presences.set(world.users.worldOwner().id, { status: 'online' });
  await ok(200, 'GET', `${GUILD}/widget.json`, { guild_id });
  const welcome_channels = [{ channel_id: channel.id, description: 'talk' }];
  await ok(200, 'PATCH', `${GUILD}/welcome-screen`, { guild_id }, { enabled: true, welcome_channels });
  await ok(200, 'GET', `${GUILD}/welcome-screen`, { guild_id });
  await ok(200, 'PATCH', '/users/@me', {}, { username: 'pictured', avatar: PNG });
}

async function callChannels(guild_id: string, ok: Ok): Promise<void> {
  const made = await Promise.all(
    [0, 2, 4, 5, 13].map((type) =>
      ok(201, 'POST', `${GUILD}/channels`, { guild_id }, { name: 'New One', type, bitrate: 9_000 }),
    ),
  );
  for (const channel of made) {
    await ok(200, 'PATCH', CHANNEL, { channel_id: channel.id }, { name: 'Named', user_limit: 5, nsfw: true });
  }
  const [first, second] = made;
  const channel_id = first?.id ?? '';
  const moves = [
    { id: channel_id, position: 3 },
    { id: second?.id, position: 4 },
  ];
  await ok(204, 'PATCH', `${GUILD}/channels`, { guild_id }, moves);
  const overwrite_id = guild_id;
  const permissions = `${CHANNEL}/permissions/{overwrite_id}`;
  await ok(204, 'PUT', permissions, { channel_id, overwrite_id }, { type: 0, deny: '2048' });
  await ok(204, 'DELETE', permissions, { channel_id, overwrite_id });
  await ok(200, 'DELETE', CHANNEL, { channel_id });
}

async function callRolesAndMembers(server: TestServer, ok: Ok): Promise<void> {
  const { world, guild, alice, application } = server;
  const guild_id = guild.id;
  const roles = `${GUILD}/roles`;
  const role = await ok(200, 'POST', roles, { guild_id }, { name: 'mods', color: 1, icon: PNG });
  const role_id = role.id;
  const colors = { primary_color: 1, secondary_color: 2, tertiary_color: null };
  await ok(200, 'PATCH', ROLE, { guild_id, role_id }, { colors, permissions: '1024', unicode_emoji: '🔥' });
  await ok(200, 'PATCH', roles, { guild_id }, [{ id: role_id, position: 2 }]);
  await ok(200, 'GET', `${roles}/member-counts`, { guild_id });
  const user_id = alice.id;
  await ok(204, 'PUT', `${MEMBER}/roles/{role_id}`, { guild_id, user_id, role_id });
  await ok(204, 'DELETE', `${MEMBER}/roles/{role_id}`, { guild_id, user_id, role_id });
  const until = new Date(world.now() + 60_000).toISOString();
  await ok(200, 'PATCH', MEMBER, { guild_id, user_id }, { nick: 'Al', communication_disabled_until: until });
  await ok(200, 'PATCH', `${GUILD}/members/@me`, { guild_id }, { nick: 'Bot', avatar: PNG });
  await ok(204, 'DELETE', ROLE, { guild_id, role_id });
  await ok(204, 'DELETE', MEMBER, { guild_id, user_id });
  const access_token = world.accessTokens.issue(application.id, user_id, ['guilds.join']);
  await ok(201, 'PUT', MEMBER, { guild_id, user_id }, { access_token });
  await ok(204, 'PUT', MEMBER, { guild_id, user_id }, { access_token });
  const voice = world.channels.create(guild_id, { name: 'stage', type: 13 });
  for (const userId of [user_id, application.botUserId]) world.voiceStates.join(voice.id, userId);
  const lounge = world.channels.create(guild_id, { name: 'lounge', type: 2 });
  const sound = world.soundboard.create(guild_id, { name: 'horn', creatorId: user_id });
  const state = `${GUILD}/voice-states`;
  await ok(200, 'GET', `${state}/@me`, { guild_id });
  await ok(200, 'GET', `${state}/{user_id}`, { guild_id, user_id });
  await ok(204, 'PATCH', `${state}/@me`, { guild_id }, { channel_id: voice.id, suppress: true });
  await ok(204, 'PATCH', `${state}/{user_id}`, { guild_id, user_id }, { suppress: false });
  await ok(200, 'PATCH', MEMBER, { guild_id, user_id }, { mute: true, channel_id: null });
  await ok(204, 'PUT', `${CHANNEL}/voice-status`, { channel_id: lounge.id }, { status: 'chess' });
  world.voiceStates.join(lounge.id, application.botUserId);
  await ok(
    204,
    'POST',
    `${CHANNEL}/send-soundboard-sound`,
    { channel_id: lounge.id },
    { sound_id: sound.id },
  );
  const channel_id = voice.id;
  const stage = '/stage-instances/{channel_id}';
  await ok(200, 'POST', '/stage-instances', {}, { channel_id, topic: 'talk' });
  await ok(200, 'GET', stage, { channel_id });
  await ok(200, 'PATCH', stage, { channel_id }, { topic: 'more talk' });
  await ok(204, 'DELETE', stage, { channel_id });
}

async function callBansAndPrunes({ guild, alice, world }: TestServer, ok: Ok): Promise<void> {
  const guild_id = guild.id;
  const user_id = alice.id;
  const bans = `${GUILD}/bans`;
  await ok(200, 'GET', `${GUILD}/prune`, { guild_id }, undefined, '?days=7');
  await ok(200, 'POST', `${GUILD}/prune`, { guild_id }, { days: 7 });
  await ok(204, 'PUT', `${bans}/{user_id}`, { guild_id, user_id }, { delete_message_seconds: 60 });
  await ok(200, 'GET', bans, { guild_id });
  await ok(200, 'GET', `${bans}/{user_id}`, { guild_id, user_id });
  await ok(204, 'DELETE', `${bans}/{user_id}`, { guild_id, user_id });
  await ok(404, 'GET', `${bans}/{user_id}`, { guild_id, user_id });
  const other = world.users.create({ username: 'other' });
  await ok(200, 'POST', `${GUILD}/bulk-ban`, { guild_id }, { user_ids: [other.id, '1'] });
}

async function callInvites({ guild, channel }: TestServer, ok: Ok): Promise<void> {
  const channel_id = channel.id;
  const invites = `${CHANNEL}/invites`;
  const invite = await ok(200, 'POST', invites, { channel_id }, {});
  const { code } = invite;
  await ok(200, 'GET', invites, { channel_id });
  await ok(200, 'GET', `${GUILD}/invites`, { guild_id: guild.id });
  await ok(200, 'GET', '/invites/{code}', { code }, undefined, '?with_counts=true');
  await ok(200, 'DELETE', '/invites/{code}', { code });
}

async function callExpressions(guild_id: string, application_id: string, ok: Ok): Promise<void> {
  const places = [
    [`${GUILD}/emojis`, { guild_id }],
    ['/applications/{application_id}/emojis', { application_id }],
  ] as const;
  for (const [path, place] of places) {
    const body = { name: 'blob', image: GIF };
    const { id: emoji_id } = await ok(201, 'POST', path, place, body);
    await ok(200, 'GET', path, place);
    await ok(200, 'GET', `${path}/{emoji_id}`, { ...place, emoji_id });
    await ok(200, 'PATCH', `${path}/{emoji_id}`, { ...place, emoji_id }, { name: 'blobby' });
    await ok(204, 'DELETE', `${path}/{emoji_id}`, { ...place, emoji_id });
  }
  const sounds = `${GUILD}/soundboard-sounds`;
  const sound = { name: 'horn', sound: OGG, emoji_name: '📯' };
  const made = await ok(201, 'POST', sounds, { guild_id }, sound);
  const { sound_id } = made;
  await ok(200, 'GET', sounds, { guild_id });
  await ok(200, 'GET', `${sounds}/{sound_id}`, { guild_id, sound_id });
  await ok(200, 'PATCH', `${sounds}/{sound_id}`, { guild_id, sound_id }, { volume: 0.5 });
  await ok(204, 'DELETE', `${sounds}/{sound_id}`, { guild_id, sound_id });
  await ok(200, 'GET', '/soundboard-default-sounds');
  await ok(200, 'GET', '/sticker-packs');
}

async function callEvents(server: TestServer, ok: Ok): Promise<void> {
  const { world, guild, alice, application } = server;
  const guild_id = guild.id;
  const creatorId = application.botUserId;
  const sticker = world.stickers.create(guild_id, {
    name: 'wave',
    description: null,
    tags: 'hi',
    formatType: 1,
    creatorId,
  });
  const sticker_id = sticker.id;
  const stickers = `${GUILD}/stickers`;
  await ok(200, 'GET', stickers, { guild_id });
  await ok(200, 'GET', `${stickers}/{sticker_id}`, { guild_id, sticker_id });
  await ok(200, 'GET', '/stickers/{sticker_id}', { sticker_id });
  await ok(200, 'PATCH', `${stickers}/{sticker_id}`, { guild_id, sticker_id }, { name: 'waves' });
  await ok(204, 'DELETE', `${stickers}/{sticker_id}`, { guild_id, sticker_id });

  const events = `${GUILD}/scheduled-events`;
  const event = `${events}/{guild_scheduled_event_id}`;
  const at = (ms: number) => new Date(world.now() + ms).toISOString();
  const voice = world.channels.create(guild_id, { name: 'concert', type: 2 });
  const common = { name: 'party', privacy_level: 2, scheduled_start_time: at(1_000) };
  await ok(200, 'POST', events, { guild_id }, { ...common, entity_type: 2, channel_id: voice.id });
  const elsewhere = { entity_type: 3, entity_metadata: { location: 'here' }, scheduled_end_time: at(2_000) };
  const made = await ok(200, 'POST', events, { guild_id }, { ...common, ...elsewhere });
  const place = { guild_id, guild_scheduled_event_id: made.id };
  world.members.add({ guildId: guild_id, userId: alice.id });
  world.scheduledEvents.setInterested(guild_id, made.id, alice.id, true);
  await ok(200, 'GET', events, { guild_id }, undefined, '?with_user_count=true');
  await ok(200, 'GET', event, place);
  await ok(200, 'GET', `${event}/users`, place, undefined, '?with_member=true');
  await ok(200, 'PATCH', event, place, { status: 2 });
  await ok(204, 'DELETE', event, place);
}

async function callAutoModeration({ guild, channel }: TestServer, ok: Ok): Promise<void> {
  const guild_id = guild.id;
  const rules = `${GUILD}/auto-moderation/rules`;
  const common = { name: 'no', event_type: 1, exempt_channels: [channel.id] };
  const kinds = [
    { trigger_type: 1, trigger_metadata: { keyword_filter: ['bad*'] }, actions: [{ type: 1 }] },
    { trigger_type: 3, actions: [{ type: 2, metadata: { channel_id: channel.id } }] },
    { trigger_type: 4, trigger_metadata: { presets: [1] }, actions: [{ type: 1 }] },
    {
      trigger_type: 5,
      trigger_metadata: { mention_total_limit: 3 },
      actions: [{ type: 3, metadata: { duration_seconds: 60 } }],
    },
  ];
  for (const kind of kinds) {
    const made = await ok(200, 'POST', rules, { guild_id }, { ...common, ...kind });
    const place = { guild_id, rule_id: made.id };
    await ok(200, 'GET', rules, { guild_id });
    await ok(200, 'GET', `${rules}/{rule_id}`, place);
    await ok(200, 'PATCH', `${rules}/{rule_id}`, place, { enabled: true });
    await ok(204, 'DELETE', `${rules}/{rule_id}`, place);
  }
}
