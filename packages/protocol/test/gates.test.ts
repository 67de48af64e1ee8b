import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DISPATCH_NAMES, type DispatchName } from '../src/dispatch-events.ts';
import { intentGate, missingIntents, passesIntentGate } from '../src/intent-gates.ts';
import { Intent, type IntentName, resolveIntents } from '../src/intents.ts';
import { passesPermissionGate, permissionGate } from '../src/permission-gates.ts';
import { Permission } from '../src/permissions.ts';

/** The list of the documentation: which events each intent is for, in guilds and in direct messages. */
const DOCUMENTED: readonly (readonly [guild: number, direct: number, events: RegExp])[] = [
  [
    Intent.GUILDS,
    Intent.GUILDS,
    /^(GUILD_(CREATE|UPDATE|DELETE)|GUILD_ROLE_\w+|CHANNEL_(CREATE|UPDATE|DELETE)|THREAD_(CREATE|UPDATE|DELETE|LIST_SYNC|MEMBER_UPDATE)|STAGE_INSTANCE_\w+|VOICE_CHANNEL_(STATUS|START_TIME)_UPDATE)$/,
  ],
  [Intent.GUILD_MEMBERS, Intent.GUILD_MEMBERS, /^GUILD_MEMBER_(ADD|UPDATE|REMOVE)$/],
  [Intent.GUILDS | Intent.GUILD_MEMBERS, Intent.GUILDS | Intent.GUILD_MEMBERS, /^THREAD_MEMBERS_UPDATE$/],
  [Intent.GUILD_MODERATION, Intent.GUILD_MODERATION, /^GUILD_(AUDIT_LOG_ENTRY_CREATE|BAN_(ADD|REMOVE))$/],
  [
    Intent.GUILD_EXPRESSIONS,
    Intent.GUILD_EXPRESSIONS,
    /^GUILD_(EMOJIS_UPDATE|STICKERS_UPDATE|SOUNDBOARD_\w+)$/,
  ],
  [
    Intent.GUILD_INTEGRATIONS,
    Intent.GUILD_INTEGRATIONS,
    /^(GUILD_INTEGRATIONS_UPDATE|INTEGRATION_(CREATE|UPDATE|DELETE))$/,
  ],
  [Intent.GUILD_WEBHOOKS, Intent.GUILD_WEBHOOKS, /^WEBHOOKS_UPDATE$/],
  [Intent.GUILD_INVITES, Intent.GUILD_INVITES, /^INVITE_(CREATE|DELETE)$/],
  [Intent.GUILD_VOICE_STATES, Intent.GUILD_VOICE_STATES, /^(VOICE_STATE_UPDATE|VOICE_CHANNEL_EFFECT_SEND)$/],
  [Intent.GUILD_PRESENCES, Intent.GUILD_PRESENCES, /^PRESENCE_UPDATE$/],
  [Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES, /^MESSAGE_(CREATE|UPDATE|DELETE)$/],
  [Intent.GUILD_MESSAGES, Intent.GUILD_MESSAGES, /^MESSAGE_DELETE_BULK$/],
  [Intent.GUILDS, Intent.DIRECT_MESSAGES, /^CHANNEL_PINS_UPDATE$/],
  [
    Intent.GUILD_MESSAGE_REACTIONS,
    Intent.DIRECT_MESSAGE_REACTIONS,
    /^MESSAGE_REACTION_(ADD|REMOVE|REMOVE_ALL|REMOVE_EMOJI)$/,
  ],
  [Intent.GUILD_MESSAGE_TYPING, Intent.DIRECT_MESSAGE_TYPING, /^TYPING_START$/],
  [Intent.GUILD_MESSAGE_POLLS, Intent.DIRECT_MESSAGE_POLLS, /^MESSAGE_POLL_VOTE_(ADD|REMOVE)$/],
  [Intent.GUILD_SCHEDULED_EVENTS, Intent.GUILD_SCHEDULED_EVENTS, /^GUILD_SCHEDULED_EVENT_\w+$/],
  [
    Intent.AUTO_MODERATION_CONFIGURATION,
    Intent.AUTO_MODERATION_CONFIGURATION,
    /^AUTO_MODERATION_RULE_(CREATE|UPDATE|DELETE)$/,
  ],
  [Intent.AUTO_MODERATION_EXECUTION, Intent.AUTO_MODERATION_EXECUTION, /^AUTO_MODERATION_ACTION_EXECUTION$/],
  [
    0,
    0,
    /^(READY|RESUMED|USER_UPDATE|INTERACTION_CREATE|VOICE_SERVER_UPDATE|APPLICATION_COMMAND_PERMISSIONS_UPDATE|ENTITLEMENT_\w+|SUBSCRIPTION_\w+|GUILD_MEMBERS_CHUNK|SOUNDBOARD_SOUNDS|CHANNEL_INFO|RATE_LIMITED)$/,
  ],
];

for (const name of DISPATCH_NAMES) {
  test(`${name} is gated as documented`, () => {
    const rows = DOCUMENTED.filter(([, , events]) => events.test(name));
    assert.equal(rows.length, 1, 'one row of the documentation speaks of it');
    const [guild, direct] = rows[0] ?? [];
    assert.equal(intentGate(name, true), guild);
    assert.equal(intentGate(name, false), direct);
  });
}

const PERMISSIONS: readonly (readonly [event: DispatchName, inChannel: bigint, elsewhere: bigint])[] = [
  ['MESSAGE_CREATE', Permission.VIEW_CHANNEL, 0n],
  ['MESSAGE_DELETE_BULK', Permission.VIEW_CHANNEL, 0n],
  ['MESSAGE_REACTION_REMOVE_EMOJI', Permission.VIEW_CHANNEL, 0n],
  ['MESSAGE_POLL_VOTE_ADD', Permission.VIEW_CHANNEL, 0n],
  ['TYPING_START', Permission.VIEW_CHANNEL, 0n],
  ['THREAD_CREATE', Permission.VIEW_CHANNEL, 0n],
  ['GUILD_SCHEDULED_EVENT_UPDATE', Permission.VIEW_CHANNEL, 0n],
  ['INVITE_CREATE', Permission.MANAGE_CHANNELS, 0n],
  ['AUTO_MODERATION_RULE_CREATE', Permission.MANAGE_GUILD, Permission.MANAGE_GUILD],
  ['AUTO_MODERATION_ACTION_EXECUTION', Permission.MANAGE_GUILD, Permission.MANAGE_GUILD],
  ['GUILD_AUDIT_LOG_ENTRY_CREATE', Permission.VIEW_AUDIT_LOG, Permission.VIEW_AUDIT_LOG],
  [
    'GUILD_BAN_ADD',
    Permission.BAN_MEMBERS | Permission.VIEW_AUDIT_LOG,
    Permission.BAN_MEMBERS | Permission.VIEW_AUDIT_LOG,
  ],
  ['CHANNEL_CREATE', 0n, 0n],
  ['CHANNEL_UPDATE', 0n, 0n],
  ['GUILD_CREATE', 0n, 0n],
  ['VOICE_STATE_UPDATE', 0n, 0n],
  ['VOICE_CHANNEL_STATUS_UPDATE', Permission.VIEW_CHANNEL, 0n],
];

for (const [event, inChannel, elsewhere] of PERMISSIONS) {
  test(`${event} needs the documented permission`, () => {
    assert.equal(permissionGate(event), inChannel);
    assert.equal(permissionGate(event, false), elsewhere);
  });
}

test('one bit of a gate is enough, and an empty gate stands open', () => {
  const intents = intentGate('THREAD_MEMBERS_UPDATE', true);
  assert.equal(passesIntentGate(Intent.GUILDS, intents), true);
  assert.equal(passesIntentGate(Intent.GUILD_MEMBERS, intents), true);
  assert.equal(passesIntentGate(Intent.GUILD_MESSAGES, intents), false);
  assert.equal(passesIntentGate(0, intentGate('READY', false)), true);

  const permissions = permissionGate('GUILD_BAN_ADD');
  assert.equal(passesPermissionGate(Permission.VIEW_AUDIT_LOG, permissions), true);
  assert.equal(passesPermissionGate(Permission.KICK_MEMBERS, permissions), false);
  assert.equal(passesPermissionGate(0n, permissionGate('GUILD_CREATE')), true);
});

const MISSING: readonly (readonly [
  event: DispatchName,
  intents: readonly IntentName[],
  missing: readonly IntentName[],
])[] = [
  ['READY', [], []],
  ['MESSAGE_CREATE', ['GUILD_MESSAGES'], []],
  ['MESSAGE_CREATE', ['DIRECT_MESSAGES'], []],
  ['MESSAGE_CREATE', ['GUILDS', 'MESSAGE_CONTENT'], ['GUILD_MESSAGES', 'DIRECT_MESSAGES']],
  ['CHANNEL_PINS_UPDATE', [], ['GUILDS', 'DIRECT_MESSAGES']],
  ['THREAD_MEMBERS_UPDATE', ['GUILDS'], []],
  ['PRESENCE_UPDATE', ['GUILDS'], ['GUILD_PRESENCES']],
  ['GUILD_MEMBER_UPDATE', [], []],
  ['GUILD_MEMBER_ADD', [], ['GUILD_MEMBERS']],
];

for (const [event, intents, missing] of MISSING) {
  test(`a bot with ${intents.join(', ') || 'no intent'} lacks ${missing.join(' or ') || 'nothing'} for ${event}`, () => {
    assert.deepEqual(missingIntents(event, resolveIntents(intents)), missing);
  });
}

test('what a bot hears of itself alone is missing where others are asked about', () => {
  assert.deepEqual(missingIntents('GUILD_MEMBER_UPDATE', 0, 'others'), ['GUILD_MEMBERS']);
  assert.deepEqual(missingIntents('GUILD_MEMBER_UPDATE', Intent.GUILD_MEMBERS, 'others'), []);
});
