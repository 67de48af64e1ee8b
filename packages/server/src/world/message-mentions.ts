import { Permission } from '@guildhall/protocol';
import { isDm } from './channel-kinds.ts';
import type { Channel, Component, Message, Snowflake } from './entities.ts';
import { parseMentions } from './mentions.ts';
import type { MessageInput } from './message-input.ts';
import type { World } from './world.ts';

/** All of a message that decides whom it pings. */
type Mentioning = {
  readonly [Key in 'authorId' | 'content' | 'components' | 'allowedMentions' | 'via']?:
    | MessageInput[Key]
    | undefined;
} & Pick<MessageInput, 'authorId'>;

const TEXT_DISPLAY = 10;

/** Who is pinged: only those who exist, roles and everyone only with the right to. */
export function messageMentions(
  { users, roles, access }: World,
  channel: Channel,
  { authorId, content = '', components = [], allowedMentions, via }: Mentioning,
  repliedTo: Snowflake | undefined,
): Pick<Message, 'mentions' | 'mention_roles' | 'mention_everyone'> {
  const text = components.length === 0 ? content : [content, ...displayedTexts(components)].join('\n');
  const parsed = parseMentions(text, allowedMentions);
  const userIds = repliedTo === undefined ? parsed.users : [...new Set([...parsed.users, repliedTo])];
  const mentions = userIds.filter((id) => users.get(id) !== undefined);
  if (isDm(channel)) return { mentions, mention_roles: [], mention_everyone: false };
  // A webhook may what everybody may who has got no role.
  const mayPingAll =
    via?.persona == null
      ? access.can(authorId, channel.id, Permission.MENTION_EVERYONE)
      : access.everyoneCan(channel.id, Permission.MENTION_EVERYONE);
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

/** The texts of components, wherever they stand. */
function displayedTexts(components: readonly Component[]): readonly string[] {
  return components.flatMap((component) => {
    if (component.type === TEXT_DISPLAY) return [String(component.content)];
    return Array.isArray(component.components) ? displayedTexts(component.components) : [];
  });
}
