import type { APIMessage } from 'discord-api-types/v10';
import type { Snowflake } from '../world/entities.ts';
import type { DispatchEvent, WorldEvent } from '../world/events.ts';
import type { Interaction, InteractionResponse } from '../world/interaction.ts';
import { EPHEMERAL, InteractionKind } from '../world/interaction-kinds.ts';
import type { World } from '../world/world.ts';
import { shorten } from './match.ts';

/** Lines kept; a test that fails is read from its end. */
const MAX_LINES = 30;
/** Messages of bots that no test has asked for yet; beyond it the oldest is forgotten. */
const MAX_UNREAD = 1_000;

/** What happens while a test runs: the messages of bots, and a line of everything for an error to show. */
export class Diary {
  readonly #world: World;
  readonly #lines: string[] = [];
  readonly #unread: { readonly channelId: Snowflake; readonly id: Snowflake }[] = [];

  readonly #unsubscribe: () => void;

  constructor(world: World) {
    this.#world = world;
    this.#unsubscribe = world.bus.subscribe((event) => this.#note(event));
  }

  close(): void {
    this.#unsubscribe();
  }

  /** A new step begins: what happened before explains nothing any more. */
  turnPage(): void {
    this.#lines.length = 0;
  }

  /**
   * The first unread message of a bot that fits, as it stands now. It and those before it in the channel count as read.
   */
  read(channelId: Snowflake, fits: (message: APIMessage) => boolean): APIMessage | undefined {
    for (const [index, entry] of this.#unread.entries()) {
      if (entry.channelId !== channelId) continue;
      const message = this.#world.messages.get(channelId, entry.id);
      if (message === undefined) continue;
      // The world writes messages by these types.
      const view = this.#world.views.message(message) as APIMessage;
      if (!fits(view)) continue;
      const rest = this.#unread.filter((other, at) => at > index || other.channelId !== channelId);
      this.#unread.splice(0, this.#unread.length, ...rest);
      return view;
    }
    return undefined;
  }

  /** What happened since the last step, for an error. */
  toString(): string {
    return this.#lines.length === 0 ? '  nothing' : this.#lines.map((line) => `  ${line}`).join('\n');
  }

  #note(event: WorldEvent): void {
    if (event.kind === 'dispatch') this.#noteDispatch(event);
    else if (event.kind === 'interaction-changed') {
      const interaction = this.#world.interactions.get(event.interactionId);
      if (interaction !== undefined) this.#write(describeInteraction(this.#world, interaction));
    } else if (event.kind !== 'commands-changed') this.#write(event.kind);
  }

  #noteDispatch({ name, d }: DispatchEvent): void {
    if (name !== 'MESSAGE_CREATE' && name !== 'MESSAGE_UPDATE') {
      if (name !== 'INTERACTION_CREATE') this.#write(name);
      return;
    }
    const message = d as APIMessage;
    this.#write(`${name === 'MESSAGE_CREATE' ? 'message' : 'edit'} ${describeMessage(message)}`);
    const isEphemeral = ((message.flags ?? 0) & EPHEMERAL) !== 0;
    if (name === 'MESSAGE_UPDATE' || message.author.bot !== true || isEphemeral) return;
    this.#unread.push({ channelId: message.channel_id, id: message.id });
    if (this.#unread.length > MAX_UNREAD) this.#unread.shift();
  }

  #write(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > MAX_LINES) this.#lines.shift();
  }
}

export function describeMessage(message: APIMessage): string {
  const { author, content, embeds, components = [], flags = 0 } = message;
  const parts = [
    JSON.stringify(shorten(content)),
    ...(embeds.length === 0 ? [] : [`${embeds.length} embeds`]),
    ...(components.length === 0 ? [] : [`${components.length} component rows`]),
    ...((flags & EPHEMERAL) === 0 ? [] : ['ephemeral']),
  ];
  return `of ${author.username}: ${parts.join(', ')}`;
}

const ACTIONS: Readonly<Record<InteractionKind, string>> = {
  [InteractionKind.COMMAND]: 'command',
  [InteractionKind.COMPONENT]: 'component',
  [InteractionKind.AUTOCOMPLETE]: 'autocomplete',
  [InteractionKind.MODAL_SUBMIT]: 'modal',
};

export function describeInteraction(world: World, { type, data, userId, response }: Interaction): string {
  const { name, custom_id: customId } = data as { readonly name?: string; readonly custom_id?: string };
  const user = world.users.get(userId)?.username ?? userId;
  return `${ACTIONS[type]} ${name ?? customId ?? ''} of ${user}: ${describeResponse(response)}`;
}

function describeResponse(response: InteractionResponse): string {
  switch (response.kind) {
    case 'choices':
      return `choices ${shorten(JSON.stringify(response.choices.map(({ value }) => value)))}`;
    case 'modal':
      return `modal ${response.modal.custom_id}`;
    case 'expired':
      return 'expired, the application did not respond';
    default:
      return response.kind;
  }
}
