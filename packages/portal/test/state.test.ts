/** What the page makes of what it hears, without a page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ApiError, messageOf } from '../src/api/api-error.ts';
import type { Channel, HallEvent, Member, Message, Session } from '../src/api/types.ts';
import { withActivity } from '../src/state/activity.ts';
import { describeClose } from '../src/state/close-codes.ts';
import { RATE_SECONDS, Rates } from '../src/state/rates.ts';
import { offsetsOf, rowAt } from '../src/ui/offsets.ts';
import { withMentions } from '../src/views/chat/mentions.ts';
import { withEvents } from '../src/views/chat/message-list.ts';

const at = '2026-01-15T12:00:00.000Z';

test('an error is told by the words at its first field, else by its own', () => {
  const form = {
    message: 'Invalid Form Body',
    code: 50035,
    errors: { fault: { ms: { _errors: [{ code: 'X', message: 'Too much.' }] } } },
  };
  const error = new ApiError(400, form);
  assert.deepEqual([...error.fields], [['fault.ms', 'Too much.']]);
  assert.equal(messageOf(error), 'Too much.');
  assert.equal(messageOf(new ApiError(404, { message: 'Unknown Guild', code: 10004 })), 'Unknown Guild');
  assert.equal(messageOf(new ApiError(502, null)), 'The server answered with 502.');
});

test('a close is told with what it obliges the client to', () => {
  assert.deepEqual(describeClose({ code: 4003, by: 'server', reason: 'Not authenticated.' }), {
    what: 'Closed 4003 by the server',
    more: 'Not authenticated. The session is gone. The client has to identify anew.',
  });
  assert.equal(describeClose({ code: null, by: 'client', reason: '' }).what, 'Connection lost by the client');
});

test('activities are kept in order, and the oldest are let go', () => {
  const refused: HallEvent = {
    type: 'refused',
    at,
    request: 'identify',
    applicationId: '1',
    shard: 0,
    code: 4014,
  };
  const quiet: HallEvent = { type: 'sessions', at, sessions: [] };
  assert.deepEqual(
    withActivity([], [quiet, refused]).map(({ what, tone }) => [what, tone]),
    [['Identify refused with 4014', 'bad']],
  );
  const many = withActivity(
    [],
    Array.from({ length: 500 }, () => refused),
  );
  assert.equal(many.length, 400);
  assert.equal(withActivity(many, [quiet]), many);
});

test('rates are the steps of the sequence numbers, and are forgotten with quiet', () => {
  const rates = new Rates();
  const session = (seq: number) => new Map([['s', { seq } as Session]]);
  const summary = (seq: number) => [{ id: 's', seq }] as unknown as Parameters<Rates['turn']>[0];
  rates.turn(summary(5), session(2));
  assert.deepEqual(rates.of('s').slice(-2), [0, 3]);
  rates.turn([], session(5));
  assert.deepEqual(rates.of('s').slice(-2), [3, 0]);
  for (let second = 0; second < RATE_SECONDS; second += 1) rates.turn([], session(5));
  assert.equal(rates.of('s'), rates.of('unknown'));
});

const message = (id: string, more: Partial<Message> = {}) =>
  ({ id, channel_id: 'c', content: id, ...more }) as Message;
const dispatch = (name: string, d: object): HallEvent => ({
  type: 'dispatch',
  at,
  name,
  guildId: null,
  channelId: null,
  d: { channel_id: 'c', ...d },
});

test('the messages of a channel follow what happens in it, and in no other', () => {
  const known = [
    message('1'),
    message('2', { message_reference: { message_id: '1' }, referenced_message: message('1') }),
  ];
  const ids = (events: readonly HallEvent[]) => withEvents(known, 'c', events).map(({ id }) => id);
  assert.deepEqual(
    ids([dispatch('MESSAGE_CREATE', message('3')), dispatch('MESSAGE_CREATE', message('3'))]),
    ['1', '2', '3'],
  );
  assert.equal(withEvents(known, 'c', [dispatch('MESSAGE_CREATE', { id: '3', channel_id: 'other' })]), known);
  assert.deepEqual(ids([dispatch('MESSAGE_DELETE_BULK', { ids: ['1', '2'] })]), []);
  const edited = withEvents(known, 'c', [dispatch('MESSAGE_UPDATE', { id: '1', content: 'new' })]);
  assert.deepEqual([edited[0]?.content, edited[1]?.referenced_message?.content], ['new', 'new']);
  assert.equal(
    withEvents(known, 'c', [dispatch('MESSAGE_DELETE', { id: '1' })])[0]?.referenced_message,
    null,
  );
});

test('reactions are counted up and down, and are gone with the last', () => {
  const emoji = { id: null, name: '👍' };
  const add = dispatch('MESSAGE_REACTION_ADD', { message_id: '1', emoji });
  const remove = dispatch('MESSAGE_REACTION_REMOVE', { message_id: '1', emoji });
  const after = (...events: HallEvent[]) => withEvents([message('1')], 'c', events)[0]?.reactions;
  assert.deepEqual(after(add, add), [{ emoji, count: 2 }]);
  assert.deepEqual(after(add, remove), []);
});

test('names become mentions, the longest first, and only where a name may stand', () => {
  const member = (id: string, username: string) =>
    ({ user: { id, username, global_name: null }, nick: null }) as unknown as Member;
  const members = [member('1', 'ada'), member('2', 'ada lovelace')];
  const channels = [{ id: '3', name: 'bots' }] as Channel[];
  const sent = (text: string) => withMentions(text, members, channels);
  assert.equal(sent('@ada lovelace, @ada: #bots'), '<@2>, <@1>: <#3>');
  assert.equal(sent('mail@ada.test @adam #botsy'), 'mail@ada.test @adam #botsy');
});

test('the row at a place is the one that covers it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 60 }),
      fc.nat(5_000),
      (heights, place) => {
        const keys = heights.map((_, index) => String(index));
        const offsets = offsetsOf(keys, new Map(heights.map((height, index) => [String(index), height])), 10);
        const row = rowAt(offsets, place);
        assert.ok((offsets[row] ?? 0) <= place);
        assert.ok(row === keys.length - 1 || place < (offsets[row + 1] ?? 0));
      },
    ),
  );
});
