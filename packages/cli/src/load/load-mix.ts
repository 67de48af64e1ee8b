import { Random } from '@guildhall/protocol';
import { type Guildhall, type Snowflake, type World, WorldError } from '@guildhall/server';
import { ACT_NAMES, type ActName, type Mix } from './mix.ts';

export interface LoadWorldOptions {
  readonly guilds: number;
  readonly members: number;
  readonly mix: Mix;
  readonly seed: number;
}

interface LoadGuild {
  readonly id: Snowflake;
  readonly channelIds: readonly Snowflake[];
  readonly voiceChannelId: Snowflake;
  readonly userIds: readonly Snowflake[];
  /** Comes and goes. */
  readonly guestId: Snowflake;
  /** Newest last. */
  readonly recent: { readonly channelId: Snowflake; readonly id: Snowflake }[];
}

const CHANNELS = ['general', 'random', 'help'];
const VOICE_CHANNEL_TYPE = 2;
const MAX_RECENT = 20;
const EMOJIS = ['👍', '❤️', '😂', '🎉', '👀'];
const STATUSES = ['online', 'idle', 'dnd', 'offline'] as const;
const GAMES = ['Chess', 'Minecraft', 'Factorio', 'Hades'];
const WORDS = (
  'the a of to and we it is that this build release bot test green late lunch coffee channel server gateway ' +
  'shard event message works again today tomorrow please thanks maybe never always nobody everyone look fix'
).split(' ');
const MAX_WORDS = 30;
/** While it is set up: others have their turn. */
const GUILDS_PER_TURN = 20;

/** Guilds with members in them, and what they do, in an order that follows from the seed. */
export class LoadMix {
  readonly #world: World;
  readonly #random: Random;
  readonly #guilds: readonly LoadGuild[];
  /** Act by act, with the share up to and with it. */
  readonly #shares: readonly (readonly [upTo: number, name: ActName])[];
  #refused = 0;

  private constructor(world: World, random: Random, guilds: readonly LoadGuild[], mix: Mix) {
    this.#world = world;
    this.#random = random;
    this.#guilds = guilds;
    const total = ACT_NAMES.reduce((sum, name) => sum + mix[name], 0);
    let upTo = 0;
    this.#shares = ACT_NAMES.map((name) => {
      upTo += mix[name] / total;
      return [upTo, name] as const;
    });
  }

  /** @param botUserId is in all of them @throws WorldError when there is no room for them */
  static async create(hall: Guildhall, botUserId: Snowflake, options: LoadWorldOptions): Promise<LoadMix> {
    const { world } = hall;
    const guilds: LoadGuild[] = [];
    for (let number = 0; number < options.guilds; number += 1) {
      guilds.push(createGuild(world, botUserId, number, options.members));
      if (number % GUILDS_PER_TURN === 0) await world.committed();
    }
    await world.committed();
    return new LoadMix(world, new Random(options.seed), guilds, options.mix);
  }

  /** Acts that could not be done: an edit before there was a message, somebody who had left. */
  get refused(): number {
    return this.#refused;
  }

  /** Somebody does something somewhere. */
  next(): void {
    // Some guilds are much livelier than others.
    const at = Math.floor(this.#random.next() ** 2 * this.#guilds.length);
    const guild = this.#guilds[at];
    const lot = this.#random.next();
    const name = this.#shares.find(([upTo]) => lot < upTo)?.[1] ?? 'message';
    if (guild === undefined) return;
    try {
      this.#act(name, guild);
    } catch (error) {
      if (!(error instanceof WorldError) || error.code === 'WORLD_CLOSED' || error.code === 'WORLD_BROKEN') {
        throw error;
      }
      this.#refused += 1;
    }
  }

  #act(name: ActName, guild: LoadGuild): void {
    const world = this.#world;
    const random = this.#random;
    const userId = random.pick(guild.userIds);
    const channelId = random.pick(guild.channelIds);
    switch (name) {
      case 'message': {
        const { id } = world.messages.create({ channelId, authorId: userId, content: this.#prose() });
        guild.recent.push({ channelId, id });
        if (guild.recent.length > MAX_RECENT) guild.recent.shift();
        return;
      }
      case 'typing':
        world.typing.start(channelId, userId);
        return;
      case 'presence':
        this.#changePresence(userId);
        return;
      case 'reaction':
        this.#onRecent(guild, (recent) =>
          world.reactions.add(recent.channelId, recent.id, userId, { id: null, name: random.pick(EMOJIS) }),
        );
        return;
      case 'edit':
        this.#onRecent(guild, (recent) =>
          world.messages.edit(recent.channelId, recent.id, { content: this.#prose() }),
        );
        return;
      case 'delete': {
        const recent = guild.recent.shift();
        if (recent === undefined) this.#refused += 1;
        else world.messages.delete(recent.channelId, recent.id);
        return;
      }
      case 'voice':
        if (world.voiceStates.ofGuild(guild.id).has(userId)) world.voiceStates.leave(guild.id, userId);
        else world.voiceStates.join(guild.voiceChannelId, userId);
        return;
      case 'member':
        if (world.members.ofGuild(guild.id).has(guild.guestId)) world.members.remove(guild.id, guild.guestId);
        else world.members.add({ guildId: guild.id, userId: guild.guestId });
        return;
    }
  }

  #onRecent({ recent }: LoadGuild, act: (message: LoadGuild['recent'][number]) => void): void {
    if (recent.length === 0) this.#refused += 1;
    else act(this.#random.pick(recent));
  }

  #changePresence(userId: Snowflake): void {
    const status = this.#random.pick(STATUSES);
    const plays = status === 'online' && this.#random.chance(0.5);
    this.#world.presences.set(userId, {
      status,
      clientStatus: status === 'offline' ? {} : { desktop: status },
      activities: plays
        ? [{ name: this.#random.pick(GAMES), type: 0, created_at: this.#world.now(), id: 'game' }]
        : [],
    });
  }

  #prose(): string {
    return Array.from({ length: this.#random.integer(1, MAX_WORDS) }, () => this.#random.pick(WORDS)).join(
      ' ',
    );
  }
}

function createGuild(world: World, botUserId: Snowflake, number: number, memberCount: number): LoadGuild {
  const userIds = Array.from(
    { length: memberCount },
    (_, member) => world.users.create({ username: `member.${number}.${member}` }).id,
  );
  const [ownerId = botUserId] = userIds;
  const guestId = world.users.create({ username: `guest.${number}` }).id;
  const { id } = world.guilds.create({ name: `Guild ${number}`, ownerId });
  const channelIds = CHANNELS.map((name) => world.channels.create(id, { name }).id);
  const voiceChannelId = world.channels.create(id, { name: 'voice', type: VOICE_CHANNEL_TYPE }).id;
  for (const userId of [...userIds.slice(1), botUserId]) world.members.add({ guildId: id, userId });
  return { id, channelIds, voiceChannelId, userIds, guestId, recent: [] };
}
