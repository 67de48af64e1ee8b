/** What must be in the audit log once a bot has done something. */
import assert from 'node:assert/strict';
import type { Dispatch } from './replica.ts';

/**
 * Events of acts that are always written down, with the kind of the entry. Changes are not among them: one that changes
 * nothing has no entry.
 * @see https://docs.discord.com/developers/resources/audit-log#audit-log-entry-object-audit-log-events
 */
const KINDS: Readonly<Record<string, readonly number[]>> = {
  CHANNEL_CREATE: [10],
  CHANNEL_DELETE: [12],
  GUILD_MEMBER_REMOVE: [20, 21, 22],
  GUILD_BAN_ADD: [22],
  GUILD_BAN_REMOVE: [23],
  GUILD_ROLE_CREATE: [30],
  GUILD_ROLE_DELETE: [32],
  INVITE_CREATE: [40],
  INVITE_DELETE: [12, 42],
  MESSAGE_DELETE_BULK: [22, 73],
  STAGE_INSTANCE_CREATE: [83],
  STAGE_INSTANCE_DELETE: [12, 85],
  GUILD_SCHEDULED_EVENT_CREATE: [100],
  GUILD_SCHEDULED_EVENT_DELETE: [102],
  THREAD_DELETE: [12, 112],
  GUILD_SOUNDBOARD_SOUND_CREATE: [130],
  GUILD_SOUNDBOARD_SOUND_DELETE: [132],
  AUTO_MODERATION_RULE_CREATE: [140],
  AUTO_MODERATION_RULE_DELETE: [142],
};

/** What auto moderation does stands under the name of the one it does it to. */
const BY_AUTO_MODERATION = [143, 144, 145];

/** The bot's own entries give its reason, and there is one for each event that asks for one. */
export function checkEntries(heard: readonly Dispatch[], botUserId: string, reason: string): void {
  const entries = heard
    .filter(({ t, d }) => t === 'GUILD_AUDIT_LOG_ENTRY_CREATE' && d.user_id === botUserId)
    .map(({ d }) => d);
  for (const { action_type: kind, reason: given } of entries) {
    if (!BY_AUTO_MODERATION.includes(Number(kind)))
      assert.equal(given, reason, `entry ${kind} gives the reason`);
  }
  for (const { t, d } of heard) {
    const kinds = t === 'THREAD_CREATE' && d.newly_created === true ? [110] : KINDS[t];
    if (kinds === undefined) continue;
    const isWritten = entries.some(({ action_type }) => kinds.includes(Number(action_type)));
    assert.ok(isWritten, `${t} has an entry of kind ${kinds.join(' or ')} in the audit log`);
  }
}
