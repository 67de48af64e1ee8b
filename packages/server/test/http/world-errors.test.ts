import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { restErrorOf } from '../../src/http/world-errors.ts';
import { WorldError, type WorldErrorCode } from '../../src/world/errors.ts';

const cases: readonly [code: WorldErrorCode, status: number, number: number][] = [
  ['UNKNOWN_APPLICATION', 404, 10002],
  ['UNKNOWN_CHANNEL', 404, 10003],
  ['UNKNOWN_GUILD', 404, 10004],
  ['UNKNOWN_MEMBER', 404, 10007],
  ['UNKNOWN_MESSAGE', 404, 10008],
  ['UNKNOWN_OVERWRITE', 404, 10009],
  ['UNKNOWN_ROLE', 404, 10011],
  ['UNKNOWN_USER', 404, 10013],
  ['UNKNOWN_REACTION', 400, 10014],
  ['WRONG_CHANNEL_TYPE', 400, 50024],
  ['EMPTY_MESSAGE', 400, 50006],
  ['UNKNOWN_MESSAGE_REFERENCE', 400, 50035],
  ['OWNER_CANNOT_LEAVE', 400, 0],
  ['EVERYONE_ROLE', 400, 50028],
  ['ID_TAKEN', 400, 50035],
  ['INVALID_ID', 400, 50035],
  ['INVALID_VALUE', 400, 50035],
  ['LIMIT_REACHED:guilds', 400, 30001],
  ['LIMIT_REACHED:rolesPerGuild', 400, 30005],
  ['LIMIT_REACHED:reactionsPerMessage', 400, 30010],
  ['LIMIT_REACHED:channelsPerGuild', 400, 30013],
  ['LIMIT_REACHED:contentLength', 400, 50035],
  ['LIMIT_REACHED:users', 400, 0],
  ['UNKNOWN_BAN', 404, 10026],
  ['UNKNOWN_INVITE', 404, 10006],
  ['UNKNOWN_EMOJI', 404, 10014],
  ['UNKNOWN_STICKER', 404, 10060],
  ['UNKNOWN_SOUND', 404, 10097],
  ['UNKNOWN_SCHEDULED_EVENT', 404, 10070],
  ['UNKNOWN_AUTO_MODERATION_RULE', 404, 0],
  ['UNKNOWN_STAGE_INSTANCE', 404, 10067],
  ['UNKNOWN_VOICE_STATE', 404, 10065],
  ['BANNED', 403, 40007],
  ['STAGE_ALREADY_OPEN', 400, 150006],
  ['EVENT_IS_OVER', 400, 180000],
  ['BLOCKED_BY_AUTO_MODERATION', 400, 200000],
  ['LIMIT_REACHED:bansPerGuild', 400, 30035],
  ['LIMIT_REACHED:invitesPerGuild', 400, 30016],
  ['LIMIT_REACHED:emojisPerGuild', 400, 30008],
  ['LIMIT_REACHED:stickersPerGuild', 400, 30039],
  ['LIMIT_REACHED:soundsPerGuild', 400, 30045],
  ['LIMIT_REACHED:scheduledEventsPerGuild', 400, 30038],
  ['UNKNOWN_SKU', 404, 10027],
  ['UNKNOWN_ENTITLEMENT', 404, 10029],
  ['UNKNOWN_COMMAND', 404, 10063],
  ['UNKNOWN_COMMAND_PERMISSIONS', 404, 10066],
  ['COMMAND_NAME_TAKEN', 400, 40041],
  ['UNKNOWN_INTERACTION', 404, 10062],
  ['INTERACTION_ACKNOWLEDGED', 400, 40060],
  ['UNKNOWN_WEBHOOK', 404, 10015],
  ['INTERACTION_EXPIRED', 401, 50027],
  ['WRONG_RESPONSE', 400, 50035],
  ['COMMAND_NOT_OFFERED', 400, 50035],
  ['UNKNOWN_COMPONENT', 400, 50035],
  ['LIMIT_REACHED:chatInputCommands', 400, 30032],
  ['LIMIT_REACHED:commandCreatesPerDay', 400, 30034],
  ['WORLD_BROKEN', 503, 0],
  ['WORLD_CLOSED', 503, 0],
];

describe('what the world refuses', () => {
  for (const [code, status, number] of cases) {
    test(`${code} is ${status} with code ${number}`, () => {
      const error = restErrorOf(new WorldError(code, 'what is allowed'));
      assert.deepEqual([error.status, error.code], [status, number]);
      assert.notEqual(error.message, '');
    });
  }

  test('says which value was wrong where only the world knows', () => {
    const body = restErrorOf(new WorldError('INVALID_VALUE', 'what is allowed')).body();
    assert.equal(JSON.stringify(body).includes('what is allowed'), true);
  });
});
