/** What GET says, held against what the events have said. */
import assert from 'node:assert/strict';
import type { Bot, Party } from './party.ts';
import type { Replica } from './replica.ts';
import type { ChannelWire, MemberWire, MessageWire, ThreadWire, Wire } from './wire.ts';

const PAGE = 100;
const COMPLETED = 3;
/** Given to those who manage only by GET, or by the event alone. */
const CREATOR = ['user', 'guild_id'];
/** What an invite is, apart from where it leads, which GET draws in full. */
const INVITE = ['code', 'max_age', 'max_uses', 'temporary', 'created_at', 'expires_at'];

/**
 * Everything that a bot may ask for, as its replica has it.
 * @param seesMembers whether it may list the members, and hears of them
 * @param untold fields of channels and threads that no event tells it of
 */
export async function compareGuild(
  party: Party,
  bot: Bot,
  replica: Replica,
  { seesMembers, untold }: { readonly seesMembers: boolean; readonly untold: readonly string[] },
): Promise<void> {
  if (!replica.isPresent) return;
  const get = async (path: string): Promise<unknown> => {
    const { status, json } = await party.as(bot, 'GET', path);
    assert.equal(status, 200, `GET ${path} by ${bot.name}: ${JSON.stringify(json)}`);
    return json;
  };
  const home = `/guilds/${replica.guildId}`;
  const guild = (await get(home)) as Wire;
  const { roles, emojis, stickers, ...settings } = guild;
  same('the guild', settings, replica.guild);
  same('roles', byId(roles), byId(replica.roles));
  same('emojis', byId(emojis, CREATOR), byId(replica.emojis, CREATOR));
  same('stickers', byId(stickers, CREATOR), byId(replica.stickers, CREATOR));
  same('channels', byId(await get(`${home}/channels`), untold), byId(replica.channels, untold));
  same('sounds', soundsOf(await get(`${home}/soundboard-sounds`)), soundsOf([...replica.sounds.values()]));
  const { threads } = (await get(`${home}/threads/active`)) as { threads: unknown };
  const active = [...replica.threads.values()].filter(({ thread_metadata }) => !thread_metadata.archived);
  same('active threads', byId(threads, [...untold, 'member']), byId(active, untold));
  const { approximate_member_count } = (await get(`${home}?with_counts=true`)) as Wire;
  if (!seesMembers) return;
  same('the number of members', approximate_member_count, replica.memberCount);
  const members = (await get(`${home}/members?limit=1000`)) as readonly MemberWire[];
  same('members', membersById(members), membersById([...replica.members.values()]));
  const gone = members.flatMap((member) => member.roles).filter((id) => !replica.roles.has(id));
  assert.deepEqual(gone, [], 'members have no role that is deleted');
}

/** What only those see who may everything. */
export async function compareSecrets({ keeper, guild, ...party }: Party): Promise<void> {
  const home = `/guilds/${guild.guildId}`;
  const get = async (path: string): Promise<unknown> => {
    const { status, json } = await party.as(keeper, 'GET', path);
    assert.equal(status, 200, `GET ${path}: ${JSON.stringify(json)}`);
    return json;
  };
  const bans = (await get(`${home}/bans`)) as readonly { user: Wire }[];
  same('bans', byId(bans.map(({ user }) => user)), byId(guild.bans));
  same('rules', byId(await get(`${home}/auto-moderation/rules`)), byId(guild.rules));
  const invites = (await get(`${home}/invites`)) as readonly Wire[];
  same('invites', invites.map(inviteOf).sort(), [...guild.invites.values()].map(inviteOf).sort());
  const events = (await get(`${home}/scheduled-events?with_user_count=true`)) as readonly Wire[];
  // Those that are over are not listed any more.
  const told = [...guild.events.values()]
    .filter(({ status }) => Number(status) < COMPLETED)
    .map((event) => ({ ...event, user_count: guild.interested.get(event.id)?.size ?? 0 }));
  same('scheduled events', byId(events), byId(told));
  for (const stage of guild.stages.values()) {
    same('a stage', await get(`/stage-instances/${String(stage.channel_id)}`), stage);
  }
  for (const [userId, state] of guild.voiceStates) {
    const ofOne = (await get(`${home}/voice-states/${userId}`)) as Wire;
    same('a voice state', byId([ofOne], ['member', 'guild_id']), byId([state], ['member', 'guild_id']));
  }
  const log = (await get(`${home}/audit-logs?limit=${PAGE}`)) as { audit_log_entries: readonly Wire[] };
  const heard = guild.auditLog.slice(-PAGE).reverse();
  same(
    'the audit log',
    log.audit_log_entries,
    heard.map(({ guild_id: _, ...entry }) => entry),
  );
  for (const channel of guild.channels.values()) await compareMessages(party.as, keeper, guild, channel);
  for (const thread of guild.threads.values()) await compareMessages(party.as, keeper, guild, thread);
}

async function compareMessages(
  as: Party['as'],
  bot: Bot,
  guild: Replica,
  place: ChannelWire | ThreadWire,
): Promise<void> {
  const { status, json } = await as(bot, 'GET', `/channels/${place.id}/messages?limit=${PAGE}`);
  if (status >= 400) {
    assert.equal(guild.messagesOf(place.id).size, 0, `messages of ${place.id}, where there are none to read`);
    return;
  }
  const said = [...guild.messagesOf(place.id).values()].map((message) => current(guild, message));
  same(`messages of ${place.id}`, json, said.reverse().slice(0, PAGE));
  const pins = (await as(bot, 'GET', `/channels/${place.id}/messages/pins`)).json as {
    items: readonly { message: Wire }[];
  };
  same(
    `pins of ${place.id}`,
    pins.items.map(({ message }) => message.id).sort(),
    said
      .filter(({ pinned }) => pinned)
      .map(({ id }) => id)
      .sort(),
  );
}

/** A message shows what it refers to as that is now. */
function current(guild: Replica, message: MessageWire): MessageWire {
  const reference = message.message_reference as { channel_id: string; message_id?: string } | undefined;
  const thread = guild.threads.get(message.id);
  const { thread: _, ...rest } = message;
  return {
    ...rest,
    ...(message.referenced_message === undefined ? {} : { referenced_message: referenced() }),
    ...(thread === undefined || message.channel_id === message.id ? {} : { thread }),
  } as MessageWire;

  function referenced(): MessageWire | null {
    const target = guild.messagesOf(reference?.channel_id ?? '').get(reference?.message_id ?? '');
    if (target === undefined) return null;
    const { referenced_message: _deeper, ...flat } = current(guild, target);
    return flat as MessageWire;
  }
}

function same(what: string, got: unknown, told: unknown): void {
  assert.deepEqual({ [what]: got }, { [what]: told }, `GET and the events differ about ${what}`);
}

function byId(list: unknown, dropped: readonly string[] = []): Record<string, object> {
  const items = list instanceof Map ? [...list.values()] : (list as readonly Wire[]);
  return Object.fromEntries(items.map((item: Wire) => [item.id ?? item.user_id, drop(item, dropped)]));
}

function membersById(members: readonly MemberWire[]): Record<string, object> {
  return Object.fromEntries(members.map((member) => [member.user.id, member]));
}

function soundsOf(list: unknown): Record<string, object> {
  const sounds = (Array.isArray(list) ? list : (list as { items: unknown }).items) as readonly Wire[];
  return Object.fromEntries(sounds.map((sound) => [String(sound.sound_id), drop(sound, CREATOR)]));
}

function inviteOf(invite: Wire): string {
  return JSON.stringify(INVITE.map((field) => invite[field]));
}

function drop(item: Wire, fields: readonly string[]): object {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !fields.includes(name)));
}
