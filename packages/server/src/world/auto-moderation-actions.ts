/** What rules do about a message. */
import type { APIEmbed, MessageType } from 'discord-api-types/v10';
import { type AuditAction, AuditEvent } from './audit-events.ts';
import { guildDispatch } from './dispatch.ts';
import type { GuildChannel, Snowflake } from './entities.ts';
import type { AutoModerationAction, AutoModerationRule } from './guild-records.ts';
import type { KeywordMatch } from './keyword-filter.ts';
import { isoTimestamp } from './timestamps.ts';
import type { World } from './world.ts';

const BLOCK_MESSAGE = 1;
const SEND_ALERT = 2;
const TIMEOUT = 3;
const MS_PER_S = 1_000;
/** Of a system message that tells moderators what a rule has found. */
const ALERT_MESSAGE_TYPE: MessageType.AutoModerationAction = 24;

/** A rule that minds a text. */
export interface Execution {
  readonly rule: AutoModerationRule;
  readonly channel: GuildChannel;
  readonly userId: Snowflake;
  readonly content: string;
  readonly match: KeywordMatch;
}

/**
 * AUTO_MODERATION_ACTION_EXECUTION for each action, with what it brings: an alert message, a timeout, an entry in the
 * audit log.
 * @param messageId null when the message was blocked
 */
export function execute(world: World, execution: Execution, messageId: Snowflake | null): void {
  for (const action of execution.rule.actions) {
    const alertId = action.type === SEND_ALERT ? sendAlert(world, execution, action, messageId) : null;
    if (action.type === TIMEOUT) timeOut(world, execution, action);
    tell(world, execution, action, messageId, alertId);
    audit(world, execution, action);
  }
}

function tell(
  world: World,
  { rule, channel, userId, content, match }: Execution,
  action: AutoModerationAction,
  messageId: Snowflake | null,
  alertId: Snowflake | null,
): void {
  const d = {
    guild_id: rule.guild_id,
    action,
    rule_id: rule.id,
    rule_trigger_type: rule.trigger_type,
    user_id: userId,
    channel_id: channel.id,
    ...(messageId === null ? {} : { message_id: messageId }),
    ...(alertId === null ? {} : { alert_system_message_id: alertId }),
    content,
    matched_keyword: match.keyword === '' ? null : match.keyword,
    matched_content: match.matched === '' ? null : match.matched,
  };
  world.journal.emit({
    ...guildDispatch('AUTO_MODERATION_ACTION_EXECUTION', rule.guild_id, d),
    content: {
      exemptUserIds: [],
      referencedExemptUserIds: null,
      blanked: () => ({ ...d, content: '', matched_content: '' }),
    },
  });
}

function sendAlert(
  world: World,
  { rule, channel, userId, content, match }: Execution,
  { metadata }: AutoModerationAction,
  messageId: Snowflake | null,
): Snowflake | null {
  const { channel_id: channelId } = metadata;
  // The channel may have gone, or the member, since the rule was made.
  if (channelId === undefined || !world.channels.ofGuild(rule.guild_id).has(channelId)) return null;
  const fields = [
    ['rule_name', rule.name],
    ['channel_id', channel.id],
    ['keyword', match.keyword],
    ['keyword_matched_content', match.matched],
    ['flagged_message_id', messageId ?? ''],
  ].filter(([, value]) => value !== '');
  const embed = {
    type: 'auto_moderation_message',
    description: content,
    fields: fields.map(([name, value]) => ({ name, value, inline: false })),
  } as unknown as APIEmbed;
  return world.messages.create({ channelId, authorId: userId, embeds: [embed], type: ALERT_MESSAGE_TYPE }).id;
}

function timeOut(world: World, { rule, userId }: Execution, { metadata }: AutoModerationAction): void {
  const untilMs = world.now() + (metadata.duration_seconds ?? 0) * MS_PER_S;
  world.members.update(rule.guild_id, userId, { communicationDisabledUntil: isoTimestamp(untilMs) });
}

function audit(world: World, { rule, channel, userId }: Execution, action: AutoModerationAction): void {
  const kind = auditAction(action);
  if (kind === null) return;
  world.auditLog.add(
    rule.guild_id,
    { userId, reason: null },
    {
      action: kind,
      targetId: userId,
      options: {
        auto_moderation_rule_name: rule.name,
        auto_moderation_rule_trigger_type: String(rule.trigger_type),
        channel_id: channel.id,
      },
    },
  );
}

function auditAction({ type }: AutoModerationAction): AuditAction | null {
  switch (type) {
    case BLOCK_MESSAGE:
      return AuditEvent.AUTO_MODERATION_BLOCK_MESSAGE;
    case SEND_ALERT:
      return AuditEvent.AUTO_MODERATION_FLAG_TO_CHANNEL;
    case TIMEOUT:
      return AuditEvent.AUTO_MODERATION_USER_COMMUNICATION_DISABLED;
    default:
      return null;
  }
}
