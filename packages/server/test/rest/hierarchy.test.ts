/** Who may do what to whom: permissions, the order of roles, and the owner above all. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Permission, type PermissionName } from '@guildhall/protocol';
import type { Role, User } from '../../src/world/entities.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The bot's role stands at 5. `low` is below, `equal` as high but older, `high` above it. */
interface Scene {
  readonly server: TestServer;
  readonly low: Role;
  readonly high: Role;
  readonly managed: Role;
  /** A member whose highest role is above the bot's, and one without roles. */
  readonly chief: User;
  readonly alice: User;
  readonly ownerId: string;
}

async function openScene(permissions: readonly PermissionName[]): Promise<Scene> {
  const server = await startTestServer();
  const { world, guild, botRole, alice } = server;
  const bits = permissions.reduce((all, name) => all | Permission[name], 0n);
  world.roles.update(botRole.id, { position: 5, permissions: bits });
  world.roles.update(guild.id, { permissions: Permission.VIEW_CHANNEL });
  const low = world.roles.create(guild.id, { name: 'low', position: 2 });
  const high = world.roles.create(guild.id, { name: 'high', position: 9 });
  const managed = world.roles.create(guild.id, { name: 'robots', position: 2, managed: true });
  const chief = world.users.create({ username: 'chief' });
  world.members.add({ guildId: guild.id, userId: chief.id, roles: [high.id] });
  return { server, low, high, managed, chief, alice, ownerId: guild.owner_id };
}

interface Row {
  readonly name: string;
  readonly permissions: readonly PermissionName[];
  readonly request: (scene: Scene) => readonly [method: Method, path: string, body?: object];
  /** HTTP status, and Discord's code of a refusal. */
  readonly answer: readonly [status: number, code?: number];
}

const FORBIDDEN = [403, 50013] as const;
const guildPath = ({ server }: Scene) => `/guilds/${server.guild.id}`;

const ROWS: readonly Row[] = [
  {
    name: 'a kick without KICK_MEMBERS',
    permissions: ['BAN_MEMBERS'],
    request: (scene) => ['DELETE', `${guildPath(scene)}/members/${scene.alice.id}`],
    answer: FORBIDDEN,
  },
  {
    name: 'a kick of one below',
    permissions: ['KICK_MEMBERS'],
    request: (scene) => ['DELETE', `${guildPath(scene)}/members/${scene.alice.id}`],
    answer: [204],
  },
  {
    name: 'a kick of one above',
    permissions: ['KICK_MEMBERS'],
    request: (scene) => ['DELETE', `${guildPath(scene)}/members/${scene.chief.id}`],
    answer: FORBIDDEN,
  },
  {
    name: 'a kick of the owner, who has no roles',
    permissions: ['ADMINISTRATOR'],
    request: (scene) => ['DELETE', `${guildPath(scene)}/members/${scene.ownerId}`],
    answer: FORBIDDEN,
  },
  {
    name: 'a kick of nobody',
    permissions: ['KICK_MEMBERS'],
    request: (scene) => ['DELETE', `${guildPath(scene)}/members/1`],
    answer: [404, 10013],
  },
  {
    name: 'a ban of one above',
    permissions: ['BAN_MEMBERS'],
    request: (scene) => ['PUT', `${guildPath(scene)}/bans/${scene.chief.id}`, {}],
    answer: FORBIDDEN,
  },
  {
    name: 'a ban of the owner',
    permissions: ['ADMINISTRATOR'],
    request: (scene) => ['PUT', `${guildPath(scene)}/bans/${scene.ownerId}`, {}],
    answer: FORBIDDEN,
  },
  {
    name: 'a ban of one who has never been there',
    permissions: ['BAN_MEMBERS'],
    request: (scene) => [
      'PUT',
      `${guildPath(scene)}/bans/${scene.server.world.users.create({ username: 'far' }).id}`,
      {},
    ],
    answer: [204],
  },
  {
    name: 'a nickname for one above',
    permissions: ['MANAGE_NICKNAMES'],
    request: (scene) => ['PATCH', `${guildPath(scene)}/members/${scene.chief.id}`, { nick: 'x' }],
    answer: FORBIDDEN,
  },
  {
    name: 'a nickname of its own without CHANGE_NICKNAME',
    permissions: ['MANAGE_NICKNAMES'],
    request: (scene) => ['PATCH', `${guildPath(scene)}/members/@me`, { nick: 'x' }],
    answer: FORBIDDEN,
  },
  {
    name: 'a nickname of its own with CHANGE_NICKNAME',
    permissions: ['CHANGE_NICKNAME'],
    request: (scene) => ['PATCH', `${guildPath(scene)}/members/@me`, { nick: 'x' }],
    answer: [200],
  },
  {
    name: 'a low role for one above: only the role counts',
    permissions: ['MANAGE_ROLES'],
    request: (scene) => ['PUT', `${guildPath(scene)}/members/${scene.chief.id}/roles/${scene.low.id}`],
    answer: [204],
  },
  {
    name: 'a high role for anybody',
    permissions: ['MANAGE_ROLES'],
    request: (scene) => ['PUT', `${guildPath(scene)}/members/${scene.alice.id}/roles/${scene.high.id}`],
    answer: FORBIDDEN,
  },
  {
    name: 'its own role for another',
    permissions: ['MANAGE_ROLES'],
    request: (scene) => [
      'PUT',
      `${guildPath(scene)}/members/${scene.alice.id}/roles/${scene.server.botRole.id}`,
    ],
    answer: FORBIDDEN,
  },
  {
    name: 'a managed role for anybody',
    permissions: ['ADMINISTRATOR'],
    request: (scene) => ['PUT', `${guildPath(scene)}/members/${scene.alice.id}/roles/${scene.managed.id}`],
    answer: [400, 50028],
  },
  {
    name: '@everyone for anybody',
    permissions: ['ADMINISTRATOR'],
    request: (scene) => [
      'PUT',
      `${guildPath(scene)}/members/${scene.alice.id}/roles/${scene.server.guild.id}`,
    ],
    answer: [400, 50028],
  },
  {
    name: 'a role that is not there',
    permissions: ['MANAGE_ROLES'],
    request: (scene) => ['PUT', `${guildPath(scene)}/members/${scene.alice.id}/roles/1`],
    answer: [404, 10011],
  },
  {
    name: 'a list of roles with @everyone that leaves a high one as it was',
    permissions: ['MANAGE_ROLES'],
    request: (scene) => [
      'PATCH',
      `${guildPath(scene)}/members/${scene.chief.id}`,
      { roles: [scene.server.guild.id, scene.high.id, scene.low.id] },
    ],
    answer: [200],
  },
  {
    name: 'a list of roles that takes a high one away',
    permissions: ['MANAGE_ROLES'],
    request: (scene) => ['PATCH', `${guildPath(scene)}/members/${scene.chief.id}`, { roles: [scene.low.id] }],
    answer: FORBIDDEN,
  },
  {
    name: 'a new role with bits that it has not',
    permissions: ['MANAGE_ROLES'],
    request: (scene) => ['POST', `${guildPath(scene)}/roles`, { permissions: '8' }],
    answer: FORBIDDEN,
  },
  {
    name: 'a new role with bits that it has',
    permissions: ['MANAGE_ROLES', 'KICK_MEMBERS'],
    request: (scene) => ['POST', `${guildPath(scene)}/roles`, { permissions: '2' }],
    answer: [200],
  },
  {
    name: 'more bits for a low role than it has',
    permissions: ['MANAGE_ROLES'],
    request: (scene) => ['PATCH', `${guildPath(scene)}/roles/${scene.low.id}`, { permissions: '8' }],
    answer: FORBIDDEN,
  },
  {
    name: 'a change of its own highest role',
    permissions: ['ADMINISTRATOR'],
    request: (scene) => ['PATCH', `${guildPath(scene)}/roles/${scene.server.botRole.id}`, { name: 'x' }],
    answer: FORBIDDEN,
  },
  {
    name: 'the end of a high role',
    permissions: ['ADMINISTRATOR'],
    request: (scene) => ['DELETE', `${guildPath(scene)}/roles/${scene.high.id}`],
    answer: FORBIDDEN,
  },
  {
    name: 'the end of a managed role',
    permissions: ['MANAGE_ROLES'],
    request: (scene) => ['DELETE', `${guildPath(scene)}/roles/${scene.managed.id}`],
    answer: [400, 50028],
  },
  {
    name: 'a low role put above itself',
    permissions: ['MANAGE_ROLES'],
    request: (scene) => ['PATCH', `${guildPath(scene)}/roles`, [{ id: scene.low.id, position: 8 }]],
    answer: FORBIDDEN,
  },
  {
    name: 'a low role put higher, below itself',
    permissions: ['MANAGE_ROLES'],
    request: (scene) => ['PATCH', `${guildPath(scene)}/roles`, [{ id: scene.low.id, position: 4 }]],
    answer: [200],
  },
  {
    name: 'all roles in the same order with other numbers',
    permissions: ['MANAGE_ROLES'],
    request: (scene) => {
      const { guild, botRole } = scene.server;
      const order = [guild.id, scene.managed.id, scene.low.id, botRole.id, scene.high.id];
      return ['PATCH', `${guildPath(scene)}/roles`, order.map((id, position) => ({ id, position }))];
    },
    answer: [200],
  },
  {
    name: 'a role icon without the feature',
    permissions: ['MANAGE_ROLES'],
    request: (scene) => ['POST', `${guildPath(scene)}/roles`, { unicode_emoji: '🔥' }],
    answer: [403, 50101],
  },
  {
    name: 'a timeout of an administrator below',
    permissions: ['ADMINISTRATOR'],
    request: (scene) => {
      const { world, guild } = scene.server;
      const admin = world.roles.create(guild.id, { position: 3, permissions: Permission.ADMINISTRATOR });
      world.members.addRole(guild.id, scene.alice.id, admin.id);
      return timeout(scene, 60_000);
    },
    answer: FORBIDDEN,
  },
  {
    name: 'a timeout of 29 days',
    permissions: ['MODERATE_MEMBERS'],
    request: (scene) => timeout(scene, 29 * 86_400_000),
    answer: [400, 50035],
  },
  {
    name: 'a timeout of 27 days',
    permissions: ['MODERATE_MEMBERS'],
    request: (scene) => timeout(scene, 27 * 86_400_000),
    answer: [200],
  },
  {
    name: 'muting one who is not in voice',
    permissions: ['MUTE_MEMBERS'],
    request: (scene) => ['PATCH', `${guildPath(scene)}/members/${scene.alice.id}`, { mute: true }],
    answer: [400, 40032],
  },
  {
    name: 'a change of the guild without MANAGE_GUILD',
    permissions: ['MANAGE_CHANNELS'],
    request: (scene) => ['PATCH', guildPath(scene), { name: 'xx' }],
    answer: FORBIDDEN,
  },
  {
    name: 'COMMUNITY without ADMINISTRATOR',
    permissions: ['MANAGE_GUILD'],
    request: (scene) => ['PATCH', guildPath(scene), { features: ['COMMUNITY'] }],
    answer: FORBIDDEN,
  },
  {
    name: 'a new channel without MANAGE_CHANNELS',
    permissions: ['MANAGE_ROLES'],
    request: (scene) => ['POST', `${guildPath(scene)}/channels`, { name: 'x' }],
    answer: FORBIDDEN,
  },
  {
    name: 'a new channel with an overwrite of a bit that it has not',
    permissions: ['MANAGE_CHANNELS', 'MANAGE_ROLES'],
    request: (scene) => ['POST', `${guildPath(scene)}/channels`, overwritten(scene, 'SPEAK')],
    answer: FORBIDDEN,
  },
  {
    name: 'a new channel with an overwrite of a bit that it has',
    permissions: ['MANAGE_CHANNELS', 'MANAGE_ROLES', 'SPEAK'],
    request: (scene) => ['POST', `${guildPath(scene)}/channels`, overwritten(scene, 'SPEAK')],
    answer: [201],
  },
  {
    name: 'an overwrite of MANAGE_ROLES by one who is no administrator',
    permissions: ['MANAGE_CHANNELS', 'MANAGE_ROLES'],
    request: (scene) => ['POST', `${guildPath(scene)}/channels`, overwritten(scene, 'MANAGE_ROLES')],
    answer: FORBIDDEN,
  },
  {
    name: 'an overwrite for a role that is not there',
    permissions: ['MANAGE_ROLES'],
    request: ({ server }) => ['PUT', `/channels/${server.channel.id}/permissions/1`, { type: 0 }],
    answer: [404, 10009],
  },
  {
    name: 'the end of a channel without MANAGE_CHANNELS',
    permissions: ['MANAGE_ROLES'],
    request: ({ server }) => ['DELETE', `/channels/${server.channel.id}`],
    answer: FORBIDDEN,
  },
  {
    name: 'two channels moved into categories at once',
    permissions: ['MANAGE_CHANNELS'],
    request: (scene) => {
      const { world, guild, channel } = scene.server;
      const category = world.channels.create(guild.id, { name: 'rooms', type: 4 });
      const other = world.channels.create(guild.id, { name: 'other' });
      const moves = [channel, other].map(({ id }) => ({ id, parent_id: category.id }));
      return ['PATCH', `${guildPath(scene)}/channels`, moves];
    },
    answer: [400, 40009],
  },
  {
    name: 'a prune with one of its two permissions',
    permissions: ['KICK_MEMBERS'],
    request: (scene) => ['POST', `${guildPath(scene)}/prune`, {}],
    answer: FORBIDDEN,
  },
  {
    name: 'a bulk ban of those who cannot be banned',
    permissions: ['BAN_MEMBERS', 'MANAGE_GUILD'],
    request: (scene) => [
      'POST',
      `${guildPath(scene)}/bulk-ban`,
      { user_ids: [scene.chief.id, scene.ownerId, '1'] },
    ],
    answer: [400, 500000],
  },
  {
    name: 'putting somebody into the guild with an invented token',
    permissions: ['ADMINISTRATOR'],
    request: (scene) => [
      'PUT',
      `${guildPath(scene)}/members/${scene.alice.id}`,
      { access_token: 'invented' },
    ],
    answer: [403, 50025],
  },
  {
    name: 'a guild without the bot',
    permissions: ['ADMINISTRATOR'],
    request: ({ server }) => {
      const { world } = server;
      const other = world.guilds.create({ name: 'Other', ownerId: server.alice.id });
      return ['PATCH', `/guilds/${other.id}`, { name: 'mine' }];
    },
    answer: [403, 50001],
  },
  {
    name: 'a rule that times members out without MODERATE_MEMBERS',
    permissions: ['MANAGE_GUILD'],
    request: (scene) => [
      'POST',
      `${guildPath(scene)}/auto-moderation/rules`,
      {
        name: 'no',
        event_type: 1,
        trigger_type: 1,
        trigger_metadata: { keyword_filter: ['bad'] },
        actions: [{ type: 3, metadata: { duration_seconds: 60 } }],
      },
    ],
    answer: FORBIDDEN,
  },
  {
    name: 'an emoji of another with the right to make some',
    permissions: ['CREATE_GUILD_EXPRESSIONS'],
    request: (scene) => {
      const { world, guild } = scene.server;
      const input = { name: 'blob', animated: false, creatorId: scene.alice.id };
      const { id } = world.emojis.createInGuild(guild.id, input);
      return ['DELETE', `${guildPath(scene)}/emojis/${id}`];
    },
    answer: FORBIDDEN,
  },
];

function timeout(scene: Scene, ms: number): readonly [Method, string, object] {
  const until = new Date(scene.server.world.now() + ms).toISOString();
  const body = { communication_disabled_until: until };
  return ['PATCH', `${guildPath(scene)}/members/${scene.alice.id}`, body];
}

function overwritten({ server }: Scene, name: PermissionName): object {
  return {
    name: 'x',
    permission_overwrites: [{ id: server.guild.id, type: 0, allow: String(Permission[name]) }],
  };
}

describe('a bot asks for', () => {
  for (const { name, permissions, request, answer } of ROWS) {
    test(`${name}: ${answer.join(' with code ')}`, async () => {
      const scene = await openScene(permissions);
      await using server = scene.server;
      const [method, path, body] = request(scene);
      const response = await server.bot(method, path, body);
      const code = response.statusCode < 400 ? [] : [response.json().code];
      assert.deepEqual([response.statusCode, ...code], answer, response.body);
    });
  }
});

test('a bot that owns the guild is above all', async () => {
  const scene = await openScene([]);
  await using server = scene.server;
  server.world.guilds.update(server.guild.id, { owner_id: server.application.botUserId });
  const response = await server.bot('DELETE', `${guildPath(scene)}/roles/${scene.high.id}`);
  assert.equal(response.statusCode, 204);
});
