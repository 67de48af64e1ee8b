import type { Guildhall } from '@guildhall/server';
import { Prose } from './prose.ts';

const MEMBERS = 50;
/** Characters of an ordinary message, and of one that makes a MESSAGE_CREATE of 1.3 kB. */
const CONTENT_LENGTH = 90;
const LONG_CONTENT_LENGTH = 390;
const ACTIVITY_DETAILS = ['Ranked, 3 to 2', 'In the lobby', 'Exploring the Old Forest', 'Chapter 12'];
const EMOJI = '👍';
/** Of 20 events: 9 presences, 4 messages, 3 typings, 3 reactions, 1 edit. No message gets two reactions of one user. */
const PATTERN = 'pmptprpmptpepmrptpmr';

/** What goes on in a lively guild, about 650 bytes an event, in an order that is always the same. */
export class WorldMix {
  readonly #hall: Guildhall;
  readonly #channelId: string;
  readonly #userIds: readonly string[];
  readonly #prose = new Prose();
  #count = 0;
  #lastMessageId: string | null = null;

  private constructor(hall: Guildhall, channelId: string, userIds: readonly string[]) {
    this.#hall = hall;
    this.#channelId = channelId;
    this.#userIds = userIds;
  }

  static async create(hall: Guildhall, guildId: string, channelId: string): Promise<WorldMix> {
    const userIds: string[] = [];
    for (let number = 0; number < MEMBERS; number += 1) {
      const user = await hall.createUser({ username: `member.${number}`, globalName: `Member ${number}` });
      await hall.joinGuild(guildId, user.id);
      userIds.push(user.id);
    }
    return new WorldMix(hall, channelId, userIds);
  }

  /** Makes the next event. */
  next(): void {
    const { world } = this.#hall;
    const kind = PATTERN[this.#count % PATTERN.length];
    const userId = this.#userIds[(this.#count * 7) % MEMBERS] ?? '';
    this.#count += 1;
    switch (kind) {
      case 'p':
        this.#changePresence(userId);
        return;
      case 't':
        world.typing.start(this.#channelId, userId);
        return;
      case 'e':
        if (this.#lastMessageId !== null)
          world.messages.edit(this.#channelId, this.#lastMessageId, {
            content: this.#prose.text(CONTENT_LENGTH),
          });
        return;
      case 'r':
        if (this.#lastMessageId !== null)
          world.reactions.add(this.#channelId, this.#lastMessageId, userId, { id: null, name: EMOJI });
        return;
      default:
        this.#say(CONTENT_LENGTH, userId);
    }
  }

  /** Makes a MESSAGE_CREATE of 1.3 kB. */
  nextLong(): void {
    this.#count += 1;
    this.#say(LONG_CONTENT_LENGTH, this.#userIds[(this.#count * 7) % MEMBERS] ?? '');
  }

  #say(length: number, authorId: string): void {
    const content = this.#prose.text(length);
    const message = this.#hall.world.messages.create({ channelId: this.#channelId, authorId, content });
    this.#lastMessageId = message.id;
  }

  #changePresence(userId: string): void {
    const details = ACTIVITY_DETAILS[this.#count % ACTIVITY_DETAILS.length] ?? '';
    this.#hall.world.presences.set(userId, {
      status: this.#count % 3 === 0 ? 'idle' : 'online',
      clientStatus: { desktop: 'online', mobile: 'idle' },
      activities: [
        {
          id: 'ec0b28a579ecb4bd',
          name: 'A Game of Patience',
          type: 0,
          application_id: '356869127241072640',
          state: 'In a group (3 of 5)',
          details,
          timestamps: { start: 1_753_000_000_000 + this.#count },
          assets: { large_image: '712348129384712938', large_text: details },
          created_at: 1_753_000_000_000 + this.#count,
        },
      ],
    });
  }
}
