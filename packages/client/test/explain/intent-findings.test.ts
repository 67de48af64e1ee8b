import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DISPATCH_NAMES, type IntentName, resolveIntents } from '@guildhall/protocol/client';
import { grantedIntents } from '../../src/explain/granted-intents.ts';
import { intentFindings } from '../../src/explain/intent-findings.ts';

const ALL: readonly IntentName[] = ['GUILD_MEMBERS', 'GUILD_PRESENCES', 'MESSAGE_CONTENT'];

function found(
  intents: readonly IntentName[],
  granted: readonly IntentName[] | null,
  handled: readonly string[],
): readonly string[] {
  return intentFindings({
    intents: resolveIntents(intents),
    granted: granted === null ? null : resolveIntents(granted),
    handled: new Set(handled),
  }).map(({ code, severity, seen }) =>
    `${severity} ${code} ${/GUILD_MEMBERS|[A-Z_]+(?= has)|$/.exec(seen)?.[0]}`.trim(),
  );
}

const CASES: readonly (readonly [
  what: string,
  intents: readonly IntentName[],
  granted: readonly IntentName[] | null,
  handled: readonly string[],
  findings: readonly string[],
])[] = [
  ['what is needed, and no more', ['GUILDS'], [], ['GUILD_CREATE', '*'], ['ok INTENTS_GRANTED']],
  [
    'a privileged intent that is off',
    ['GUILDS', 'GUILD_MEMBERS'],
    ['MESSAGE_CONTENT'],
    [],
    ['error INTENTS_NOT_GRANTED GUILD_MEMBERS'],
  ],
  ['one that is on', ['GUILD_MEMBERS'], ALL, ['GUILD_MEMBER_ADD'], ['ok INTENTS_GRANTED GUILD_MEMBERS']],
  ['no answer on what is granted', ['GUILD_MEMBERS'], null, [], []],
  ['no intents at all', [], [], ['INTERACTION_CREATE'], ['warning NO_INTENTS']],
  [
    'a handler whose event cannot come',
    ['GUILDS'],
    null,
    ['MESSAGE_CREATE', 'GUILD_CREATE', 'READY'],
    ['error EVENT_WITHOUT_INTENT MESSAGE_CREATE'],
  ],
  ['direct messages are messages, too', ['DIRECT_MESSAGES', 'MESSAGE_CONTENT'], null, ['MESSAGE_CREATE'], []],
  [
    'a member’s event that comes of the bot alone',
    ['GUILDS'],
    null,
    ['GUILD_MEMBER_UPDATE'],
    ['warning EVENT_WITHOUT_INTENT GUILD_MEMBER_UPDATE'],
  ],
  [
    'message handlers without MESSAGE_CONTENT',
    ['GUILD_MESSAGES'],
    null,
    ['MESSAGE_CREATE'],
    ['warning MESSAGE_CONTENT_MISSING MESSAGE_CREATE'],
  ],
  ['deletions have no content', ['GUILD_MESSAGES'], null, ['MESSAGE_DELETE'], []],
];

describe('findings on intents', () => {
  for (const [what, intents, granted, handled, findings] of CASES) {
    test(what, () => assert.deepEqual(found(intents, granted, handled), findings));
  }

  test('with every intent any event can come', () => {
    const everything = { intents: resolveIntents(0x7ff_ffff & ~0xc0_0000 & ~0xc_0000), granted: null };
    assert.deepEqual(intentFindings({ ...everything, handled: new Set(DISPATCH_NAMES) }), []);
  });
});

describe('the flags of an application', () => {
  const rows: readonly (readonly [flags: unknown, granted: readonly IntentName[] | null])[] = [
    [0, []],
    [1 << 12, ['GUILD_PRESENCES']],
    [1 << 13, ['GUILD_PRESENCES']],
    [1 << 14, ['GUILD_MEMBERS']],
    [1 << 15, ['GUILD_MEMBERS']],
    [1 << 18, ['MESSAGE_CONTENT']],
    [(1 << 19) | (1 << 15) | (1 << 13), ALL],
    ['8', null],
    [undefined, null],
  ];
  for (const [flags, granted] of rows) {
    test(`${String(flags)} (${typeof flags}) mean ${granted?.join(', ') ?? 'nothing'}`, () => {
      assert.equal(grantedIntents({ flags }), granted === null ? null : resolveIntents(granted));
    });
  }
});
