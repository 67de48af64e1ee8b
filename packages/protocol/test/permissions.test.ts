import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PermissionFlagsBits } from 'discord-api-types/v10';
import fc from 'fast-check';
import {
  ALL_PERMISSIONS,
  type ChannelPermissionsInput,
  channelPermissions,
  DEFAULT_EVERYONE_PERMISSIONS,
  guildPermissions,
  Permission,
  type PermissionOverwrite,
} from '../src/permissions.ts';

const { VIEW_CHANNEL, SEND_MESSAGES, READ_MESSAGE_HISTORY, ADMINISTRATOR, ATTACH_FILES } = Permission;
const { MANAGE_MESSAGES, SEND_MESSAGES_IN_THREADS, ADD_REACTIONS } = Permission;
const NOW_MS = 1_750_000_000_000;
const GUILD = '100';
const ROLE_A = '201';
const ROLE_B = '202';
const USER = '300';

test('the bits are those of discord-api-types', () => {
  // ManageEmojisAndStickers is its older name for ManageGuildExpressions.
  const theirs = new Set(Object.values(PermissionFlagsBits));
  assert.deepEqual(new Set(Object.values(Permission)), theirs);
});

test('the default of @everyone is that of the documentation, without its nameless bit 47', () => {
  assert.equal(DEFAULT_EVERYONE_PERMISSIONS, 2248473465835073n & ~(1n << 47n));
  assert.equal(DEFAULT_EVERYONE_PERMISSIONS & ~ALL_PERMISSIONS, 0n);
});

describe('in the guild', () => {
  const base = { isOwner: false, everyone: VIEW_CHANNEL, roles: [], nowMs: NOW_MS };

  test('a member holds the sum of its roles', () => {
    assert.equal(
      guildPermissions({ ...base, roles: [SEND_MESSAGES, MANAGE_MESSAGES] }),
      VIEW_CHANNEL | SEND_MESSAGES | MANAGE_MESSAGES,
    );
  });

  test('owners and administrators hold everything, timed out or not', () => {
    const timedOutUntilMs = NOW_MS + 1;
    assert.equal(guildPermissions({ ...base, isOwner: true, timedOutUntilMs }), ALL_PERMISSIONS);
    assert.equal(guildPermissions({ ...base, roles: [ADMINISTRATOR], timedOutUntilMs }), ALL_PERMISSIONS);
  });

  test('a timeout leaves viewing and history, until it is over', () => {
    const member = { ...base, roles: [SEND_MESSAGES | READ_MESSAGE_HISTORY] };
    const whole = VIEW_CHANNEL | SEND_MESSAGES | READ_MESSAGE_HISTORY;
    const left = VIEW_CHANNEL | READ_MESSAGE_HISTORY;
    assert.equal(guildPermissions({ ...member, timedOutUntilMs: NOW_MS + 1 }), left);
    assert.equal(guildPermissions({ ...member, timedOutUntilMs: NOW_MS }), whole);
    assert.equal(guildPermissions({ ...member, timedOutUntilMs: null }), whole);
  });
});

describe('in a channel', () => {
  interface Row {
    readonly name: string;
    readonly base: bigint;
    readonly overwrites?: readonly PermissionOverwrite[];
    readonly roleIds?: readonly string[];
    readonly timedOut?: boolean;
    readonly thread?: boolean;
    readonly expected: bigint;
  }
  const role = (id: string, allow: bigint, deny: bigint): PermissionOverwrite => ({
    id,
    type: 0,
    allow,
    deny,
  });
  const member = (id: string, allow: bigint, deny: bigint): PermissionOverwrite => ({
    id,
    type: 1,
    allow,
    deny,
  });
  const chat = VIEW_CHANNEL | SEND_MESSAGES;

  const rows: readonly Row[] = [
    { name: 'without overwrites the base holds', base: chat, expected: chat },
    {
      name: 'the @everyone overwrite denies, then allows',
      base: chat,
      overwrites: [role(GUILD, ADD_REACTIONS, SEND_MESSAGES)],
      expected: VIEW_CHANNEL | ADD_REACTIONS,
    },
    {
      name: 'a role wins over @everyone',
      base: chat,
      overwrites: [role(ROLE_A, SEND_MESSAGES, 0n), role(GUILD, 0n, SEND_MESSAGES)],
      roleIds: [ROLE_A],
      expected: chat,
    },
    {
      name: 'one role that allows wins over another that denies, whatever their order',
      base: chat,
      overwrites: [role(ROLE_A, SEND_MESSAGES, 0n), role(ROLE_B, 0n, SEND_MESSAGES)],
      roleIds: [ROLE_A, ROLE_B],
      expected: chat,
    },
    {
      name: 'the overwrite of a role that the member does not have says nothing',
      base: chat,
      overwrites: [role(ROLE_A, MANAGE_MESSAGES, VIEW_CHANNEL)],
      roleIds: [ROLE_B],
      expected: chat,
    },
    {
      name: 'the member wins over its roles',
      base: chat,
      overwrites: [member(USER, 0n, SEND_MESSAGES), role(ROLE_A, SEND_MESSAGES, 0n)],
      roleIds: [ROLE_A],
      expected: VIEW_CHANNEL,
    },
    {
      name: 'a member overwrite is not a role overwrite, though the ids are equal',
      base: chat,
      overwrites: [member(ROLE_A, 0n, VIEW_CHANNEL), role(USER, 0n, VIEW_CHANNEL)],
      roleIds: [ROLE_A],
      expected: chat,
    },
    {
      name: 'bits may be decimal strings',
      base: chat,
      overwrites: [{ id: USER, type: 1, allow: '64', deny: '2048' }],
      expected: VIEW_CHANNEL | ADD_REACTIONS,
    },
    {
      name: 'an administrator passes by all overwrites and a timeout',
      base: ADMINISTRATOR,
      overwrites: [member(USER, 0n, VIEW_CHANNEL)],
      timedOut: true,
      expected: ALL_PERMISSIONS,
    },
    {
      name: 'an overwrite makes no administrator',
      base: chat,
      overwrites: [member(USER, ADMINISTRATOR, 0n)],
      expected: chat,
    },
    {
      name: 'who cannot view the channel can do nothing in it',
      base: chat | MANAGE_MESSAGES,
      overwrites: [role(GUILD, 0n, VIEW_CHANNEL)],
      expected: 0n,
    },
    {
      name: 'who cannot send can do no part of sending',
      base:
        VIEW_CHANNEL | ATTACH_FILES | Permission.EMBED_LINKS | Permission.MENTION_EVERYONE | ADD_REACTIONS,
      expected: VIEW_CHANNEL | ADD_REACTIONS,
    },
    {
      name: 'in a thread the right to send in threads counts instead',
      base: VIEW_CHANNEL | SEND_MESSAGES_IN_THREADS | ATTACH_FILES,
      thread: true,
      expected: VIEW_CHANNEL | SEND_MESSAGES_IN_THREADS | ATTACH_FILES,
    },
    {
      name: 'overwrites do not give back what a timeout took',
      base: VIEW_CHANNEL | READ_MESSAGE_HISTORY,
      overwrites: [member(USER, SEND_MESSAGES, 0n)],
      timedOut: true,
      expected: VIEW_CHANNEL | READ_MESSAGE_HISTORY,
    },
  ];

  for (const { name, expected, ...row } of rows) {
    test(name, () => {
      const input: ChannelPermissionsInput = {
        overwrites: [],
        roleIds: [],
        ...row,
        everyoneId: GUILD,
        userId: USER,
      };
      assert.equal(channelPermissions(input), expected);
    });
  }

  test('the order of the overwrites does not matter', () => {
    const bits = fc.bigInt({ min: 0n, max: ALL_PERMISSIONS });
    const overwrite = (id: string, type: number) =>
      fc.record({ id: fc.constant(id), type: fc.constant(type), allow: bits, deny: bits });
    const overwrites = fc.tuple(
      overwrite(GUILD, 0),
      overwrite(ROLE_A, 0),
      overwrite(ROLE_B, 0),
      overwrite(USER, 1),
    );
    fc.assert(
      fc.property(bits, overwrites, fc.boolean(), (base, given, timedOut) => {
        const rest = { base, everyoneId: GUILD, roleIds: [ROLE_A, ROLE_B], userId: USER, timedOut };
        assert.equal(
          channelPermissions({ ...rest, overwrites: given }),
          channelPermissions({ ...rest, overwrites: given.toReversed() }),
        );
      }),
    );
  });
});
