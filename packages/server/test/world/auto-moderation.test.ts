import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Permission } from '@guildhall/protocol';
import type { RuleInput } from '../../src/world/auto-moderation.ts';
import { WorldError } from '../../src/world/errors.ts';
import { names, only, openTown, START_MS, type Town } from './support.ts';

const BLOCK = { type: 1, metadata: {} };

function addRule({ world, guild, owner }: Town, input: Partial<RuleInput> = {}) {
  return world.autoModeration.create(guild.id, owner.id, {
    name: 'no badgers',
    event_type: 1,
    trigger_type: 1,
    trigger_metadata: { keyword_filter: ['badger'] },
    actions: [BLOCK],
    enabled: true,
    exempt_roles: [],
    exempt_channels: [],
    ...input,
  });
}

function say({ world, channel, human }: Town, content: string) {
  return world.messages.create({ channelId: channel.id, authorId: human.id, content });
}

const blocked = (error: unknown) =>
  error instanceof WorldError && error.code === 'BLOCKED_BY_AUTO_MODERATION';

describe('a rule that blocks', () => {
  test('keeps the message from being there, and tells those who manage the guild', async () => {
    const town = await openTown();
    const rule = addRule(town);
    await town.take();
    assert.throws(() => say(town, 'a Badger!'), blocked);
    assert.deepEqual(town.world.messages.list(town.channel.id, { limit: 5 }), []);
    const events = await town.take();
    assert.deepEqual(names(events), ['AUTO_MODERATION_ACTION_EXECUTION', 'GUILD_AUDIT_LOG_ENTRY_CREATE']);
    const execution = only(events, 'AUTO_MODERATION_ACTION_EXECUTION');
    assert.equal(execution.permission, Permission.MANAGE_GUILD);
    assert.deepEqual(execution.d, {
      guild_id: town.guild.id,
      action: BLOCK,
      rule_id: rule.id,
      rule_trigger_type: 1,
      user_id: town.human.id,
      channel_id: town.channel.id,
      content: 'a Badger!',
      matched_keyword: 'badger',
      matched_content: 'Badger',
    });
    const hidden = execution.content?.blanked({ message: true, referenced: true }) as { content: string };
    assert.equal(hidden.content, '');
    say(town, 'no such animal');
  });

  test('looks at edits as well', async () => {
    const town = await openTown();
    addRule(town);
    const { id } = say(town, 'harmless');
    assert.throws(() => town.world.messages.edit(town.channel.id, id, { content: 'badger' }), blocked);
    assert.equal(town.world.messages.require(town.channel.id, id).content, 'harmless');
  });

  const exemptions: readonly [name: string, exempt: (town: Town) => Partial<RuleInput>][] = [
    ['when it is off', () => ({ enabled: false })],
    ['in an exempt channel', ({ channel }) => ({ exempt_channels: [channel.id] })],
    [
      'in a channel of an exempt category',
      ({ world, guild, channel }) => {
        const category = world.channels.create(guild.id, { name: 'free', type: 4 });
        world.channels.update(channel.id, { parentId: category.id });
        return { exempt_channels: [category.id] };
      },
    ],
    [
      'of one with an exempt role',
      ({ world, guild, human }) => {
        const role = world.roles.create(guild.id);
        world.members.addRole(guild.id, human.id, role.id);
        return { exempt_roles: [role.id] };
      },
    ],
    [
      'of one who manages the guild',
      ({ world, guild, human }) => {
        const role = world.roles.create(guild.id, { permissions: Permission.MANAGE_GUILD });
        world.members.addRole(guild.id, human.id, role.id);
        return {};
      },
    ],
  ];
  for (const [name, exempt] of exemptions) {
    test(`lets a message through ${name}`, async () => {
      const town = await openTown();
      addRule(town, exempt(town));
      assert.equal(say(town, 'badger').content, 'badger');
    });
  }
});

test('a rule that alerts lets the message through, and writes about it into a channel', async () => {
  const town = await openTown();
  const { world, guild, human } = town;
  const alerts = world.channels.create(guild.id, { name: 'alerts' });
  addRule(town, { actions: [{ type: 2, metadata: { channel_id: alerts.id } }] });
  await town.take();
  const message = say(town, 'badger');
  const events = await town.take();
  assert.deepEqual(names(events), [
    'MESSAGE_CREATE',
    'MESSAGE_CREATE',
    'AUTO_MODERATION_ACTION_EXECUTION',
    'GUILD_AUDIT_LOG_ENTRY_CREATE',
  ]);
  const [alert] = world.messages.list(alerts.id, { limit: 1 });
  assert.deepEqual([alert?.type, alert?.author_id], [24, human.id]);
  const d = only(events, 'AUTO_MODERATION_ACTION_EXECUTION').d as Record<string, unknown>;
  assert.deepEqual([d.message_id, d.alert_system_message_id], [message.id, alert?.id]);
});

test('a rule against many mentions counts each once, and times out', async () => {
  const town = await openTown();
  const { world, guild, human, owner, bot } = town;
  addRule(town, {
    trigger_type: 5,
    trigger_metadata: { mention_total_limit: 2 },
    actions: [BLOCK, { type: 3, metadata: { duration_seconds: 60 } }],
  });
  say(town, `<@${owner.id}> <@!${owner.id}> <@${bot.id}>`);
  assert.throws(() => say(town, `<@${owner.id}> <@${bot.id}> <@&${guild.id}>`), blocked);
  const until = world.members.require(guild.id, human.id).communication_disabled_until;
  assert.equal(Date.parse(until ?? ''), START_MS + 60_000);
  assert.deepEqual(
    world.auditLog.list(guild.id, { after: '0', limit: 5 }).map(({ action_type }) => action_type),
    [143, 145],
  );
});

describe('a rule is refused', () => {
  const bad: readonly [name: string, input: Partial<RuleInput>, code: string][] = [
    ['without actions', { actions: [] }, 'INVALID_VALUE'],
    ['with a pattern that cannot be run', { trigger_metadata: { regex_patterns: ['('] } }, 'INVALID_VALUE'],
    ['that alerts nowhere', { actions: [{ type: 2, metadata: { channel_id: '1' } }] }, 'UNKNOWN_CHANNEL'],
    [
      'that times out for spam',
      { trigger_type: 3, actions: [{ type: 3, metadata: { duration_seconds: 1 } }] },
      'INVALID_VALUE',
    ],
  ];
  for (const [name, input, code] of bad) {
    test(name, async () => {
      const town = await openTown();
      assert.throws(
        () => addRule(town, input),
        (error) => error instanceof WorldError && error.code === code,
      );
      assert.equal(town.world.autoModeration.ofGuild(town.guild.id).size, 0);
    });
  }

  test('beyond six for keywords and one for mentions', async () => {
    const town = await openTown();
    for (let count = 0; count < 6; count++) addRule(town);
    assert.throws(() => addRule(town), /at most 6 rules/);
    addRule(town, { trigger_type: 5, trigger_metadata: { mention_total_limit: 1 } });
    assert.throws(() => addRule(town, { trigger_type: 5 }), /at most 1 rules/);
  });
});
