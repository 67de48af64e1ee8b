import type { MessageType } from 'discord-api-types/v10';
import { MESSAGE_COMMAND, USER_COMMAND } from './command-kinds.ts';
import { privateDispatch } from './dispatch.ts';
import type { Message, MessageInteraction, Snowflake } from './entities.ts';
import type { Interaction, ResponseInput } from './interaction.ts';
import { EPHEMERAL, LOADING } from './interaction-kinds.ts';
import type { MessageInput, MessageOrigin, MessagePatch } from './message-input.ts';
import type { World } from './world.ts';

const REPLY: MessageType.Reply = 19;
const CHAT_INPUT_COMMAND: MessageType.ChatInputCommand = 20;
const CONTEXT_MENU_COMMAND: MessageType.ContextMenuCommand = 23;

interface Ephemeral {
  readonly message: Message;
  readonly viewerId: Snowflake;
}

/** The messages of interactions: public ones are the channel's, ephemeral ones are kept here, for one user to see. */
export class InteractionMessages {
  readonly #world: World;
  readonly #ephemeral = new Map<Snowflake, Ephemeral>();

  constructor(world: World) {
    this.#world = world;
  }

  get(channelId: Snowflake, messageId: Snowflake): Message | undefined {
    return this.#ephemeral.get(messageId)?.message ?? this.#world.messages.get(channelId, messageId);
  }

  ephemeral(messageId: Snowflake): Message | undefined {
    return this.#ephemeral.get(messageId)?.message;
  }

  viewerOf(messageId: Snowflake): Snowflake | undefined {
    return this.#ephemeral.get(messageId)?.viewerId;
  }

  /** MESSAGE_CREATE, of an ephemeral message to the application alone. */
  respond(interaction: Interaction, input: ResponseInput, source: Message | undefined): Message {
    return this.#create(interaction, input, this.#firstOrigin(interaction, source, flagOf(input.ephemeral)));
  }

  /** MESSAGE_CREATE of a message without content, which says that the application is thinking. */
  load(interaction: Interaction, ephemeral: boolean, source: Message | undefined): Message {
    const origin = this.#firstOrigin(interaction, source, LOADING | flagOf(ephemeral));
    return this.#create(interaction, { ephemeral }, origin);
  }

  /** MESSAGE_CREATE as a reply to the first response. */
  followUp(interaction: Interaction, original: Message | undefined, input: ResponseInput): Message {
    const { name: _, ...origin } = interaction.origin;
    return this.#create(interaction, input, {
      interaction: original === undefined ? origin : { ...origin, original_response_message_id: original.id },
      type: REPLY,
      ...(original === undefined ? {} : { reference: original }),
      flags: flagOf(input.ephemeral),
    });
  }

  /** MESSAGE_UPDATE. */
  edit(interaction: Interaction, message: Message, patch: MessagePatch): Message {
    const { messages, views } = this.#world;
    const own = { ...patch, allowedMentions: patch.allowedMentions ?? USERS_ONLY };
    // Without a new text nobody is pinged anew.
    const wanted = patch.content === undefined && patch.allowedMentions === undefined ? patch : own;
    const known = this.#ephemeral.get(message.id);
    if (known === undefined) return messages.edit(message.channel_id, message.id, wanted);
    const edited = messages.revise(message, wanted);
    this.#ephemeral.set(message.id, { ...known, message: edited });
    this.#tell('MESSAGE_UPDATE', interaction, views.message(edited));
    return edited;
  }

  /** MESSAGE_DELETE. */
  delete(interaction: Interaction, message: Message): void {
    if (!this.#ephemeral.delete(message.id)) {
      this.#world.messages.delete(message.channel_id, message.id);
      return;
    }
    this.#tell('MESSAGE_DELETE', interaction, { id: message.id, channel_id: message.channel_id });
  }

  /** The interaction is forgotten, and with it what only its user saw. */
  forget({ response, followUpIds }: Interaction): void {
    if ('messageId' in response) this.#ephemeral.delete(response.messageId);
    for (const id of followUpIds) this.#ephemeral.delete(id);
  }

  #create(interaction: Interaction, { ephemeral, ...input }: ResponseInput, origin: MessageOrigin): Message {
    const { applications, messages, views } = this.#world;
    const { applicationId } = interaction;
    const whole: MessageInput = {
      allowedMentions: USERS_ONLY,
      ...input,
      origin,
      via: { webhookId: applicationId, applicationId, persona: null },
      channelId: interaction.channelId,
      authorId: applications.require(applicationId).botUserId,
    };
    if (!ephemeral) return messages.create(whole);
    const message = messages.compose(whole);
    this.#ephemeral.set(message.id, { message, viewerId: interaction.userId });
    this.#tell('MESSAGE_CREATE', interaction, views.message(message));
    return message;
  }

  #tell(
    name: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE' | 'MESSAGE_DELETE',
    { applicationId }: Interaction,
    d: object,
  ): void {
    const { applications, journal } = this.#world;
    journal.emit(privateDispatch(name, applications.require(applicationId).botUserId, d));
  }

  #firstOrigin(interaction: Interaction, source: Message | undefined, flags: number): MessageOrigin {
    const target = this.#target(interaction);
    const reference = source ?? target;
    return {
      interaction: interaction.origin,
      type: source === undefined ? commandType(interaction) : REPLY,
      ...(reference === undefined ? {} : { reference }),
      flags,
    };
  }

  #target({ origin, channelId }: Interaction): Message | undefined {
    const { target_message_id: id }: MessageInteraction = origin;
    return id === undefined ? undefined : this.get(channelId, id);
  }
}

/** In interactions only mentions of users ping, unless the application says otherwise. */
const USERS_ONLY = { parse: ['users'] } as const;

function flagOf(ephemeral: boolean): number {
  return ephemeral ? EPHEMERAL : 0;
}

function commandType({ command }: Interaction): MessageType {
  const isContextMenu = command?.type === USER_COMMAND || command?.type === MESSAGE_COMMAND;
  return isContextMenu ? CONTEXT_MENU_COMMAND : CHAT_INPUT_COMMAND;
}
