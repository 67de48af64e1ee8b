import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Intent } from '@guildhall/protocol/client';
import { intentFindings } from '../../src/explain/intent-findings.ts';

test('an event without its intent is told, and how much of it comes all the same', () => {
  const handled = new Set(['GUILD_MEMBER_UPDATE', 'TYPING_START', 'GUILD_CREATE', 'INTERACTION_CREATE', '*']);
  const findings = intentFindings({ intents: Intent.GUILDS, granted: null, handled });
  assert.deepEqual(
    findings.map(({ code, severity, seen }) => [code, severity, seen]),
    [
      [
        'EVENT_WITHOUT_INTENT',
        'warning',
        'GUILD_MEMBER_UPDATE has a handler, but comes for the bot’s own member only: it needs the intent GUILD_MEMBERS.',
      ],
      [
        'EVENT_WITHOUT_INTENT',
        'error',
        'TYPING_START has a handler, but never comes: it needs the intent GUILD_MESSAGE_TYPING or DIRECT_MESSAGE_TYPING.',
      ],
    ],
  );
});
