/** One walk: acts in a row, and after each what must be true. */
import assert from 'node:assert/strict';
import { ACTS } from './acts.ts';
import { checkEntries } from './audit.ts';
import { compareGuild, compareSecrets } from './comparison.ts';
import { Draw } from './draw.ts';
import { isComparable, keyOf, mayHear, withoutContent } from './hearing.ts';
import { type Answer, gather, type Party, type PartyOptions } from './party.ts';
import { peopleActs } from './people-acts.ts';
import type { Dispatch } from './replica.ts';
import type { KnownGuild } from './sight.ts';
import type { MessageWire, Wire } from './wire.ts';

export interface Step {
  /** A name of ACTS, or `cut` and `break`, which end the connections of those who listen. */
  readonly act: string;
  readonly seed: number;
}

const STEPS_PER_COMPARISON = 8;
const BAD_REQUEST = 400;
const BLOCKED_BY_AUTO_MODERATION = 200_000;
/** Of channels that are out of sight everything is told but what goes on in them. */
const BEHIND_THE_DOOR = ['last_message_id', 'last_pin_timestamp', 'message_count', 'total_message_sent'];

export async function walk(steps: readonly Step[], options: PartyOptions): Promise<void> {
  await using party = await gather(options);
  try {
    for (const [index, step] of steps.entries()) {
      await take(party, step);
      if (index % STEPS_PER_COMPARISON === STEPS_PER_COMPARISON - 1) await compare(party);
    }
    await compare(party);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`${message}\n\nThe calls were\n  ${party.trace.join('\n  ')}`);
  }
}

async function compare(party: Party): Promise<void> {
  const { keeper, guest, ears } = party;
  await compareGuild(party, keeper, ears.keeper.replica, { seesMembers: true, untold: [] });
  await compareSecrets(party);
  await compareGuild(party, guest, ears.guest.replica, {
    seesMembers: party.isGuestPrivileged,
    untold: party.isGuestPrivileged ? BEHIND_THE_DOOR : [...BEHIND_THE_DOOR, 'member_count'],
  });
}

async function take(party: Party, { act: name, seed }: Step): Promise<void> {
  const draw = new Draw(seed);
  const { ears } = party;
  if (name === 'cut') {
    await Promise.all(draw.some([ears.keeper, ears.guest]).map((ear) => ear.cut()));
    return;
  }
  if (name === 'break') {
    party.hall.gateway.faults.add({ fault: { kind: 'reset', bytes: 1 + draw.below(900) }, afterEvents: 1 });
    return;
  }
  const act = ACTS[name];
  assert.ok(act !== undefined, `there is an act "${name}"`);
  const bot = draw.pick([party.keeper, party.keeper, party.keeper, party.moderator, party.guest]);
  const reason = `reason ${draw.below(1_000)}`;
  const before = snapshot(party.guild);
  const answer = await act({ party, draw, bot, reason });
  await ears.keeper.settle();
  await ears.guest.settle();
  const all = ears.keeper.take();
  if (isRefused(answer)) {
    assert.deepEqual(comparable(all, '').map(keyOf), [], 'what was refused has changed nothing');
  }
  if (!(name in peopleActs)) checkEntries(all, bot.userId, reason);
  checkGuest(party, [before, party.guild], all, ears.guest.take());
}

/** A message that auto moderation stops is refused, and not without consequences. */
function isRefused(answer: Answer | null): boolean {
  if (answer === null || answer.status < BAD_REQUEST) return false;
  return (answer.json as { code: number }).code !== BLOCKED_BY_AUTO_MODERATION;
}

/** Before and after: while permissions change, either may count. */
function checkGuest(
  { guest, isGuestPrivileged }: Party,
  sights: readonly KnownGuild[],
  all: readonly Dispatch[],
  heard: readonly Dispatch[],
): void {
  const ear = { userId: guest.userId, isPrivileged: isGuestPrivileged };
  const inSight = (dispatch: Dispatch, rule: 'some' | 'every') =>
    sights[rule]((guild) => mayHear(guild, ear, dispatch));
  const forbidden = comparable(heard, guest.userId).filter((one) => !inSight(one, 'some'));
  assert.deepEqual(forbidden.map(keyOf), [], 'nothing is heard of what is out of sight');
  const certain = (list: readonly Dispatch[]) =>
    comparable(list, guest.userId).filter((one) => inSight(one, 'every'));
  const due = certain(all).map((one) => [keyOf(one), payloadFor(one, ear)]);
  const got = certain(heard).map((one) => [keyOf(one), one.d]);
  assert.deepEqual(got, due, 'everything in sight is heard, once and in order');
}

function comparable(list: readonly Dispatch[], userId: string): readonly Dispatch[] {
  return list.filter((one) => isComparable(one, userId));
}

function payloadFor({ t, d }: Dispatch, ear: { userId: string; isPrivileged: boolean }): Wire {
  const { member: _, ...common } = d as Wire & { member?: object };
  if (/^THREAD_(CREATE|UPDATE)$/.test(t)) return common as Wire;
  if (ear.isPrivileged) return d;
  if (t === 'AUTO_MODERATION_ACTION_EXECUTION') return { ...d, content: '', matched_content: '' };
  const isMessage = t === 'MESSAGE_CREATE' || t === 'MESSAGE_UPDATE';
  return isMessage ? withoutContent(d as MessageWire, ear.userId) : d;
}

function snapshot(guild: KnownGuild): KnownGuild {
  return {
    guildId: guild.guildId,
    ownerId: guild.ownerId,
    roles: new Map(guild.roles),
    channels: new Map(guild.channels),
    threads: new Map(guild.threads),
    members: new Map(guild.members),
    threadMembers: new Map(Array.from(guild.threadMembers, ([id, users]) => [id, new Set(users)])),
  };
}
