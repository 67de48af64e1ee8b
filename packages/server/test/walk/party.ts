/** Who walks: three bots with more and less to say, three people, and two of the bots that listen. */
import assert from 'node:assert/strict';
import { type Guildhall, startGuildhall } from '../../src/index.ts';
import { ALL_UNPRIVILEGED } from '../gateway/support/test-client.ts';
import { Listener } from './listener.ts';
import { Replica } from './replica.ts';
import { ADMINISTRATOR } from './sight.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Answer {
  readonly status: number;
  /** Null for an answer without a body. */
  readonly json: unknown;
}

export interface Bot {
  readonly name: string;
  readonly applicationId: string;
  readonly userId: string;
  readonly token: string;
}

const EVERY_INTENT = ALL_UNPRIVILEGED | (1 << 1) | (1 << 8) | (1 << 15);
const PRIVILEGED = ['GUILD_MEMBERS', 'GUILD_PRESENCES', 'MESSAGE_CONTENT'] as const;
const KEEPER_POSITION = 90;
const MODERATOR_POSITION = 50;
/** Kick, ban, manage channels and the guild, see the audit log, manage messages, nicknames, roles, webhooks and threads, time out. */
const MODERATOR_PERMISSIONS = [1n, 2n, 4n, 5n, 7n, 13n, 27n, 28n, 29n, 34n, 40n].reduce(
  (all, bit) => all | (1n << bit),
  0n,
);
const BAD_REQUEST = 400;
const SERVER_ERROR = 500;
const QUERIES = [
  'v=10&encoding=json',
  'v=10&encoding=json&compress=zlib-stream',
  'v=10&encoding=etf&compress=zstd-stream',
];

export interface PartyOptions {
  /** Which transport the listeners use. */
  readonly transport: number;
  /** Whether the guest has the privileged intents. */
  readonly isGuestPrivileged: boolean;
}

export interface Party extends AsyncDisposable {
  readonly hall: Guildhall;
  readonly guildId: string;
  /** Has every permission and every intent: what it hears is all there is to hear. */
  readonly keeper: Bot;
  readonly moderator: Bot;
  /** Has no role. */
  readonly guest: Bot;
  readonly isGuestPrivileged: boolean;
  /** The owner of the guild first. */
  readonly people: readonly string[];
  readonly keeperRoleId: string;
  readonly ears: { readonly keeper: Listener; readonly guest: Listener };
  /** The guild as the one knows it that hears everything. */
  readonly guild: Replica;
  /** Every write and its answer, to be shown when something is wrong. */
  readonly trace: readonly string[];
  /** A call of the bot API, by HTTP. */
  as(bot: Bot, method: Method, path: string, body?: unknown, reason?: string): Promise<Answer>;
  /** A call of the owner's API: what people do, and the owner of the house. */
  owner(method: Method, path: string, body?: unknown): Promise<Answer>;
}

export async function gather({ transport, isGuestPrivileged }: PartyOptions): Promise<Party> {
  const hall = await startGuildhall({
    log: 'silent',
    portal: false,
    rateLimits: 'off',
    limits: { identifyBucketMs: 0, identifyRefusalDelayMs: 0, sendsPerWindow: 1_000_000 },
  });
  const keeper = await newBot(hall, 'keeper', true);
  const moderator = await newBot(hall, 'moderator', true);
  const guest = await newBot(hall, 'guest', isGuestPrivileged);
  const bots = [keeper, moderator, guest].map(({ userId }) => userId);
  const guild = await hall.createGuild({ name: 'Walk', bots, channels: ['general', 'side'] });
  const people = [guild.ownerId];
  for (const username of ['ada', 'ben']) people.push((await hall.createUser({ username })).id);
  for (const userId of people.slice(1)) await hall.joinGuild(guild.id, userId);
  const { world } = hall;
  const rank = (bot: Bot, permissions: bigint, position: number): string => {
    const { id } = world.roles.create(guild.id, { name: bot.name, permissions, position });
    world.members.addRole(guild.id, bot.userId, id);
    return id;
  };
  const keeperRoleId = rank(keeper, ADMINISTRATOR, KEEPER_POSITION);
  rank(moderator, MODERATOR_PERMISSIONS, MODERATOR_POSITION);
  world.stickers.create(guild.id, {
    name: 'wave',
    description: null,
    tags: 'hi',
    formatType: 1,
    creatorId: guild.ownerId,
  });
  await world.committed();
  const query = QUERIES[transport % QUERIES.length] ?? '';
  const listen = ({ userId, token }: Bot, intents: number) =>
    Listener.start(new Replica(guild.id, userId), hall.gatewayUrl, token, intents, query);
  const ears = {
    keeper: await listen(keeper, EVERY_INTENT),
    guest: await listen(guest, isGuestPrivileged ? EVERY_INTENT : ALL_UNPRIVILEGED),
  };
  const trace: string[] = [];
  const call = caller(trace);
  return {
    hall,
    guildId: guild.id,
    keeper,
    moderator,
    guest,
    isGuestPrivileged,
    people,
    keeperRoleId,
    ears,
    guild: ears.keeper.replica,
    trace,
    as: (bot, method, path, body, reason) =>
      call(bot.name, method, `${hall.apiBase}/v10`, path, body, {
        authorization: `Bot ${bot.token}`,
        ...(reason === undefined ? {} : { 'x-audit-log-reason': reason }),
      }),
    owner: (method, path, body) =>
      call('owner', method, hall.apiBase.replace(/\/api$/, '/owner/v1'), path, body, {
        authorization: `Bearer ${hall.ownerKey}`,
      }),
    [Symbol.asyncDispose]: async () => {
      await ears.keeper.close();
      await ears.guest.close();
      await hall.close();
    },
  };
}

async function newBot(hall: Guildhall, name: string, isPrivileged: boolean): Promise<Bot> {
  const privilegedIntents = isPrivileged ? PRIVILEGED : [];
  const { id, botUserId, token } = await hall.createApplication({ name, privilegedIntents });
  return { name, applicationId: id, userId: botUserId, token };
}

function caller(trace: string[]) {
  return async (
    who: string,
    method: Method,
    base: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Answer> => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const { status } = response;
    const sent = body === undefined ? '' : ` ${JSON.stringify(body)}`;
    const line = `${who} ${method} ${path}${sent} -> ${status}${status < BAD_REQUEST ? '' : ` ${text}`}`;
    if (method !== 'GET') trace.push(line);
    assert.ok(status < SERVER_ERROR, line);
    const json: unknown = text === '' ? null : JSON.parse(text);
    if (status >= BAD_REQUEST) assertErrorShape(line, json);
    return { status, json };
  };
}

/** @see https://docs.discord.com/developers/reference#error-messages */
function assertErrorShape(line: string, json: unknown): void {
  const { code, message, errors } = json as { code?: unknown; message?: unknown; errors?: unknown };
  assert.equal(typeof code, 'number', line);
  assert.ok(typeof message === 'string' && message !== '', line);
  if (errors === undefined) return;
  const leaves = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null) return false;
    const { _errors: list, ...rest } = value as { _errors?: unknown };
    const isLeaf =
      Array.isArray(list) &&
      list.length > 0 &&
      list.every((one) => typeof one?.code === 'string' && typeof one?.message === 'string');
    const below = Object.values(rest);
    return list === undefined ? below.length > 0 && below.every(leaves) : isLeaf && below.every(leaves);
  };
  assert.ok(leaves(errors), `${line}: ${JSON.stringify(json)}`);
}
