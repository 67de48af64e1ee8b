import { Permission } from '@guildhall/protocol';
import { TEXT_TYPE } from './channel-kinds.ts';
import { AFTERTHOUGHTS, BOT_COMMAND, EMOJIS, LINES, REPLIES } from './chatter-lines.ts';
import type { GuildChannel, Message, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import type { World } from './world.ts';

const MS_PER_MINUTE = 60_000;
export const MAX_PER_MINUTE = 6_000;
const FIRST_ACT_MS = 200;
const MAX_FIRST_TYPING_MS = 500;
/** Of a large guild only so many talk: each act looks at all of them. */
const MAX_PEOPLE = 100;
/** From TYPING_START to the message, at most; shorter when acts follow fast. */
const MAX_TYPING_MS = 1_500;
const RECENT_MESSAGES = 20;
const PRESENCE_ONLINE = 0.8;

/**
 * Shares of acts other than a plain message, each 0 to 1 and together at most 1; what cannot be done (nothing to reply to
 * yet) becomes one. `command` is a message to bots.
 */
export interface ActMix {
  readonly reply: number;
  readonly react: number;
  readonly edit: number;
  readonly command: number;
}

export const DEFAULT_MIX: ActMix = { reply: 0.15, react: 0.15, edit: 0.07, command: 0.08 };

const OTHER_ACTS = ['reply', 'react', 'edit', 'command'] as const;
/** Tenths do not add up exactly. */
const MIX_SLACK = 1e-9;

type Act = (typeof OTHER_ACTS)[number] | 'message';

export interface ChatterOptions {
  readonly guildId: Snowflake;
  /** Acts (messages, replies, edits, reactions) a minute, above 0 and at most 6,000. */
  readonly perMinute: number;
  readonly mix?: ActMix;
  /** Numbers from 0 up to 1. Default Math.random. */
  readonly random?: () => number;
}

type State =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'resting'; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'typing'; readonly timer: NodeJS.Timeout };

interface Draft {
  readonly channelId: Snowflake;
  readonly authorId: Snowflake;
  readonly content: string;
  readonly replyTo: Snowflake | null;
}

/** Simulated people of a guild who talk: the traffic that a bot without users would miss. */
export class Chatter {
  readonly #world: World;
  readonly #guildId: Snowflake;
  readonly #random: () => number;
  #perMinute: number;
  #mix: ActMix;
  #state: State = { kind: 'stopped' };

  /** @throws RangeError for a rate or a mix outside its range */
  constructor(world: World, options: ChatterOptions) {
    const { guildId, perMinute, mix = DEFAULT_MIX } = options;
    this.#world = world;
    this.#guildId = guildId;
    this.#perMinute = requirePerMinute(perMinute);
    this.#mix = requireMix(mix);
    this.#random = options.random ?? Math.random;
  }

  get isRunning(): boolean {
    return this.#state.kind !== 'stopped';
  }

  get perMinute(): number {
    return this.#perMinute;
  }

  get mix(): ActMix {
    return this.#mix;
  }

  get #intervalMs(): number {
    return MS_PER_MINUTE / this.#perMinute;
  }

  /** Another rate and mix: a pause begins anew, what is being written is finished. @throws RangeError */
  change(perMinute: number, mix: ActMix): void {
    this.#perMinute = requirePerMinute(perMinute);
    this.#mix = requireMix(mix);
    if (this.#state.kind !== 'resting') return;
    clearTimeout(this.#state.timer);
    this.#restUntilNext();
  }

  /** People come online, and the first message follows within a second. No effect while it runs. */
  start(): void {
    if (this.#state.kind !== 'stopped') return;
    for (const userId of this.#people()) {
      const status = this.#random() < PRESENCE_ONLINE ? 'online' : 'idle';
      this.#world.presences.set(userId, { status, clientStatus: { desktop: status } });
    }
    this.#rest(FIRST_ACT_MS, () => this.#greet());
  }

  /** Nothing more is said; nobody is kept waiting by it. */
  stop(): void {
    if (this.#state.kind !== 'stopped') clearTimeout(this.#state.timer);
    this.#state = { kind: 'stopped' };
  }

  #rest(afterMs: number, act: () => void): void {
    this.#state = { kind: 'resting', timer: this.#timer(afterMs, act) };
  }

  #type(afterMs: number, act: () => void): void {
    this.#state = { kind: 'typing', timer: this.#timer(afterMs, act) };
  }

  /** The one timer. It does not keep the process alive, and a world that refuses does not bring it down. */
  #timer(afterMs: number, act: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      try {
        act();
      } catch (error) {
        this.#afterRefusal(error);
      }
    }, afterMs);
    timer.unref();
    return timer;
  }

  #afterRefusal(error: unknown): void {
    const code = error instanceof WorldError ? error.code : undefined;
    if (code === undefined || code === 'WORLD_BROKEN' || code === 'WORLD_CLOSED') {
      this.stop();
      if (code !== 'WORLD_CLOSED') this.#world.log.error({ err: error }, 'simulated people fell silent');
      return;
    }
    // The owner has deleted something between typing and sending.
    this.#rest(this.#intervalMs, () => this.#act());
  }

  /** The first message: in the first channel where somebody may write. */
  #greet(): void {
    const channel = this.#channels().find((candidate) => this.#writers(candidate).length > 0);
    const draft = channel === undefined ? null : this.#draft(channel, 'message');
    if (draft === null) this.#restUntilNext();
    else this.#compose(draft, MAX_FIRST_TYPING_MS);
  }

  #act(): void {
    const channel = this.#pick(this.#channels());
    if (channel === undefined || !this.#actIn(channel)) this.#restUntilNext();
  }

  /** @returns whether something is being written, after which the pause comes */
  #actIn(channel: GuildChannel): boolean {
    const act = this.#pickAct();
    const recent = this.#world.messages.list(channel.id, { limit: RECENT_MESSAGES });
    const isDone =
      (act === 'react' && this.#react(channel, recent)) || (act === 'edit' && this.#edit(channel, recent));
    const draft = isDone ? null : this.#draft(channel, act, recent);
    if (draft === null) return false;
    this.#compose(draft, MAX_TYPING_MS);
    return true;
  }

  #compose(draft: Draft, maxTypingMs: number): void {
    this.#world.typing.start(draft.channelId, draft.authorId);
    this.#type(Math.min(maxTypingMs, this.#intervalMs / 2), () => this.#send(draft));
  }

  #send(draft: Draft): void {
    const { replyTo, ...message } = draft;
    const reference =
      replyTo === null ? {} : { messageReference: { message_id: replyTo, fail_if_not_exists: false } };
    this.#world.messages.create({ ...message, ...reference });
    this.#restUntilNext();
  }

  /** A pause of half to one and a half intervals, less what typing takes. */
  #restUntilNext(): void {
    const typingMs = Math.min(MAX_TYPING_MS, this.#intervalMs / 2);
    const pauseMs = Math.max(1, this.#intervalMs * (0.5 + this.#random()) - typingMs);
    this.#rest(pauseMs, () => this.#act());
  }

  #draft(channel: GuildChannel, act: Act, recent: readonly Message[] = []): Draft | null {
    const authorId = this.#pick(this.#writers(channel));
    if (authorId === undefined) return null;
    const target =
      act === 'reply' ? this.#pick(recent.filter((other) => other.author_id !== authorId)) : undefined;
    const content =
      act === 'command' ? BOT_COMMAND : (this.#pick(target === undefined ? LINES : REPLIES) ?? BOT_COMMAND);
    return { channelId: channel.id, authorId, content, replyTo: target?.id ?? null };
  }

  #react(channel: GuildChannel, recent: readonly Message[]): boolean {
    const message = this.#pick(recent);
    const userId = this.#pick(this.#writers(channel));
    const name = this.#pick(EMOJIS);
    if (message === undefined || userId === undefined || name === undefined) return false;
    this.#world.reactions.add(channel.id, message.id, userId, { id: null, name });
    return true;
  }

  #edit(channel: GuildChannel, recent: readonly Message[]): boolean {
    const people = new Set(this.#people());
    const message = this.#pick(
      recent.filter((other) => people.has(other.author_id) && other.edited_timestamp === null),
    );
    if (message === undefined) return false;
    const content = `${message.content}${this.#pick(AFTERTHOUGHTS) ?? ''}`;
    if (content.length > this.#world.limits.contentLength) return false;
    this.#world.messages.edit(channel.id, message.id, { content });
    return true;
  }

  #pickAct(): Act {
    let rest = this.#random();
    for (const act of OTHER_ACTS) {
      if (rest < this.#mix[act]) return act;
      rest -= this.#mix[act];
    }
    return 'message';
  }

  #channels(): readonly GuildChannel[] {
    return [...this.#world.channels.ofGuild(this.#guildId).values()].filter(
      (channel) => channel.type === TEXT_TYPE,
    );
  }

  #writers(channel: GuildChannel): readonly Snowflake[] {
    return this.#people().filter((userId) =>
      this.#world.access.can(userId, channel.id, Permission.SEND_MESSAGES),
    );
  }

  #people(): readonly Snowflake[] {
    const { members, users } = this.#world;
    const people: Snowflake[] = [];
    for (const userId of members.ofGuild(this.#guildId).keys()) {
      if (people.length >= MAX_PEOPLE) break;
      if (users.get(userId)?.bot === false) people.push(userId);
    }
    return people;
  }

  #pick<T>(of: readonly T[]): T | undefined {
    return of[Math.floor(this.#random() * of.length)];
  }
}

/** @throws RangeError */
export function requirePerMinute(perMinute: number): number {
  if (perMinute > 0 && perMinute <= MAX_PER_MINUTE) return perMinute;
  throw new RangeError(`perMinute must be above 0 and at most ${MAX_PER_MINUTE}`);
}

/** @throws RangeError */
export function requireMix(mix: ActMix): ActMix {
  const isShare = (share: number) => share >= 0 && share <= 1;
  if (OTHER_ACTS.every((act) => isShare(mix[act])) && sharesOf(mix) <= 1) return mix;
  throw new RangeError('the shares of a mix must be 0 to 1, and together at most 1');
}

/** All shares together; what is left to 1 are plain messages. */
export function sharesOf(mix: ActMix): number {
  const sum = OTHER_ACTS.reduce((total, act) => total + mix[act], 0);
  return sum <= 1 + MIX_SLACK ? Math.min(sum, 1) : sum;
}
