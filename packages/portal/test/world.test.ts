/** What the views of the world and of metrics reckon, without a page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Channel, MetricName, MetricsHistory, MetricsSample, Role, Sight } from '../src/api/types.ts';
import { lastOf, withSample } from '../src/views/metrics/history.ts';
import { withShare } from '../src/views/world/chatter-mix.ts';
import { channelGroupsOf, channelShift, roleShift, rolesInOrder } from '../src/views/world/order.ts';
import { channelGroups, PERMISSION_GROUPS } from '../src/views/world/permission-groups.ts';
import { whyOf } from '../src/views/world/sight-words.ts';

const EVERYONE = '1';

function role(id: string, position: number): Role {
  return {
    id,
    name: id,
    color: 0,
    position,
    permissions: '0',
    hoist: false,
    mentionable: false,
    managed: false,
  };
}

function channel(id: string, position: number, type = 0, parent_id: string | null = null): Channel {
  return { id, name: id, type, position, parent_id };
}

const ids = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);

test('roles stand in order of their place, the older one higher where it is the same', () => {
  const roles = [role(EVERYONE, 0), role('20', 1), role('100', 1), role('3', 5)];
  assert.deepEqual(ids(rolesInOrder(roles)), ['3', '20', '100', EVERYONE]);
});

test('a role that moves changes places with the next one, and never with @everyone', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 2, max: 999 }), { minLength: 1, maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 8, maxLength: 8 }),
      fc.nat(7),
      fc.constantFrom(-1 as const, 1 as const),
      (numbers, positions, chosen, step) => {
        const roles = [
          role(EVERYONE, 0),
          ...numbers.map((id, index) => role(String(id), positions[index] ?? 1)),
        ];
        const before = ids(rolesInOrder(roles)).slice(0, -1);
        const at = chosen % before.length;
        const id = before[at] ?? '';
        const shift = roleShift(roles, id, EVERYONE, step);
        const other = before[at + step];
        if (other === undefined) {
          assert.equal(shift, null);
          return;
        }
        const moved = roles.map((known) => ({
          ...known,
          position: shift?.moves.find((move) => move.id === known.id)?.position ?? known.position,
        }));
        const expected = before.with(at, other).with(at + step, id);
        assert.deepEqual(ids(rolesInOrder(moved)), [...expected, EVERYONE]);
      },
    ),
  );
});

test('channels stand by category, voice below text, and move among their kind', () => {
  const channels = [
    channel('c2', 1, 4),
    channel('c1', 0, 4),
    channel('voice', 0, 2, 'c1'),
    channel('b', 2, 0, 'c1'),
    channel('a', 1, 0, 'c1'),
    channel('free', 9),
    channel('lost', 3, 0, 'gone'),
  ];
  assert.deepEqual(
    channelGroupsOf(channels).map(({ category, channels: within }) => [category?.id ?? null, ids(within)]),
    [
      [null, ['lost', 'free']],
      ['c1', ['a', 'b', 'voice']],
      ['c2', []],
    ],
  );
  const shift = (id: string, step: -1 | 1) => {
    const found = channels.find((known) => known.id === id);
    return found === undefined ? undefined : channelShift(channels, found, step);
  };
  // What stands there already is not asked for.
  assert.deepEqual(shift('b', -1), { moves: [{ id: 'b', position: 0 }], place: 1, count: 2 });
  assert.equal(shift('b', 1), null);
  assert.equal(shift('voice', -1), null);
  assert.deepEqual(shift('c2', -1)?.moves, [
    { id: 'c2', position: 0 },
    { id: 'c1', position: 1 },
  ]);
});

test('permissions are each in one group, and a channel is offered those that count in it', () => {
  const bits = PERMISSION_GROUPS.flatMap(({ entries }) => entries.map(({ bit }) => bit));
  assert.equal(new Set(bits).size, bits.length);
  const namesFor = (type: number) =>
    channelGroups(type).flatMap(({ entries }) => entries.map(({ name }) => name));
  assert.ok(namesFor(0).includes('SEND_MESSAGES_IN_THREADS'));
  assert.ok(!namesFor(0).includes('CONNECT'));
  assert.ok(namesFor(2).includes('SPEAK'));
  assert.ok(namesFor(13).includes('REQUEST_TO_SPEAK'));
  assert.ok(!namesFor(2).includes('KICK_MEMBERS'));
  assert.ok(namesFor(4).includes('SPEAK') && namesFor(4).includes('SEND_POLLS'));
});

test('why somebody sees a channel is said in words', () => {
  const roles = [role('20', 1)];
  const sight: Sight = { canView: false, because: 'role-overwrite', roleIds: ['20', '30'] };
  assert.equal(whyOf(sight, 'the member', roles), 'the overwrite of @20, @30 denies it');
  assert.equal(
    whyOf({ canView: true, because: 'member-overwrite', roleIds: [] }, 'the member', roles),
    'the overwrite of the member allows it',
  );
});

test('a mix has the share that one gives, and never more than all', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, share, share, share, share, (reply, react, edit, command, wanted) => {
      const sum = Math.max(1, reply + react + edit + command);
      const mix = { reply: reply / sum, react: react / sum, edit: edit / sum, command: command / sum };
      const next = withShare(mix, 'edit', wanted);
      assert.equal(next.edit, wanted);
      const total = next.reply + next.react + next.edit + next.command;
      assert.ok(total <= 1 + 1e-9, String(total));
    }),
  );
});

test('the history takes a sample once, forgets the oldest, and knows budgets that began later', () => {
  const names: readonly MetricName[] = [
    ...(['worldEvents', 'deliveries', 'clientMessages', 'sentBytes', 'savedBytes', 'restRequests'] as const),
    ...(['restLimited', 'cpu', 'rssBytes', 'heapBytes', 'sessions'] as const),
  ];
  const all = <T>(value: T) =>
    Object.fromEntries(names.map((name) => [name, value])) as Record<MetricName, T>;
  const sample = (atMs: number, remaining: number): MetricsSample => ({
    ...all(atMs),
    atMs,
    budgets: [{ applicationId: 'a', total: 10, remaining }],
  });
  let history: MetricsHistory = { intervalMs: 1, capacity: 3, atMs: [], series: all([]), budgets: [] };
  for (const at of [1, 2, 2, 3, 4]) history = withSample(history, sample(at, 10 - at));
  assert.deepEqual(history.atMs, [2, 3, 4]);
  assert.deepEqual(history.series.cpu, [2, 3, 4]);
  assert.deepEqual(history.budgets, [{ applicationId: 'a', total: 10, remaining: [8, 7, 6] }]);
  assert.deepEqual(lastOf([1, 2], 4), [null, null, 1, 2]);
  assert.deepEqual(lastOf([1, 2, 3], 2), [2, 3]);
});
