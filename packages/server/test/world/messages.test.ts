import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { snowflakeAt } from '@guildhall/protocol';
import fc from 'fast-check';
import type { Message } from '../../src/world/entities.ts';
import { WorldError, type WorldErrorCode } from '../../src/world/errors.ts';
import { type AllowedMentions, parseMentions } from '../../src/world/mentions.ts';
import { MessageLog } from '../../src/world/message-log.ts';
import { names, openTown, type Town } from './support.ts';

function refuses(code: WorldErrorCode, change: () => unknown): void {
  assert.throws(change, (error) => error instanceof WorldError && error.code === code, code);
}

function write(town: Town, content: string, extra: object = {}): Message {
  return town.world.messages.create({
    channelId: town.channel.id,
    authorId: town.human.id,
    content,
    ...extra,
  });
}

describe('mentions in a text', () => {
  const rows: readonly [string, AllowedMentions | undefined, ReturnType<typeof parseMentions>][] = [
    ['<@1> <@!2> <@1> <@&3>', undefined, { users: ['1', '2'], roles: ['3'], everyone: false }],
    ['@everyone', undefined, { users: [], roles: [], everyone: true }],
    ['hey @here!', undefined, { users: [], roles: [], everyone: true }],
    ['@everyones', undefined, { users: [], roles: [], everyone: false }],
    ['`<@1>` ```\n@everyone <@&3>\n``` <@2>', undefined, { users: ['2'], roles: [], everyone: false }],
    ['<@1> <@&3> @everyone', {}, { users: [], roles: [], everyone: false }],
    ['<@1> <@&3> @everyone', { parse: [] }, { users: [], roles: [], everyone: false }],
    ['<@1> <@&3> @everyone', { parse: ['users'] }, { users: ['1'], roles: [], everyone: false }],
    ['<@1> <@&3> @everyone', { parse: ['roles', 'everyone'] }, { users: [], roles: ['3'], everyone: true }],
    ['<@1> <@2> <@&3>', { users: ['2', '9'] }, { users: ['2'], roles: [], everyone: false }],
    ['<@1> <@&3> <@&4>', { roles: ['4'] }, { users: [], roles: ['4'], everyone: false }],
    ['<@123456789012345678901>', undefined, { users: [], roles: [], everyone: false }],
  ];
  for (const [content, allowed, expected] of rows) {
    test(`${JSON.stringify(content)} with ${JSON.stringify(allowed)}`, () => {
      assert.deepEqual(parseMentions(content, allowed), expected);
    });
  }

  test('only those who exist are mentioned; roles and everyone need the right, or a mentionable role', async () => {
    const town = await openTown();
    const { world, guild, owner, human } = town;
    const closed = world.roles.create(guild.id, { name: 'Closed' });
    const open = world.roles.create(guild.id, { name: 'Open', mentionable: true });
    const content = `<@${owner.id}> <@42> <@&${closed.id}> <@&${open.id}> <@&${guild.id}> @everyone`;
    world.roles.update(guild.id, { permissions: 1024n | 2048n });
    const byHuman = write(town, content);
    assert.deepEqual(byHuman.mentions, [owner.id]);
    assert.deepEqual(byHuman.mention_roles, [open.id]);
    assert.equal(byHuman.mention_everyone, false);
    const byOwner = write(town, content, { authorId: owner.id });
    assert.deepEqual(byOwner.mention_roles, [closed.id, open.id]);
    assert.equal(byOwner.mention_everyone, true);
    assert.equal(human.bot, false);
  });

  const pings: readonly [AllowedMentions | undefined, boolean][] = [
    [undefined, true],
    [{}, false],
    [{ parse: ['users'] }, false],
    [{ replied_user: true }, true],
    [{ replied_user: false }, false],
  ];
  for (const [allowed, isPinged] of pings) {
    test(`a reply with allowed_mentions ${JSON.stringify(allowed)} ${isPinged ? 'pings' : 'does not ping'}`, async () => {
      const town = await openTown();
      const first = write(town, 'first', { authorId: town.bot.id });
      const extra = allowed === undefined ? {} : { allowedMentions: allowed };
      const reply = write(town, 'reply', { messageReference: { message_id: first.id }, ...extra });
      assert.deepEqual(reply.mentions, isPinged ? [town.bot.id] : []);
      const edited = town.world.messages.edit(town.channel.id, reply.id, { content: 'edited' });
      assert.deepEqual(edited.mentions, reply.mentions, 'an edit leaves the ping as it was');
    });
  }

  test('a reply to oneself pings nobody', async () => {
    const town = await openTown();
    const first = write(town, 'first');
    assert.deepEqual(write(town, 'reply', { messageReference: { message_id: first.id } }).mentions, []);
  });
});

describe('writing', () => {
  test('what is refused', async () => {
    const town = await openTown();
    const { world, guild, channel, human } = town;
    const category = world.channels.create(guild.id, { name: 'all', type: 4 });
    const stranger = world.users.create({ username: 'stranger' });
    const dm = world.channels.openDm(town.bot.id, human.id);
    const { id } = write(town, 'hi');
    refuses('EMPTY_MESSAGE', () => write(town, ' \n'));
    refuses('EMPTY_MESSAGE', () => world.messages.edit(channel.id, id, { content: '' }));
    refuses('LIMIT_REACHED:contentLength', () => write(town, 'x'.repeat(2001)));
    refuses('UNKNOWN_CHANNEL', () => write(town, 'hi', { channelId: '1' }));
    refuses('UNKNOWN_USER', () => write(town, 'hi', { authorId: '1' }));
    refuses('UNKNOWN_MEMBER', () => write(town, 'hi', { authorId: stranger.id }));
    refuses('UNKNOWN_MEMBER', () => write(town, 'hi', { channelId: dm.id, authorId: stranger.id }));
    refuses('WRONG_CHANNEL_TYPE', () => write(town, 'hi', { channelId: category.id }));
    refuses('UNKNOWN_MESSAGE_REFERENCE', () => write(town, 'hi', { messageReference: { message_id: '1' } }));
    refuses('UNKNOWN_MESSAGE', () => world.messages.edit(channel.id, '1', { content: 'x' }));
    refuses('UNKNOWN_MESSAGE', () => world.messages.delete(channel.id, '1'));
    refuses('UNKNOWN_MESSAGE', () => world.messages.delete(dm.id, id));
    refuses('WRONG_CHANNEL_TYPE', () => world.messages.bulkDelete(dm.id, ['1', '2']));
  });

  test('length counts characters, not UTF-16 units', async () => {
    const town = await openTown();
    assert.equal(write(town, '😀'.repeat(2000)).content.length, 4000);
    refuses('LIMIT_REACHED:contentLength', () => write(town, '😀'.repeat(2001)));
  });

  test('a reply to a missing message goes out as no reply when the caller allows it', async () => {
    const message = write(await openTown(), 'hi', {
      messageReference: { message_id: '1', fail_if_not_exists: false },
    });
    assert.deepEqual([message.type, message.message_reference], [0, null]);
  });

  test('an enforced nonce gives the message back that has it, for some minutes', async () => {
    const town = await openTown();
    const first = write(town, 'one', { nonce: 7, enforceNonce: true });
    await town.take();
    assert.equal(write(town, 'two', { nonce: '7', enforceNonce: true }), first);
    assert.deepEqual(names(await town.take()), []);
    town.clock.nowMs += 6 * 60_000;
    const later = write(town, 'two', { nonce: 7, enforceNonce: true });
    assert.notEqual(later, first);
    assert.notEqual(write(town, 'three', { nonce: 7 }), later);
  });

  test('the newest message is known to the channel, and stays so when it is deleted', async () => {
    const town = await openTown();
    const { id } = write(town, 'hi');
    town.world.messages.delete(town.channel.id, id);
    assert.equal(town.world.channels.get(town.channel.id)?.last_message_id, id);
  });

  test('flags that are not for authors are dropped', async () => {
    assert.equal(write(await openTown(), 'hi', { flags: 0x7fff }).flags, (1 << 2) | (1 << 12) | (1 << 13));
  });
});

describe('reading back', () => {
  test('pages before, after and around an id, newest first', async () => {
    const town = await openTown();
    const ids = Array.from({ length: 10 }, (_, i) => write(town, `m${i}`).id);
    const page = (range: object) =>
      town.world.messages.list(town.channel.id, { limit: 3, ...range }).map(({ id }) => ids.indexOf(id));
    assert.deepEqual(page({}), [9, 8, 7]);
    assert.deepEqual(page({ before: ids[5] }), [4, 3, 2]);
    assert.deepEqual(page({ after: ids[5] }), [8, 7, 6]);
    assert.deepEqual(page({ around: ids[5] }), [6, 5, 4]);
    assert.deepEqual(page({ around: ids[0], limit: 4 }), [3, 2, 1, 0]);
    assert.deepEqual(page({ before: ids[0] }), []);
    assert.deepEqual(page({ after: ids[9] }), []);
    assert.deepEqual(page({ after: '0' }), [2, 1, 0]);
    assert.deepEqual(page({ before: snowflakeAt(town.clock.nowMs + 1000) }), [9, 8, 7]);
    refuses('UNKNOWN_CHANNEL', () => town.world.messages.list('1', { limit: 1 }));
  });

  test('a long stretch that has been deleted hides nothing on either side of it', () => {
    const log = new MessageLog();
    for (let i = 1; i <= 2_000; i++) log.append({ id: String(i) } as Message);
    for (let i = 300; i <= 1_700; i++) log.delete(String(i));
    for (const at of [100, 299, 300, 1_000, 1_700, 1_701, 1_900]) {
      const older = at > 1_701 ? at - 1 : Math.min(at - 1, 299);
      const newer = at < 299 ? at + 1 : Math.max(at + 1, 1_701);
      assert.equal(log.before(String(at), 1)[0]?.id, String(older), `before ${at}`);
      assert.equal(log.after(String(at), 1)[0]?.id, String(newer), `after ${at}`);
    }
  });

  test('a message log pages like a sorted array, whatever has been deleted', () => {
    const message = (id: string) => ({ id }) as Message;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2_000 }),
        fc.array(fc.nat(2_100), { maxLength: 300 }),
        // A stretch long enough to empty whole chunks.
        fc.record({ from: fc.nat(2_100), length: fc.nat(1_500) }),
        fc.array(fc.record({ at: fc.nat(2_100), limit: fc.integer({ min: 1, max: 700 }) }), { maxLength: 5 }),
        (count, single, stretch, questions) => {
          const deleted = [...single, ...Array.from({ length: stretch.length }, (_, i) => stretch.from + i)];
          const log = new MessageLog();
          const model: number[] = [];
          // Ids of different lengths, which do not sort as text.
          for (let i = 1; i <= count; i++) {
            log.append(message(String(i)));
            model.push(i);
          }
          for (const i of deleted) {
            const at = model.indexOf(i);
            assert.equal(log.delete(String(i)), at >= 0);
            if (at >= 0) model.splice(at, 1);
          }
          assert.equal(log.size, model.length);
          assert.equal(log.oldestId, model[0]?.toString());
          const idsOf = (page: Message[]) => page.map(({ id }) => Number(id));
          assert.deepEqual(idsOf(log.before(null, 100)), model.slice(-100).reverse());
          for (const { at, limit } of questions) {
            const before = model.filter((i) => i < at);
            assert.deepEqual(idsOf(log.before(String(at), limit)), before.slice(-limit).reverse());
            assert.deepEqual(
              idsOf(log.after(String(at), limit)),
              model.filter((i) => i > at).slice(0, limit),
            );
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('reactions', () => {
  test('who reacted, by rising id, page by page', async () => {
    const town = await openTown();
    const { world, channel, owner, human, bot } = town;
    const { id } = write(town, 'hi');
    const emoji = { id: '9', name: 'party' };
    for (const user of [bot, owner, human]) world.reactions.add(channel.id, id, user.id, emoji);
    const page = (options: { after?: string; limit: number }) =>
      world.reactions.users(channel.id, id, { id: '9', name: 'other name' }, options).map((user) => user.id);
    assert.deepEqual(page({ limit: 2 }), [owner.id, human.id]);
    assert.deepEqual(page({ limit: 2, after: human.id }), [bot.id]);
    assert.deepEqual(world.reactions.users(channel.id, id, { id: null, name: 'party' }, { limit: 5 }), []);
    const view = world.views.message(world.messages.require(channel.id, id), bot.id) as {
      reactions: object[];
    };
    assert.deepEqual(view.reactions, [
      {
        emoji,
        count: 3,
        count_details: { normal: 3, burst: 0 },
        me: true,
        me_burst: false,
        burst_colors: [],
      },
    ]);
  });

  test('an emoji without users is gone, and what is not there cannot be removed', async () => {
    const town = await openTown();
    const { world, channel, human, bot } = town;
    const { id } = write(town, 'hi');
    const emoji = { id: null, name: '👍' };
    world.reactions.add(channel.id, id, human.id, emoji);
    refuses('UNKNOWN_REACTION', () => world.reactions.remove(channel.id, id, bot.id, emoji));
    world.reactions.remove(channel.id, id, human.id, emoji);
    assert.deepEqual(world.messages.require(channel.id, id).reactions, []);
    refuses('UNKNOWN_REACTION', () => world.reactions.remove(channel.id, id, human.id, emoji));
    refuses('UNKNOWN_REACTION', () => world.reactions.removeEmoji(channel.id, id, emoji));
    refuses('UNKNOWN_MESSAGE', () => world.reactions.add(channel.id, '1', human.id, emoji));
  });
});
