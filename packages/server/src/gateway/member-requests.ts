import { Intent, Opcode, type SharedBody } from '@guildhall/protocol';
import type { Member, Snowflake } from '../world/entities.ts';
import type { World } from '../world/world.ts';
import { answerInTurn, hasRoom } from './backlog.ts';
import type { GatewayContext } from './context.ts';
import { bodyOf } from './fan-out.ts';
import type { Session } from './session.ts';
import { isRecord, readId } from './values.ts';

/** Members whom one answer by name or id may hold. */
const MAX_MATCHES = 100;
const MAX_MEMBERS_PER_CHUNK = 1_000;
const MAX_NONCE_BYTES = 32;
/** Guilds whose last full request is remembered; beyond it the oldest is forgotten, in its bot's favour. */
const MAX_REMEMBERED = 10_000;

interface MemberRequest {
  readonly guildId: Snowflake;
  readonly wanted:
    | { readonly by: 'query'; readonly query: string; readonly limit: number }
    | { readonly by: 'ids'; readonly userIds: readonly string[] };
  readonly presences: boolean;
  readonly nonce: string | undefined;
}

interface Answer {
  readonly members: readonly Member[];
  readonly notFound: readonly string[] | undefined;
  readonly presences: boolean;
}

/** Request Guild Members. @see https://docs.discord.com/developers/events/gateway-events#request-guild-members */
export class MemberRequests {
  readonly #context: GatewayContext;
  /** When a bot asked for all members of a guild, oldest first. */
  readonly #fullRequests = new Map<string, number>();

  constructor(context: GatewayContext) {
    this.#context = context;
  }

  /** @returns false when `d` has the wrong shape */
  take(session: Session, d: unknown): boolean {
    const request = readRequest(d);
    if (request === null) return false;
    const { world } = this.#context;
    // Silence is the answer for a guild that the session does not know, and for one that is away.
    if (!session.guildIds.has(request.guildId) || world.guilds.get(request.guildId)?.outage !== false)
      return true;
    if (!hasRoom(this.#context, session)) return true;
    const answer = this.#answer(session, request);
    if (answer !== null) answerInTurn(session, chunks(world, request, answer));
    return true;
  }

  /** Null when the session is not to get any: without the intent, or too soon. */
  #answer(session: Session, { guildId, wanted, presences, nonce }: MemberRequest): Answer | null {
    const { members } = this.#context.world;
    const { intents } = session.identity;
    const shared = { presences: presences && (intents & Intent.GUILD_PRESENCES) !== 0 };
    if (wanted.by === 'ids') {
      const found = wanted.userIds
        .map((id) => members.get(guildId, id))
        .filter((member) => member !== undefined);
      const notFound = wanted.userIds.filter((id) => members.get(guildId, id) === undefined);
      return { ...shared, members: found, notFound };
    }
    if (wanted.query !== '') {
      const limit = wanted.limit === 0 ? MAX_MATCHES : Math.min(wanted.limit, MAX_MATCHES);
      return { ...shared, members: members.search(guildId, wanted.query, limit), notFound: undefined };
    }
    if ((intents & Intent.GUILD_MEMBERS) === 0) return null;
    const retryAfterMs = this.#countFullRequest(session.identity.botUserId, guildId);
    if (retryAfterMs > 0) {
      const meta = { guild_id: guildId, ...(nonce === undefined ? {} : { nonce }) };
      const d = { opcode: Opcode.REQUEST_GUILD_MEMBERS, retry_after: retryAfterMs / 1000, meta };
      session.dispatch(bodyOf('RATE_LIMITED', d));
      return null;
    }
    const limit = wanted.limit === 0 ? members.count(guildId) : wanted.limit;
    return { ...shared, members: members.page(guildId, { limit }), notFound: undefined };
  }

  /** @returns how long the bot must wait before it may ask for all members of the guild; 0 when it may now */
  #countFullRequest(botUserId: Snowflake, guildId: Snowflake): number {
    const intervalMs = this.#context.limits.memberRequestIntervalMs;
    const nowMs = this.#context.nowMs();
    for (const [key, atMs] of this.#fullRequests) {
      if (nowMs - atMs < intervalMs && this.#fullRequests.size < MAX_REMEMBERED) break;
      this.#fullRequests.delete(key);
    }
    const key = `${botUserId}:${guildId}`;
    const lastMs = this.#fullRequests.get(key);
    if (lastMs !== undefined) return lastMs + intervalMs - nowMs;
    this.#fullRequests.set(key, nowMs);
    return 0;
  }
}

/** Made one by one, as the client takes them; there is always at least one. */
function* chunks(world: World, { guildId, nonce }: MemberRequest, answer: Answer): Generator<SharedBody> {
  const chunkCount = Math.max(1, Math.ceil(answer.members.length / MAX_MEMBERS_PER_CHUNK));
  for (let index = 0; index < chunkCount; index += 1) {
    const start = index * MAX_MEMBERS_PER_CHUNK;
    const members = answer.members.slice(start, start + MAX_MEMBERS_PER_CHUNK);
    const presences = members
      .map((member) => world.presences.get(member.user_id))
      .filter((presence) => presence !== undefined)
      .map((presence) => world.views.presence(presence, guildId));
    yield bodyOf('GUILD_MEMBERS_CHUNK', {
      guild_id: guildId,
      members: members.map((member) => world.views.member(member)),
      chunk_index: index,
      chunk_count: chunkCount,
      ...(answer.notFound === undefined ? {} : { not_found: answer.notFound }),
      ...(answer.presences ? { presences } : {}),
      ...(nonce === undefined ? {} : { nonce }),
    });
  }
}

function readRequest(d: unknown): MemberRequest | null {
  if (!isRecord(d)) return null;
  // discordgo and old eris send an array of one.
  const guildId = readId(Array.isArray(d.guild_id) && d.guild_id.length === 1 ? d.guild_id[0] : d.guild_id);
  const wanted = readWanted(d);
  if (guildId === null || wanted === null) return null;
  return { guildId, wanted, presences: d.presences === true, nonce: readNonce(d.nonce) };
}

function readWanted(d: Readonly<Record<string, unknown>>): MemberRequest['wanted'] | null {
  const { query, limit, user_ids: ids } = d;
  if (ids !== undefined && ids !== null) {
    const listed: readonly unknown[] = Array.isArray(ids) ? ids : [ids];
    const userIds = listed.map((id) => (typeof id === 'string' ? id : readId(id)));
    if (userIds.some((id) => id === null)) return null;
    const unique = new Set(userIds.filter((id) => id !== null));
    return { by: 'ids', userIds: [...unique].slice(0, MAX_MATCHES) };
  }
  if (typeof query !== 'string' || typeof limit !== 'number' || !Number.isInteger(limit) || limit < 0)
    return null;
  return { by: 'query', query, limit };
}

/** Too long a nonce is ignored, and serenity sends an empty one when it has none. */
function readNonce(nonce: unknown): string | undefined {
  const isUsable = typeof nonce === 'string' && nonce !== '' && Buffer.byteLength(nonce) <= MAX_NONCE_BYTES;
  return isUsable ? nonce : undefined;
}
