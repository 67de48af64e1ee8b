/** A small world to begin with: one bot, one guild with channels and roles, and people who live in it. */
import { Permission } from '@guildhall/protocol';
import type { Application, Guild, Snowflake, User } from './entities.ts';
import type { World } from './world.ts';

const META_KEY = 'sample';
const APPLICATION_NAME = 'Guildhall Sample Bot';
const GUILD_NAME = 'Guildhall';
const BOT_ROLE = 'Sample Bot';
const CHANNELS = [
  { name: 'general', topic: 'Anything and everything' },
  { name: 'bots', topic: 'Try your bot here' },
  { name: 'random', topic: 'Off topic is on topic' },
] as const;
const PEOPLE = [
  { username: 'mara.lindqvist', globalName: 'Mara', role: 'Admin' },
  { username: 'tomasz', globalName: 'Tomasz', role: 'Moderator' },
  { username: 'aiko_h', globalName: 'Aiko', role: 'Member' },
  { username: 'samuel.okafor', globalName: 'Sam', role: 'Member' },
  { username: 'lucia', globalName: 'Lucía', role: 'Member' },
] as const;
const ROLES = [
  { name: 'Admin', position: 4, color: 0xe74c3c, hoist: true, permissions: Permission.ADMINISTRATOR },
  {
    name: 'Moderator',
    position: 3,
    color: 0x3498db,
    hoist: true,
    permissions: Permission.MANAGE_MESSAGES | Permission.KICK_MEMBERS | Permission.MENTION_EVERYONE,
  },
  { name: 'Member', position: 2, color: 0x2ecc71, hoist: false, permissions: 0n },
] as const;
const BOT_PERMISSIONS =
  Permission.VIEW_CHANNEL |
  Permission.SEND_MESSAGES |
  Permission.READ_MESSAGE_HISTORY |
  Permission.ADD_REACTIONS |
  Permission.EMBED_LINKS |
  Permission.ATTACH_FILES;

export interface Sample {
  readonly application: Application;
  /** The bot's token when the application has just been made, null when it was there already. */
  readonly token: string | null;
  readonly guild: Guild;
  /** The simulated people that are (still) members, without the bot. */
  readonly users: readonly User[];
}

interface SampleIds {
  readonly applicationId: Snowflake;
  readonly guildId: Snowflake;
  readonly userIds: readonly Snowflake[];
}

/**
 * The sample, made on the first call and found again, under whatever names, by later ones. What the owner has since
 * deleted (application or guild) is made anew; what was renamed or changed stays so.
 * @throws WorldError LIMIT_REACHED:… in a world without room for it
 */
export function ensureSample(world: World): Sample {
  const known = readIds(world);
  const people = ensurePeople(world, known?.userIds ?? []);
  const { application, token } = ensureApplication(world, known?.applicationId);
  const found = known === undefined ? undefined : world.guilds.get(known.guildId);
  const guild = found ?? createGuild(world, people);
  if (found === undefined || token !== null) inviteBot(world, guild, application);
  const ids: SampleIds = {
    applicationId: application.id,
    guildId: guild.id,
    userIds: people.map((user) => user.id),
  };
  const text = JSON.stringify(ids);
  if (text !== world.meta.get(META_KEY)) world.meta.set(META_KEY, text);
  const users = people.filter((user) => world.members.get(guild.id, user.id) !== undefined);
  return { application, token, guild, users };
}

function readIds(world: World): SampleIds | undefined {
  const text = world.meta.get(META_KEY);
  return text === undefined ? undefined : (JSON.parse(text) as SampleIds);
}

function ensurePeople(world: World, userIds: readonly Snowflake[]): readonly User[] {
  const known = userIds.map((id) => world.users.get(id)).filter((user) => user !== undefined);
  return known.length > 0 ? known : PEOPLE.map((person) => world.users.create(person));
}

function ensureApplication(
  world: World,
  id: Snowflake | undefined,
): { readonly application: Application; readonly token: string | null } {
  const known = id === undefined ? undefined : world.applications.get(id);
  if (known !== undefined) return { application: known, token: null };
  return world.applications.create({
    name: APPLICATION_NAME,
    description: 'The bot that comes with Guildhall.',
    privilegedIntents: ['GUILD_MEMBERS', 'GUILD_PRESENCES', 'MESSAGE_CONTENT'],
  });
}

function createGuild(world: World, people: readonly User[]): Guild {
  const ownerId = people[0]?.id ?? world.users.worldOwner().id;
  const guild = world.guilds.create({ name: GUILD_NAME, ownerId });
  const roleIds = new Map<string, Snowflake>(
    ROLES.map((role) => [role.name, world.roles.create(guild.id, role).id]),
  );
  const channels = CHANNELS.map((channel) => world.channels.create(guild.id, channel));
  people.forEach((user, index) => {
    const roleId = roleIds.get(PEOPLE[index]?.role ?? 'Member');
    world.members.add({ guildId: guild.id, userId: user.id });
    if (roleId !== undefined) world.members.addRole(guild.id, user.id, roleId);
  });
  return world.guilds.update(guild.id, { system_channel_id: channels[0]?.id ?? null });
}

/** As an invite does it: the bot comes with a managed role of its own. */
function inviteBot(world: World, guild: Guild, application: Application): void {
  const userId = application.botUserId;
  if (world.members.get(guild.id, userId) !== undefined) return;
  const role = world.roles.create(guild.id, {
    name: BOT_ROLE,
    permissions: BOT_PERMISSIONS,
    managed: true,
    botId: userId,
  });
  world.members.add({ guildId: guild.id, userId, roles: [role.id] });
}
