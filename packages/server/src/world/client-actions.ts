import { Permission } from '@guildhall/protocol';
import { isDm } from './channel-kinds.ts';
import { CHAT_INPUT, ENTRY_POINT, MESSAGE_COMMAND, USER_COMMAND } from './command-kinds.ts';
import { buttonData, selectData } from './component-input.ts';
import type { ApplicationCommand, Channel, Message, MessageInteraction, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import type { Interaction, InteractionStart } from './interaction.ts';
import { InteractionKind } from './interaction-kinds.ts';
import { applicationOfMessage } from './interactions.ts';
import { DEFAULT_LOCALE } from './locales.ts';
import { type ModalValues, modalData } from './modal-input.ts';
import { type Place, Resolved } from './resolved.ts';
import { type OptionValues, slashData } from './slash-input.ts';
import type { World } from './world.ts';

/** Who does it, and where. */
export interface Actor {
  readonly userId: Snowflake;
  readonly channelId: Snowflake;
  /** Language of the user's client. Default `en-US`. */
  readonly locale?: string;
}

/** Which command. */
export interface CommandChoiceInput {
  /** With group and subcommand: `permissions user get`. A slash before it does no harm. */
  readonly command: string;
  /** Needed when several applications offer a command of that name. */
  readonly applicationId?: Snowflake;
}

export interface SlashInput extends Actor, CommandChoiceInput {
  /** By name. Default none. */
  readonly options?: OptionValues;
}

export interface AutocompleteInput extends SlashInput {
  /** The option in which the user types. What it holds so far is in `options`. */
  readonly focused: string;
}

export interface UserCommandInput extends Actor, CommandChoiceInput {
  readonly targetUserId: Snowflake;
}

export interface MessageCommandInput extends Actor, CommandChoiceInput {
  readonly targetMessageId: Snowflake;
}

export interface ClickInput extends Actor {
  readonly messageId: Snowflake;
  /** `custom_id` of the button, or its label. */
  readonly button: string;
}

export interface SelectInput extends Actor {
  readonly messageId: Snowflake;
  /** `custom_id` of the select. */
  readonly select: string;
  /** Values or labels of options, or ids. */
  readonly values: readonly string[];
}

export interface ModalSubmitInput {
  /** The interaction that was responded to with the modal. */
  readonly interactionId: Snowflake;
  /** By `custom_id`. Default: everything as the modal shows it. */
  readonly values?: ModalValues;
}

/**
 * What people do with applications in their clients: each is refused as a client would refuse it, or becomes an
 * interaction.
 */
export class ClientActions {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /**
   * What the user's client offers there, of all types, by application.
   * @throws WorldError UNKNOWN_CHANNEL, UNKNOWN_USER, UNKNOWN_MEMBER
   */
  offered(actor: Actor): readonly ApplicationCommand[] {
    const channel = this.#channelOf(actor);
    return this.#candidates(channel, undefined).filter((command) =>
      this.#world.commandAccess.mayUse(actor.userId, channel, command),
    );
  }

  /**
   * A slash command, or the entry point of an Activity.
   * @throws WorldError COMMAND_NOT_OFFERED, INVALID_VALUE (an option), UNKNOWN_CHANNEL, UNKNOWN_USER, UNKNOWN_MEMBER,
   *   UNKNOWN_ROLE, WRONG_CHANNEL_TYPE
   */
  invokeCommand(input: SlashInput): Interaction {
    const { channel, command, place, path } = this.#command(input, [CHAT_INPUT, ENTRY_POINT]);
    const resolved = new Resolved(this.#world, place);
    const { options } = slashData(command, path, input.options ?? {}, resolved);
    const data = {
      ...commandFields(command),
      ...(options.length === 0 ? {} : { options }),
      ...resolved.field(),
    };
    return this.#start(
      input,
      channel,
      { type: InteractionKind.COMMAND, command, data },
      { name: [command.name, ...path].join(' ') },
    );
  }

  /**
   * Typing in an option that suggests values.
   * @throws WorldError as invokeCommand; INVALID_VALUE when the option has no autocomplete
   */
  autocomplete(input: AutocompleteInput): Interaction {
    const { channel, command, place, path } = this.#command(input, [CHAT_INPUT]);
    const resolved = new Resolved(this.#world, place);
    const { options, focused } = slashData(command, path, input.options ?? {}, resolved, input.focused);
    const data = { ...commandFields(command), options, ...resolved.field() };
    const focusedType = focused?.type ?? null;
    return this.#start(input, channel, { type: InteractionKind.AUTOCOMPLETE, command, data, focusedType });
  }

  /** A command of a user's context menu. @throws WorldError as invokeCommand */
  useOnUser(input: UserCommandInput): Interaction {
    const { channel, command, place, name } = this.#command(input, [USER_COMMAND]);
    const resolved = new Resolved(this.#world, place);
    resolved.user(input.targetUserId);
    const data = { ...commandFields(command), target_id: input.targetUserId, ...resolved.field() };
    const origin = { name, target_user_id: input.targetUserId };
    return this.#start(input, channel, { type: InteractionKind.COMMAND, command, data }, origin);
  }

  /** A command of a message's context menu. @throws WorldError as invokeCommand, UNKNOWN_MESSAGE */
  useOnMessage(input: MessageCommandInput): Interaction {
    const { channel, command, place, name } = this.#command(input, [MESSAGE_COMMAND]);
    const target = this.#visibleMessage(input, channel, input.targetMessageId);
    const resolved = new Resolved(this.#world, place);
    resolved.message(target);
    const data = { ...commandFields(command), target_id: target.id, ...resolved.field() };
    const origin = { name, target_message_id: target.id };
    return this.#start(input, channel, { type: InteractionKind.COMMAND, command, data }, origin);
  }

  /** @throws WorldError UNKNOWN_MESSAGE, UNKNOWN_COMPONENT, UNKNOWN_CHANNEL, UNKNOWN_USER, UNKNOWN_MEMBER */
  click(input: ClickInput): Interaction {
    const { channel, message, applicationId } = this.#component(input);
    return this.#startComponent(input, channel, message, applicationId, buttonData(message, input.button));
  }

  /** @throws WorldError as click; INVALID_VALUE, UNKNOWN_ROLE for the values */
  select(input: SelectInput): Interaction {
    const { channel, message, applicationId } = this.#component(input);
    const resolved = new Resolved(this.#world, this.#place(input, channel, applicationId));
    const data = selectData(message, input.select, input.values, resolved);
    return this.#startComponent(input, channel, message, applicationId, data);
  }

  /**
   * The user sends the modal off.
   * @throws WorldError UNKNOWN_INTERACTION; WRONG_RESPONSE when that one was not responded to with a modal; INVALID_VALUE
   */
  submitModal({ interactionId, values = {} }: ModalSubmitInput): Interaction {
    const opened = this.#world.interactions.require(interactionId);
    if (opened.response.kind !== 'modal') {
      throw new WorldError(
        'WRONG_RESPONSE',
        `interaction ${interactionId} shows no modal (${opened.response.kind})`,
      );
    }
    const { userId, channelId, locale, applicationId, source, command } = opened;
    const channel = this.#channelOf({ userId, channelId });
    const resolved = new Resolved(this.#world, this.#place({ userId }, channel, applicationId));
    const data = modalData(opened.response.modal, values, resolved);
    const { name, ...triggering } = opened.origin;
    return this.#world.interactions.start({
      applicationId,
      type: InteractionKind.MODAL_SUBMIT,
      userId,
      channelId,
      locale,
      data,
      command,
      focusedType: null,
      source: source === null ? null : this.#messageOf(source.channelId, source.messageId),
      origin: { ...(name === undefined ? {} : { name }), triggering },
    });
  }

  #command(input: Actor & CommandChoiceInput, types: readonly number[]) {
    const channel = this.#channelOf(input);
    const given = input.command.trim().replace(/^\//, '');
    const isSlash = types.includes(CHAT_INPUT);
    const [name = '', ...path] = isSlash ? given.split(/\s+/) : [given];
    const candidates = this.#candidates(channel, input.applicationId).filter(
      (candidate) => types.includes(candidate.type) && candidate.name === name,
    );
    const offered = candidates.filter((candidate) =>
      this.#world.commandAccess.mayUse(input.userId, channel, candidate),
    );
    const [command, second] = offered;
    if (command === undefined) throw this.#notOffered(input, channel, name, types, candidates.length > 0);
    if (second !== undefined) {
      const ids = offered.map(({ application_id }) => application_id).join(', ');
      throw new WorldError(
        'COMMAND_NOT_OFFERED',
        `applications ${ids} all have a command ${name}: name one of them`,
      );
    }
    const place = this.#place(input, channel, command.application_id);
    return { channel, command, place, path, name };
  }

  #candidates(channel: Channel, applicationId: Snowflake | undefined): readonly ApplicationCommand[] {
    const { applications, commands, members } = this.#world;
    const isHere = (botUserId: Snowflake) =>
      isDm(channel)
        ? channel.recipientIds.includes(botUserId)
        : members.get(channel.guild_id, botUserId) !== undefined;
    const guildId = isDm(channel) ? null : channel.guild_id;
    return applications
      .list()
      .filter(
        ({ id, botUserId }) => (applicationId === undefined || applicationId === id) && isHere(botUserId),
      )
      .flatMap(({ id }) => commands.usableIn(id, guildId));
  }

  #notOffered(
    input: Actor & CommandChoiceInput,
    channel: Channel,
    name: string,
    types: readonly number[],
    exists: boolean,
  ): WorldError {
    if (exists) {
      return new WorldError(
        'COMMAND_NOT_OFFERED',
        `user ${input.userId} may not use ${name} in this channel`,
      );
    }
    const known = this.#candidates(channel, input.applicationId)
      .filter(({ type }) => types.includes(type))
      .map((command) => command.name);
    return new WorldError(
      'COMMAND_NOT_OFFERED',
      `there is no command ${name} here; there is ${known.join(', ') || 'none'}`,
    );
  }

  #component(input: Actor & { readonly messageId: Snowflake }) {
    const channel = this.#channelOf(input);
    const message = this.#visibleMessage(input, channel, input.messageId);
    const application = applicationOfMessage(this.#world, message);
    if (application === undefined) {
      throw new WorldError('UNKNOWN_COMPONENT', `message ${message.id} is not an application's`);
    }
    return { channel, message, applicationId: application.id };
  }

  #start(
    actor: Actor,
    channel: Channel,
    what: Pick<InteractionStart, 'type' | 'data'> & {
      readonly command: ApplicationCommand;
      readonly focusedType?: number | null;
    },
    origin: Partial<MessageInteraction> = {},
  ): Interaction {
    return this.#world.interactions.start({
      applicationId: what.command.application_id,
      userId: actor.userId,
      channelId: channel.id,
      locale: actor.locale ?? DEFAULT_LOCALE,
      focusedType: null,
      source: null,
      origin,
      ...what,
    });
  }

  #startComponent(
    actor: Actor,
    channel: Channel,
    source: Message,
    applicationId: Snowflake,
    data: object,
  ): Interaction {
    return this.#world.interactions.start({
      applicationId,
      type: InteractionKind.COMPONENT,
      userId: actor.userId,
      channelId: channel.id,
      locale: actor.locale ?? DEFAULT_LOCALE,
      data,
      command: null,
      focusedType: null,
      source,
      origin: { interacted_message_id: source.id },
    });
  }

  #place({ userId }: { readonly userId: Snowflake }, channel: Channel, applicationId: Snowflake): Place {
    const { botUserId } = this.#world.applications.require(applicationId);
    return { userId, channel, guildId: isDm(channel) ? null : channel.guild_id, applicationId, botUserId };
  }

  /** The channel, if the user sees it. */
  #channelOf({ userId, channelId }: Actor): Channel {
    const channel = this.#world.messages.requireWriter(channelId, userId);
    if (!this.#world.access.can(userId, channelId, Permission.VIEW_CHANNEL)) {
      throw new WorldError('UNKNOWN_CHANNEL', `user ${userId} does not see channel ${channelId}`);
    }
    return channel;
  }

  /** What stands in the channel for this user, who alone sees an ephemeral message. */
  #visibleMessage({ userId }: Actor, channel: Channel, messageId: Snowflake): Message {
    const message = this.#messageOf(channel.id, messageId);
    const { interactions } = this.#world;
    const isHidden = interactions.ephemeral(messageId) !== undefined && !interactions.sees(userId, messageId);
    if (message === null || isHidden || message.channel_id !== channel.id) {
      throw new WorldError(
        'UNKNOWN_MESSAGE',
        `user ${userId} sees no message ${messageId} in channel ${channel.id}`,
      );
    }
    return message;
  }

  #messageOf(channelId: Snowflake, messageId: Snowflake): Message | null {
    const { interactions, messages } = this.#world;
    return interactions.ephemeral(messageId) ?? messages.get(channelId, messageId) ?? null;
  }
}

function commandFields({ id, name, type, guild_id }: ApplicationCommand): object {
  return { id, name, type, ...(guild_id === null ? {} : { guild_id }) };
}
