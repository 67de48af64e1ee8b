/** How bots administer: settings, channels, roles, members, and what else a guild has. */
import type { Act, Scene } from './acts.ts';
import * as choose from './choices.ts';

const HOUR_MS = 3_600_000;
const EXTERNAL = 3;

const guild = ({ party }: Scene) => `/guilds/${party.guildId}`;
const ahead = (ms: number) => new Date(Date.now() + ms).toISOString();

/** A write whose audit log entry must name the bot and its reason. */
function write(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: (scene: Scene) => string,
  body?: (scene: Scene) => unknown,
): Act {
  return (scene) => scene.party.as(scene.bot, method, path(scene), body?.(scene), scene.reason);
}

export const guildActs: Readonly<Record<string, Act>> = {
  'edit guild': write('PATCH', guild, (scene) => {
    const { draw } = scene;
    return draw.fields({
      name: draw.pick(['Walk', 'Run', '']),
      description: draw.pick([null, 'a guild']),
      icon: choose.image(draw),
      verification_level: draw.below(6),
      default_message_notifications: draw.below(2),
      afk_timeout: draw.pick([60, 300, 7]),
      system_channel_id: draw.pick([null, choose.channel(scene, 0)]),
      afk_channel_id: draw.pick([null, choose.channel(scene, 2)]),
    });
  }),
  'edit welcome screen': write(
    'PATCH',
    (scene) => `${guild(scene)}/welcome-screen`,
    (scene) => ({
      enabled: scene.draw.oneIn(2),
      welcome_channels: [{ channel_id: choose.channel(scene, 0), description: 'talk' }],
    }),
  ),
  'edit widget': write(
    'PATCH',
    (scene) => `${guild(scene)}/widget`,
    (scene) => ({
      enabled: scene.draw.oneIn(2),
      channel_id: choose.channel(scene),
    }),
  ),
  'create channel': write(
    'POST',
    (scene) => `${guild(scene)}/channels`,
    (scene) => ({
      name: scene.draw.pick(['One', 'Two Words', '']),
      type: scene.draw.pick([0, 0, 2, 4, 5, 13, 15, 99]),
      ...scene.draw.fields({
        topic: 'what it is about',
        nsfw: true,
        parent_id: choose.channel(scene, 4),
        position: scene.draw.below(5),
        permission_overwrites: choose.overwrites(scene),
      }),
    }),
  ),
  'edit channel': write(
    'PATCH',
    (scene) => `/channels/${choose.channel(scene)}`,
    (scene) =>
      scene.draw.fields({
        name: scene.draw.pick(['Renamed', 'x'.repeat(101)]),
        topic: scene.draw.pick([null, 'another']),
        nsfw: scene.draw.oneIn(2),
        rate_limit_per_user: scene.draw.below(10),
        parent_id: scene.draw.pick([null, choose.channel(scene, 4)]),
        permission_overwrites: choose.overwrites(scene),
        available_tags: [{ name: 'tag', emoji_name: '🔥' }],
        bitrate: 9_000,
      }),
  ),
  'move channels': write(
    'PATCH',
    (scene) => `${guild(scene)}/channels`,
    (scene) =>
      [0, 1].map(() => ({
        id: choose.channel(scene),
        position: scene.draw.below(9),
        ...scene.draw.fields({ parent_id: choose.channel(scene, 4), lock_permissions: true }),
      })),
  ),
  'delete channel': async (scene) =>
    scene.party.guild.channels.size < 5
      ? null
      : scene.party.as(scene.bot, 'DELETE', `/channels/${choose.channel(scene)}`, undefined, scene.reason),
  'put overwrite': async (scene) => {
    const { id, ...body } = choose.overwrite(scene);
    const path = `/channels/${choose.channel(scene)}/permissions/${id}`;
    return scene.party.as(scene.bot, 'PUT', path, body, scene.reason);
  },
  'delete overwrite': async (scene) => {
    const { party, draw, bot, reason } = scene;
    const all = [...party.guild.channels.values()].flatMap(({ id, permission_overwrites }) =>
      permission_overwrites.map((one) => `/channels/${id}/permissions/${one.id}`),
    );
    return all.length === 0 ? null : party.as(bot, 'DELETE', draw.pick(all), undefined, reason);
  },

  'create role': write(
    'POST',
    (scene) => `${guild(scene)}/roles`,
    ({ draw }) =>
      draw.fields({
        name: draw.pick(['mods', 'x'.repeat(101)]),
        permissions: draw.pick(['0', '1024', '8', '3072', '17179870208']),
        color: draw.below(99),
        hoist: true,
        mentionable: true,
      }),
  ),
  'edit role': write(
    'PATCH',
    (scene) => `${guild(scene)}/roles/${choose.role(scene)}`,
    ({ draw }) =>
      draw.fields({
        name: draw.pick(['crew', 'staff']),
        permissions: draw.pick(['0', '1024', '3072', '68608', '1049600']),
        color: draw.below(99),
        hoist: draw.oneIn(2),
      }),
  ),
  'edit everyone': write(
    'PATCH',
    (scene) => `${guild(scene)}/roles/${scene.party.guildId}`,
    ({ draw }) => ({
      permissions: draw.pick(['0', '1024', '104324673', '68608', '137439215616']),
    }),
  ),
  'move roles': write(
    'PATCH',
    (scene) => `${guild(scene)}/roles`,
    (scene) => [{ id: choose.role(scene), position: 1 + scene.draw.below(9) }],
  ),
  'delete role': write(
    'DELETE',
    (scene) => `${guild(scene)}/roles/${scene.draw.oneIn(3) ? choose.role(scene) : choose.heldRole(scene)}`,
  ),

  'edit member': write(
    'PATCH',
    (scene) => `${guild(scene)}/members/${choose.member(scene)}`,
    (scene) =>
      scene.draw.fields({
        nick: scene.draw.pick([null, 'nick', 'x'.repeat(33)]),
        roles: scene.draw.some([choose.role(scene), choose.role(scene)]),
        communication_disabled_until: scene.draw.pick([null, null, ahead(HOUR_MS)]),
        mute: scene.draw.oneIn(2),
      }),
  ),
  'edit own member': write(
    'PATCH',
    (scene) => `${guild(scene)}/members/@me`,
    ({ draw }) => ({
      nick: draw.pick([null, 'me']),
    }),
  ),
  'give role': write(
    'PUT',
    (scene) => `${guild(scene)}/members/${choose.member(scene)}/roles/${choose.role(scene)}`,
  ),
  'take role': write(
    'DELETE',
    (scene) => `${guild(scene)}/members/${choose.member(scene)}/roles/${choose.role(scene)}`,
  ),
  kick: write('DELETE', (scene) => `${guild(scene)}/members/${choose.guestOrPerson(scene)}`),
  ban: write(
    'PUT',
    (scene) => `${guild(scene)}/bans/${choose.guestOrPerson(scene)}`,
    ({ draw }) => ({
      delete_message_seconds: draw.pick([0, 3_600, -1]),
    }),
  ),
  'ban many': write(
    'POST',
    (scene) => `${guild(scene)}/bulk-ban`,
    (scene) => ({
      user_ids: scene.draw.some(scene.party.people.slice(1)),
      delete_message_seconds: scene.draw.pick([0, 3_600]),
    }),
  ),
  unban: write(
    'DELETE',
    ({ party, draw }) => `/guilds/${party.guildId}/bans/${choose.known(draw, party.guild.bans)}`,
  ),
  prune: write(
    'POST',
    (scene) => `${guild(scene)}/prune`,
    ({ draw }) => ({ days: draw.pick([1, 7, 0]) }),
  ),

  'create emoji': write(
    'POST',
    (scene) => `${guild(scene)}/emojis`,
    (scene) => ({
      name: scene.draw.pick(['blob', 'x']),
      image: choose.GIF,
      roles: scene.draw.some([choose.role(scene)]),
    }),
  ),
  'edit emoji': write(
    'PATCH',
    ({ party, draw }) => `/guilds/${party.guildId}/emojis/${choose.known(draw, party.guild.emojis)}`,
    () => ({
      name: 'blobby',
    }),
  ),
  'delete emoji': write(
    'DELETE',
    ({ party, draw }) => `/guilds/${party.guildId}/emojis/${choose.known(draw, party.guild.emojis)}`,
  ),
  'edit sticker': write(
    'PATCH',
    ({ party, draw }) => `/guilds/${party.guildId}/stickers/${choose.known(draw, party.guild.stickers)}`,
    () => ({
      name: 'waves',
    }),
  ),
  'delete sticker': write(
    'DELETE',
    ({ party, draw }) => `/guilds/${party.guildId}/stickers/${choose.known(draw, party.guild.stickers)}`,
  ),
  'create sound': write(
    'POST',
    (scene) => `${guild(scene)}/soundboard-sounds`,
    ({ draw }) => ({
      name: draw.pick(['horn', '']),
      sound: choose.OGG,
      emoji_name: '📯',
    }),
  ),
  'edit sound': write(
    'PATCH',
    ({ party, draw }) =>
      `/guilds/${party.guildId}/soundboard-sounds/${choose.known(draw, party.guild.sounds)}`,
    ({ draw }) => ({
      volume: draw.pick([0, 0.5, 2]),
    }),
  ),
  'delete sound': write(
    'DELETE',
    ({ party, draw }) =>
      `/guilds/${party.guildId}/soundboard-sounds/${choose.known(draw, party.guild.sounds)}`,
  ),

  'create event': write(
    'POST',
    (scene) => `${guild(scene)}/scheduled-events`,
    (scene) => ({
      name: 'party',
      privacy_level: 2,
      scheduled_start_time: ahead(HOUR_MS),
      ...(scene.draw.oneIn(2)
        ? { entity_type: 2, channel_id: choose.channel(scene, 2) }
        : {
            entity_type: EXTERNAL,
            entity_metadata: { location: 'here' },
            scheduled_end_time: ahead(2 * HOUR_MS),
          }),
    }),
  ),
  'edit event': write(
    'PATCH',
    ({ party, draw }) =>
      `/guilds/${party.guildId}/scheduled-events/${choose.known(draw, party.guild.events)}`,
    ({ draw }) => draw.fields({ name: 'feast', description: 'come', status: draw.pick([2, 3, 4]) }),
  ),
  'delete event': write(
    'DELETE',
    ({ party, draw }) =>
      `/guilds/${party.guildId}/scheduled-events/${choose.known(draw, party.guild.events)}`,
  ),
  'create stage': write(
    'POST',
    () => '/stage-instances',
    (scene) => ({
      channel_id: choose.channel(scene, 13),
      topic: 'talk',
    }),
  ),
  'edit stage': write(
    'PATCH',
    ({ party, draw }) => `/stage-instances/${stageChannel(party.guild.stages, draw)}`,
    () => ({
      topic: 'more talk',
    }),
  ),
  'delete stage': write(
    'DELETE',
    ({ party, draw }) => `/stage-instances/${stageChannel(party.guild.stages, draw)}`,
  ),

  'create rule': write(
    'POST',
    (scene) => `${guild(scene)}/auto-moderation/rules`,
    (scene) => ({
      name: 'no',
      event_type: 1,
      trigger_type: 1,
      trigger_metadata: { keyword_filter: ['forbidden'] },
      actions: scene.draw.pick([
        [{ type: 1 }],
        [{ type: 2, metadata: { channel_id: choose.channel(scene, 0) } }],
        [{ type: 3, metadata: { duration_seconds: 60 } }],
        [],
      ]),
      enabled: true,
    }),
  ),
  'edit rule': write(
    'PATCH',
    ({ party, draw }) =>
      `/guilds/${party.guildId}/auto-moderation/rules/${choose.known(draw, party.guild.rules)}`,
    (scene) =>
      scene.draw.fields({ enabled: scene.draw.oneIn(2), name: 'never', exempt_roles: [choose.role(scene)] }),
  ),
  'delete rule': write(
    'DELETE',
    ({ party, draw }) =>
      `/guilds/${party.guildId}/auto-moderation/rules/${choose.known(draw, party.guild.rules)}`,
  ),

  'create invite': write(
    'POST',
    (scene) => `/channels/${choose.channel(scene)}/invites`,
    ({ draw }) => ({
      max_age: draw.pick([0, 3_600, -1]),
      max_uses: draw.below(3),
      unique: draw.oneIn(2),
    }),
  ),
  'delete invite': write(
    'DELETE',
    ({ party, draw }) => `/invites/${choose.known(draw, party.guild.invites)}`,
  ),
  'create command': write(
    'PUT',
    ({ bot, party }) => `/applications/${bot.applicationId}/guilds/${party.guildId}/commands`,
    ({ draw }) => [{ name: draw.pick(['ping', 'BAD NAME']), description: 'answers', type: 1 }],
  ),
};

function stageChannel(
  stages: ReadonlyMap<string, { readonly [field: string]: unknown }>,
  draw: Scene['draw'],
): string {
  return String(draw.pick([...stages.values()], { channel_id: '1' }).channel_id);
}
