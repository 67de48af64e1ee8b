import { Permission } from '@guildhall/protocol';
import { isDm } from './channel-kinds.ts';
import type { Channel, Message, Snowflake } from './entities.ts';
import { type AllowedMentions, parseMentions } from './mentions.ts';
import type { World } from './world.ts';

/** Who is pinged: only those who exist, roles and everyone only with the right to. */
export function messageMentions(
  { users, roles, access }: World,
  channel: Channel,
  authorId: Snowflake,
  content: string,
  allowed: AllowedMentions | undefined,
  repliedTo: Snowflake | undefined,
): Pick<Message, 'mentions' | 'mention_roles' | 'mention_everyone'> {
  const parsed = parseMentions(content, allowed);
  const userIds = repliedTo === undefined ? parsed.users : [...new Set([...parsed.users, repliedTo])];
  const mentions = userIds.filter((id) => users.get(id) !== undefined);
  if (isDm(channel)) return { mentions, mention_roles: [], mention_everyone: false };
  const mayPingAll = access.can(authorId, channel.id, Permission.MENTION_EVERYONE);
  const ofGuild = roles.ofGuild(channel.guild_id);
  return {
    mentions,
    mention_roles: parsed.roles.filter(
      (id) =>
        id !== channel.guild_id && (mayPingAll ? ofGuild.has(id) : ofGuild.get(id)?.mentionable === true),
    ),
    mention_everyone: parsed.everyone && mayPingAll,
  };
}
