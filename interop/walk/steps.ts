/** The walk: what every bot lives through, one entry a step, in this order. */
import assert from 'node:assert/strict';
import { switchMembersIntentOff } from '../house.ts';
import type { Visit } from './visit.ts';

export interface Step {
  readonly name: string;
  /** What the table calls it; neighbours may share a column. */
  readonly column: string;
  readonly run: (visit: Visit) => Promise<void>;
}

/** Libraries wait before they dial again, some of them long. */
const RETURN_DEADLINE_MS = 45_000;
/** Letters of two, three and four bytes, and what JSON escapes. */
const GREETING = 'grüß dich, 世界 🌍 "\\/"';

export const WALK: readonly Step[] = [
  { name: 'log in', column: 'log in', run: logIn },
  { name: 'guild', column: 'guild', run: guild },
  { name: 'message', column: 'messages in', run: message },
  { name: 'reply', column: 'messages out', run: reply },
  { name: 'edit', column: 'messages out', run: edit },
  { name: 'delete', column: 'messages out', run: deletion },
  { name: 'react', column: 'react', run: react },
  { name: 'history', column: 'history', run: history },
  { name: 'members', column: 'members', run: members },
  { name: 'threads', column: 'threads', run: threads },
  { name: 'slash command', column: 'slash command', run: slashCommand },
  { name: '429', column: '429', run: tooManyRequests },
  { name: 'heartbeats', column: 'heartbeats', run: heartbeats },
  { name: 'split writes', column: 'split writes', run: splitWrites },
  { name: 'reset', column: 'cut', run: reset },
  { name: 'close 4000', column: 'cut', run: close4000 },
  { name: 'op 7', column: 'op 7', run: reconnect },
  { name: 'refused upgrade', column: 'refused upgrade', run: refusedUpgrade },
  { name: 'op 9, resumable', column: 'op 9', run: resumable },
  { name: 'op 9, not resumable', column: 'op 9', run: notResumable },
  { name: 'zombie', column: 'zombie', run: zombie },
  { name: '4003, then 4014', column: '4003, 4014', run: revoked },
  { name: 'log in without the intent', column: '4003, 4014', run: logInWithout },
];

async function logIn(visit: Visit): Promise<void> {
  const { bot, house, variant } = visit;
  assert.equal(await bot.line('READY'), `READY ${house.application.botUserId}`);
  const { encoding, compression } = visit.session();
  assert.deepEqual([encoding, compression], [variant.encoding, variant.compression]);
}

async function guild({ bot, house }: Visit): Promise<void> {
  assert.equal(await bot.line('GUILD'), `GUILD ${house.guildId} Interop 1`);
}

async function message(visit: Visit): Promise<void> {
  const { bot, house } = visit;
  const { id } = await visit.say(GREETING);
  await bot.line(`MESSAGE ${GREETING}`);
  await house.hall.edit(house.channelId, id, `${GREETING}, again`);
  await bot.line(`EDITED ${GREETING}, again`);
}

async function reply(visit: Visit): Promise<void> {
  const { bot, house } = visit;
  const replied = house.hall.waitFor(
    'MESSAGE_CREATE',
    ({ author }) => author.id === house.application.botUserId,
  );
  const { id } = await visit.say('!reply');
  const { content, message_reference: reference } = await replied;
  assert.deepEqual([content, reference?.message_id], ['pong', id]);
  await bot.line('OWN pong');
}

async function edit(visit: Visit): Promise<void> {
  const edited = visit.house.hall.waitFor('MESSAGE_UPDATE');
  await visit.say('!edit');
  assert.equal((await edited).content, 'pong, edited');
  await visit.bot.line('EDITED pong, edited');
}

async function deletion(visit: Visit): Promise<void> {
  const deleted = visit.house.hall.waitFor('MESSAGE_DELETE');
  await visit.say('!delete');
  await visit.bot.line(`DELETED ${(await deleted).id}`);
}

async function react(visit: Visit): Promise<void> {
  const { bot, house } = visit;
  const reacted = house.hall.waitFor('MESSAGE_REACTION_ADD');
  const { id } = await visit.say('!react');
  const { emoji, message_id: messageId } = await reacted;
  assert.deepEqual([emoji.name, messageId], ['👍', id]);
  await bot.line(`REACTION 👍 ${house.application.botUserId}`);
}

async function history(visit: Visit): Promise<void> {
  const first = await visit.say('one before');
  const second = await visit.say('!history');
  assert.equal(await visit.bot.line('HISTORY'), `HISTORY ${second.id} ${first.id}`);
}

/** More than one chunk of them. */
async function members(visit: Visit): Promise<void> {
  await visit.say('!members');
  assert.equal(await visit.bot.line('MEMBERS'), `MEMBERS ${visit.house.memberCount}`);
}

/** A thread of a message, in which both write. */
async function threads(visit: Visit): Promise<void> {
  const { bot, house } = visit;
  const { hall, application } = house;
  const isByBot = ({ author }: { readonly author: { readonly id: string } }) =>
    author.id === application.botUserId;
  const started = hall.waitFor('THREAD_CREATE', ({ name }) => name === 'walk');
  const said = hall.waitFor('MESSAGE_CREATE', (one) => isByBot(one) && one.content === 'in the thread');
  const { id } = await visit.say('!thread');
  assert.equal((await started).id, id);
  assert.equal((await said).channel_id, id);
  await bot.line(`THREAD ${id} walk`);
  await bot.line('OWN in the thread');
  await hall.say(house.userId, id, 'here, too');
  await bot.line('MESSAGE here, too');
}

/** The bot makes a command; the member uses it, and the answer comes after it was put off. */
async function slashCommand(visit: Visit): Promise<void> {
  const { hall, userId, channelId } = visit.house;
  await visit.say('!command');
  await visit.bot.line('COMMAND walk');
  const { id } = await hall.clients.invokeCommand({ userId, channelId, command: 'walk' });
  const { response } = await hall.clients.waitForResponse(id);
  assert.equal(response.kind, 'deferred');
  const isEdited = () => hall.clients.responseMessage(id)?.content === 'walked';
  await visit.until('the deferred answer', isEdited);
}

/** The library waits and asks again. */
async function tooManyRequests(visit: Visit): Promise<void> {
  const { hall, application } = visit.house;
  hall.gateway.faults.add({
    fault: { kind: 'rest-status', status: 429, retryAfterMs: 300 },
    applicationId: application.id,
    method: 'POST',
  });
  await reply(visit);
}

async function heartbeats(visit: Visit): Promise<void> {
  const before = visit.session().lastHeartbeatAt;
  await visit.until('a heartbeat', () => visit.session().lastHeartbeatAt !== before);
}

/** No library may take a read of the socket for a frame. */
async function splitWrites(visit: Visit): Promise<void> {
  visit.break({ kind: 'split', bytes: 3 });
  for (let count = 0; count < 5; count += 1) await visit.isHeard();
}

function reset(visit: Visit): Promise<void> {
  return isResumed(visit, () => visit.break({ kind: 'reset' }));
}

function close4000(visit: Visit): Promise<void> {
  return isResumed(visit, () => visit.break({ kind: 'close', code: 4_000 }));
}

function reconnect(visit: Visit): Promise<void> {
  return isResumed(visit, (id) => visit.house.hall.gateway.requestReconnect(id));
}

/** The first attempt to come back fails. */
function refusedUpgrade(visit: Visit): Promise<void> {
  return isResumed(visit, () => {
    visit.house.hall.gateway.faults.add({ fault: { kind: 'refuse-upgrade', status: 503 } });
    visit.break({ kind: 'reset' });
  });
}

/** No heartbeat is acknowledged any more: the library notices by itself, and the session goes on elsewhere. */
function zombie(visit: Visit): Promise<void> {
  return isResumed(visit, () => visit.break({ kind: 'drop-acks' }));
}

/** It may resume or begin anew, and many begin anew: only that it lives is asked. */
async function resumable(visit: Visit): Promise<void> {
  const { gateway } = visit.house.hall;
  const sessionsBegan = visit.break({ kind: 'split', bytes: 65_536 });
  gateway.invalidate(visit.session().id, true);
  const isBack = () => sessionsBegan().some((what) => what === 'resumed' || what === 'identified');
  await visit.until('back after op 9', isBack, RETURN_DEADLINE_MS);
  await visit.until('live again', () => visit.session().state === 'live');
  await visit.isHeard(RETURN_DEADLINE_MS);
}

async function notResumable(visit: Visit): Promise<void> {
  const { gateway } = visit.house.hall;
  const { id } = visit.session();
  gateway.invalidate(id, false);
  const { application } = visit.house;
  const isNew = () =>
    gateway.sessions(application.id).some((session) => session.id !== id && session.state === 'live');
  await visit.until('a new session after op 9', isNew, RETURN_DEADLINE_MS);
  await visit.isHeard(RETURN_DEADLINE_MS);
}

/** The owner switches an intent off: 4003 for the session, 4014 for the next identify, and the bot says that it is over. */
async function revoked(visit: Visit): Promise<void> {
  const done = visit.break({ kind: 'split', bytes: 65_536 });
  await switchMembersIntentOff(visit.house);
  const isRefused = () => done().includes('identified, refused with 4014');
  await visit.until('an identify that is refused with 4014', isRefused, RETURN_DEADLINE_MS);
  await visit.bot.line('STOPPED');
}

function logInWithout(visit: Visit): Promise<void> {
  return visit.restart({ withMembers: false });
}

/** The session goes on with the same id, and what was said meanwhile is heard once. */
async function isResumed(visit: Visit, disturb: (sessionId: string) => void): Promise<void> {
  const { bot } = visit;
  const { id, connectedAt } = visit.session();
  disturb(id);
  const content = `while you were away ${connectedAt}`;
  await visit.say(content);
  const isBack = () => {
    const session = visit.session();
    return session.state === 'live' && session.connectedAt !== connectedAt;
  };
  await visit.until('back on another connection', isBack, RETURN_DEADLINE_MS);
  assert.ok(visit.session().id === id, 'not resumed: the session is another one');
  await bot.line(`MESSAGE ${content}`);
  await visit.isHeard();
  assert.equal(bot.count(`MESSAGE ${content}`), 0, 'what was missed has come twice');
}
