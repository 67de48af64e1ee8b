import { Permission } from '@guildhall/protocol';
import type { Actor } from './actor.ts';
import { changesBetween } from './audit-changes.ts';
import { AuditEvent } from './audit-events.ts';
import { type Execution, execute } from './auto-moderation-actions.ts';
import { isDm, isThread } from './channel-kinds.ts';
import { guildDispatch } from './dispatch.ts';
import type { Channel, GuildChannel, Message, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import type { AutoModerationRule } from './guild-records.ts';
import { findKeyword, isUsablePattern, type KeywordMatch } from './keyword-filter.ts';
import { RecordTable } from './record-table.ts';
import { requireText } from './values.ts';
import type { World } from './world.ts';

export const Trigger = {
  KEYWORD: 1,
  SPAM: 3,
  KEYWORD_PRESET: 4,
  MENTION_SPAM: 5,
  MEMBER_PROFILE: 6,
} as const;
export const RuleAction = { BLOCK_MESSAGE: 1, SEND_ALERT: 2, TIMEOUT: 3, BLOCK_INTERACTION: 4 } as const;

const MAX_NAME_LENGTH = 100;
const MESSAGE_SEND = 1;
/** How many rules of each kind a guild has. */
const MAX_RULES: Readonly<Record<number, number>> = {
  [Trigger.KEYWORD]: 6,
  [Trigger.SPAM]: 1,
  [Trigger.KEYWORD_PRESET]: 1,
  [Trigger.MENTION_SPAM]: 1,
  [Trigger.MEMBER_PROFILE]: 1,
};
/** Kinds of rules that may time members out. */
const TIMEOUT_TRIGGERS: readonly number[] = [Trigger.KEYWORD, Trigger.MENTION_SPAM];
const EXEMPT = Permission.MANAGE_GUILD | Permission.ADMINISTRATOR;
const MENTION = /<@[!&]?(\d{1,20})>/g;
const AUDITED = [
  'name',
  'event_type',
  'trigger_type',
  'trigger_metadata',
  'actions',
  'enabled',
  'exempt_roles',
  'exempt_channels',
] as const;

export type RuleInput = Omit<AutoModerationRule, 'id' | 'guild_id' | 'creator_id'>;
export type RulePatch = Partial<Omit<RuleInput, 'trigger_type'>>;

/** Rules that look at what is written, before it is. */
export class AutoModeration {
  readonly #world: World;
  readonly #rules: RecordTable<'auto_moderation_rules'>;

  constructor(world: World, stored: readonly AutoModerationRule[]) {
    this.#world = world;
    this.#rules = new RecordTable(world, 'auto_moderation_rules', stored, ({ id }) => id);
  }

  get(guildId: Snowflake, id: Snowflake): AutoModerationRule | undefined {
    return this.ofGuild(guildId).get(id);
  }

  /** @throws WorldError UNKNOWN_AUTO_MODERATION_RULE */
  require(guildId: Snowflake, id: Snowflake): AutoModerationRule {
    const rule = this.get(guildId, id);
    if (rule === undefined) {
      throw new WorldError('UNKNOWN_AUTO_MODERATION_RULE', `no rule ${id} in guild ${guildId}`);
    }
    return rule;
  }

  /** By id; a live map. */
  ofGuild(guildId: Snowflake): ReadonlyMap<Snowflake, AutoModerationRule> {
    return this.#rules.ofGuild(guildId);
  }

  /** AUTO_MODERATION_RULE_CREATE. @throws WorldError UNKNOWN_GUILD, UNKNOWN_CHANNEL (of an alert), INVALID_VALUE */
  create(guildId: Snowflake, creatorId: Snowflake, input: RuleInput, actor?: Actor): AutoModerationRule {
    const { journal, guilds } = this.#world;
    journal.assertWritable();
    guilds.require(guildId);
    const alike = [...this.ofGuild(guildId).values()].filter(
      (rule) => rule.trigger_type === input.trigger_type,
    );
    const most = MAX_RULES[input.trigger_type] ?? 0;
    if (alike.length >= most) {
      throw new WorldError('INVALID_VALUE', `a guild has at most ${most} rules of this trigger type`);
    }
    const rule: AutoModerationRule = {
      id: this.#world.nextId(),
      guild_id: guildId,
      creator_id: creatorId,
      ...input,
    };
    this.#put(rule);
    this.#emit('AUTO_MODERATION_RULE_CREATE', rule);
    this.#audit(AuditEvent.AUTO_MODERATION_RULE_CREATE, null, rule, actor);
    return rule;
  }

  /** AUTO_MODERATION_RULE_UPDATE. @throws WorldError UNKNOWN_AUTO_MODERATION_RULE, and as create */
  update(guildId: Snowflake, id: Snowflake, patch: RulePatch, actor?: Actor): AutoModerationRule {
    this.#world.journal.assertWritable();
    const old = this.require(guildId, id);
    const rule: AutoModerationRule = { ...old, ...patch };
    this.#put(rule);
    this.#emit('AUTO_MODERATION_RULE_UPDATE', rule);
    this.#audit(AuditEvent.AUTO_MODERATION_RULE_UPDATE, old, rule, actor);
    return rule;
  }

  /** AUTO_MODERATION_RULE_DELETE. @throws WorldError UNKNOWN_AUTO_MODERATION_RULE */
  delete(guildId: Snowflake, id: Snowflake, actor?: Actor): void {
    this.#world.journal.assertWritable();
    const rule = this.require(guildId, id);
    this.#rules.delete(rule);
    this.#emit('AUTO_MODERATION_RULE_DELETE', rule);
    this.#audit(AuditEvent.AUTO_MODERATION_RULE_DELETE, rule, null, actor);
  }

  /**
   * Looks at a text before it is written. Where a rule blocks it, all that the rules do is done and the text is refused.
   * @returns what to do once the message is there; null, at no cost, when no rule minds it
   * @throws WorldError BLOCKED_BY_AUTO_MODERATION, after AUTO_MODERATION_ACTION_EXECUTION for each action
   */
  screen(channel: Channel, authorId: Snowflake, content: string): ((message: Message) => void) | null {
    if (isDm(channel) || this.ofGuild(channel.guild_id).size === 0 || content === '') return null;
    const place = isThread(channel) ? this.#world.channels.require(channel.parent_id) : channel;
    if (isDm(place) || isThread(place)) return null;
    const executions = this.#executions(place, authorId, content);
    if (executions.length === 0) return null;
    const blocks = executions.some(({ rule }) =>
      rule.actions.some(({ type }) => type === RuleAction.BLOCK_MESSAGE),
    );
    if (!blocks) {
      return (message) => {
        for (const execution of executions) execute(this.#world, execution, message.id);
      };
    }
    for (const execution of executions) execute(this.#world, execution, null);
    throw new WorldError('BLOCKED_BY_AUTO_MODERATION', 'a rule of the guild blocks this message');
  }

  /** @internal for Guilds.delete. */
  forgetGuild(guildId: Snowflake): void {
    this.#rules.forgetGuild(guildId);
  }

  #executions(channel: GuildChannel, authorId: Snowflake, content: string): readonly Execution[] {
    const { access, members } = this.#world;
    const guildId = channel.guild_id;
    if ((access.guildPermissions(authorId, guildId) & EXEMPT) !== 0n) return [];
    const roles = members.get(guildId, authorId)?.roles ?? [];
    const executions: Execution[] = [];
    for (const rule of this.ofGuild(guildId).values()) {
      const isExempt =
        !rule.enabled ||
        rule.event_type !== MESSAGE_SEND ||
        rule.exempt_channels.some((id) => id === channel.id || id === channel.parent_id) ||
        rule.exempt_roles.some((id) => roles.includes(id));
      if (isExempt) continue;
      const match = matchOf(rule, content);
      if (match !== null) executions.push({ rule, channel, userId: authorId, content, match });
    }
    return executions;
  }

  #put(rule: AutoModerationRule): void {
    const { channels } = this.#world;
    requireText('rule name', rule.name, MAX_NAME_LENGTH);
    if (rule.actions.length === 0) throw new WorldError('INVALID_VALUE', 'a rule has at least one action');
    const bad = rule.trigger_metadata.regex_patterns?.find((pattern) => !isUsablePattern(pattern));
    if (bad !== undefined) throw new WorldError('INVALID_VALUE', `cannot use the pattern ${bad}`);
    for (const { type, metadata } of rule.actions) {
      if (type === RuleAction.TIMEOUT && !TIMEOUT_TRIGGERS.includes(rule.trigger_type)) {
        throw new WorldError('INVALID_VALUE', 'rules of this trigger type cannot time members out');
      }
      if (type === RuleAction.SEND_ALERT && !channels.ofGuild(rule.guild_id).has(metadata.channel_id ?? '')) {
        throw new WorldError('UNKNOWN_CHANNEL', 'an alert goes to a channel of the guild');
      }
    }
    this.#rules.put(rule);
  }

  #emit(
    name: 'AUTO_MODERATION_RULE_CREATE' | 'AUTO_MODERATION_RULE_UPDATE' | 'AUTO_MODERATION_RULE_DELETE',
    rule: AutoModerationRule,
  ): void {
    const { journal, views } = this.#world;
    journal.emit(guildDispatch(name, rule.guild_id, views.records.autoModerationRule(rule)));
  }

  #audit(
    action: 140 | 141 | 142,
    old: AutoModerationRule | null,
    now: AutoModerationRule | null,
    actor: Actor | undefined,
  ): void {
    const rule = now ?? old;
    if (rule === null) return;
    const changes = changesBetween<AutoModerationRule>(old, now, AUDITED);
    this.#world.auditLog.add(rule.guild_id, actor, { action, targetId: rule.id, changes });
  }
}

/** Spam and Discord's own word lists are Discord's secret: rules of those kinds find nothing here. */
function matchOf(rule: AutoModerationRule, content: string): KeywordMatch | null {
  const { keyword_filter, regex_patterns, allow_list, mention_total_limit } = rule.trigger_metadata;
  switch (rule.trigger_type) {
    case Trigger.KEYWORD:
      return findKeyword(content, {
        keywords: keyword_filter ?? [],
        patterns: regex_patterns ?? [],
        allowed: allow_list ?? [],
      });
    case Trigger.MENTION_SPAM: {
      const mentioned = new Set(Array.from(content.matchAll(MENTION), ([, id]) => id));
      const isTooMany = mention_total_limit !== undefined && mentioned.size > mention_total_limit;
      return isTooMany ? { keyword: '', matched: '' } : null;
    }
    default:
      return null;
  }
}
