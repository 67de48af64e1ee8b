import { randomBytes } from 'node:crypto';
import { isDm } from './channel-kinds.ts';
import { ENTRY_POINT } from './command-kinds.ts';
import { userDispatch } from './dispatch.ts';
import type { Application, Message, Snowflake } from './entities.ts';
import { WorldError } from './errors.ts';
import type {
  Interaction,
  InteractionCallback,
  InteractionResponse,
  InteractionStart,
  ResponseInput,
} from './interaction.ts';
import { CallbackType, InteractionKind } from './interaction-kinds.ts';
import { InteractionMessages } from './interaction-messages.ts';
import { interactionPayload } from './interaction-payload.ts';
import type { MessagePatch } from './message-input.ts';
import type { World } from './world.ts';

/** How long an application has for its first response. */
export const RESPONSE_DEADLINE_MS = 3_000;
/** How long the token works after that. */
export const TOKEN_LIFE_MS = 15 * 60_000;
/** With the id before it, the token still fits into a path parameter of the server. */
const TOKEN_SECRET_BYTES = 81;
const PENDING: InteractionResponse = { kind: 'pending' };
const EXPIRED: InteractionResponse = { kind: 'expired' };

/**
 * What users do with applications, and how these respond:
 *
 *   pending ──3 s──► expired
 *      ├─► message · update · choices · modal · activity
 *      └─► deferred ──edit──► message        deferred-update ──edit──► update
 *
 * All of it lives in memory: a token dies after 15 minutes anyway. Messages that everybody sees are the channels'.
 */
export class Interactions {
  readonly #world: World;
  /** Oldest first. */
  readonly #interactions = new Map<Snowflake, Interaction>();
  readonly #byToken = new Map<string, Snowflake>();
  readonly #messages: InteractionMessages;

  constructor(world: World) {
    this.#world = world;
    this.#messages = new InteractionMessages(world);
  }

  /** INTERACTION_CREATE to the application's session of the guild's shard, or of shard 0. */
  start(start: InteractionStart): Interaction {
    const world = this.#world;
    world.journal.assertWritable();
    const application = world.applications.require(start.applicationId);
    const channel = world.channels.require(start.channelId);
    const guildId = isDm(channel) ? null : channel.guild_id;
    const id = world.nextId();
    const { source } = start;
    const interaction: Interaction = {
      ...start,
      id,
      token: newToken(id),
      guildId,
      source: source === null ? null : { channelId: source.channel_id, messageId: source.id },
      origin: { ...start.origin, id, type: start.type, user_id: start.userId, guild_id: guildId },
      createdAtMs: world.now(),
      response: PENDING,
      followUpIds: [],
    };
    this.#byToken.set(interaction.token, id);
    this.#put(interaction);
    const d = interactionPayload(world, interaction, application, source);
    world.journal.emit(userDispatch('INTERACTION_CREATE', application.botUserId, d, guildId));
    return interaction;
  }

  get(id: Snowflake): Interaction | undefined {
    const interaction = this.#interactions.get(id);
    if (interaction === undefined || interaction.response.kind !== 'pending') return interaction;
    const isLate = this.#world.now() > interaction.createdAtMs + RESPONSE_DEADLINE_MS;
    return isLate ? { ...interaction, response: EXPIRED } : interaction;
  }

  /** @throws WorldError UNKNOWN_INTERACTION */
  require(id: Snowflake): Interaction {
    const interaction = this.get(id);
    if (interaction === undefined) throw new WorldError('UNKNOWN_INTERACTION', `no interaction ${id}`);
    return interaction;
  }

  /**
   * The interaction, if it still waits for its first response.
   * @throws WorldError UNKNOWN_INTERACTION, also when its time is over; INTERACTION_ACKNOWLEDGED
   */
  requirePending(id: Snowflake, token: string): Interaction {
    const interaction = this.get(id);
    if (interaction === undefined || interaction.token !== token || interaction.response.kind === 'expired') {
      throw new WorldError('UNKNOWN_INTERACTION', `no interaction ${id} that waits for a response`);
    }
    if (interaction.response.kind !== 'pending') {
      throw new WorldError('INTERACTION_ACKNOWLEDGED', `interaction ${id} has been acknowledged`);
    }
    return interaction;
  }

  /** How the interaction may be responded to. */
  callbackTypes({ type, source, applicationId }: Interaction): readonly CallbackType[] {
    const { MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL, ACTIVITY } = CallbackType;
    if (type === InteractionKind.AUTOCOMPLETE) return [CHOICES];
    const types: CallbackType[] = [MESSAGE, DEFERRED_MESSAGE];
    if (source !== null) types.push(DEFERRED_UPDATE, UPDATE);
    if (type !== InteractionKind.MODAL_SUBMIT) types.push(MODAL);
    // An application with an Activity is one with an entry point to it.
    const global = this.#world.commands.of({ applicationId, guildId: null });
    if ([...global.values()].some((command) => command.type === ENTRY_POINT)) types.push(ACTIVITY);
    return types;
  }

  /**
   * The first response: what it says is done.
   * @throws WorldError as requirePending; WRONG_RESPONSE; what Messages throws
   */
  respond(id: Snowflake, token: string, callback: InteractionCallback): Interaction {
    this.#world.journal.assertWritable();
    const interaction = this.requirePending(id, token);
    if (!this.callbackTypes(interaction).includes(callback.type)) {
      throw new WorldError('WRONG_RESPONSE', `a response of type ${callback.type} is not possible here`);
    }
    return this.#put({ ...interaction, response: this.#carryOut(interaction, callback) });
  }

  /**
   * The interaction of a token that works, for what follows the first response.
   * @throws WorldError UNKNOWN_WEBHOOK, also before a first response; INTERACTION_EXPIRED
   */
  requireAnswered(applicationId: Snowflake, token: string): Interaction {
    const id = this.#byToken.get(token);
    const interaction = id === undefined ? undefined : this.get(id);
    if (interaction === undefined || interaction.applicationId !== applicationId) {
      throw new WorldError('UNKNOWN_WEBHOOK', 'no interaction has that token');
    }
    if (this.#world.now() > interaction.createdAtMs + TOKEN_LIFE_MS) {
      throw new WorldError('INTERACTION_EXPIRED', 'the 15 minutes of the interaction are over');
    }
    if (interaction.response.kind === 'pending' || interaction.response.kind === 'expired') {
      throw new WorldError('UNKNOWN_WEBHOOK', 'the interaction has not been responded to');
    }
    return interaction;
  }

  /** The message whose component was used; undefined when there is none, or it is gone. */
  source({ source }: Interaction): Message | undefined {
    return source === null ? undefined : this.#messages.get(source.channelId, source.messageId);
  }

  /** The first response as a message; undefined when it is none, or is gone. */
  original(interaction: Interaction): Message | undefined {
    const { response } = interaction;
    switch (response.kind) {
      case 'deferred':
      case 'message':
        return this.#messages.get(interaction.channelId, response.messageId);
      case 'deferred-update':
      case 'update':
        return this.source(interaction);
      default:
        return undefined;
    }
  }

  /**
   * A message that the interaction's token gives access to.
   * @param messageId `@original` or an id
   * @throws WorldError UNKNOWN_MESSAGE
   */
  message(interaction: Interaction, messageId: Snowflake): Message {
    const original = this.original(interaction);
    const isOriginal = messageId === '@original' || messageId === original?.id;
    const message = isOriginal
      ? original
      : interaction.followUpIds.includes(messageId)
        ? this.#messages.get(interaction.channelId, messageId)
        : undefined;
    if (message === undefined) throw new WorldError('UNKNOWN_MESSAGE', `no message ${messageId}`);
    return message;
  }

  /**
   * A further message. While the first response is loading this completes it instead, as ever since it was invented.
   * @throws WorldError LIMIT_REACHED:followUpsPerInteraction, and what Messages throws
   */
  followUp(interaction: Interaction, input: ResponseInput): Message {
    this.#world.journal.assertWritable();
    const original = this.original(interaction);
    if (interaction.response.kind === 'deferred' && original !== undefined) {
      return this.edit(interaction, original, completion(input));
    }
    const { followUpsPerInteraction: most } = this.#world.limits;
    if (interaction.followUpIds.length >= most) {
      throw new WorldError(
        'LIMIT_REACHED:followUpsPerInteraction',
        `at most ${most} follow-ups of an interaction`,
      );
    }
    const message = this.#messages.followUp(interaction, original, input);
    this.#put({ ...interaction, followUpIds: [...interaction.followUpIds, message.id] });
    return message;
  }

  /** @throws WorldError what Messages throws */
  edit(interaction: Interaction, message: Message, patch: MessagePatch): Message {
    this.#world.journal.assertWritable();
    const edited = this.#messages.edit(interaction, message, patch);
    this.#put({ ...interaction, response: responseAfterEdit(interaction, message) });
    return edited;
  }

  delete(interaction: Interaction, message: Message): void {
    this.#world.journal.assertWritable();
    this.#messages.delete(interaction, message);
    this.#put(interaction);
  }

  /** A message that one user alone sees. */
  ephemeral(messageId: Snowflake): Message | undefined {
    return this.#messages.ephemeral(messageId);
  }

  /** Whether the user sees the ephemeral message. */
  sees(userId: Snowflake, messageId: Snowflake): boolean {
    return this.#messages.viewerOf(messageId) === userId;
  }

  #carryOut(interaction: Interaction, callback: InteractionCallback): InteractionResponse {
    switch (callback.type) {
      case CallbackType.MESSAGE: {
        const message = this.#messages.respond(interaction, callback.input, this.source(interaction));
        return { kind: 'message', messageId: message.id };
      }
      case CallbackType.DEFERRED_MESSAGE: {
        const message = this.#messages.load(interaction, callback.ephemeral, this.source(interaction));
        return { kind: 'deferred', messageId: message.id };
      }
      case CallbackType.DEFERRED_UPDATE:
        return { kind: 'deferred-update' };
      case CallbackType.UPDATE: {
        const source = this.source(interaction);
        if (source === undefined)
          throw new WorldError('UNKNOWN_MESSAGE', 'the message of the component is gone');
        this.#messages.edit(interaction, source, callback.patch);
        return { kind: 'update' };
      }
      case CallbackType.CHOICES:
        return { kind: 'choices', choices: callback.choices };
      case CallbackType.MODAL:
        return { kind: 'modal', modal: callback.modal };
      case CallbackType.ACTIVITY:
        return {
          kind: 'activity',
          instanceId: `i-${interaction.id}-${interaction.guildId ?? 'dm'}-${interaction.channelId}`,
        };
    }
  }

  #put(interaction: Interaction): Interaction {
    const isNew = !this.#interactions.has(interaction.id);
    this.#interactions.set(interaction.id, interaction);
    if (isNew && this.#interactions.size > this.#world.limits.interactions) this.#forgetOldest();
    this.#world.journal.emit({ kind: 'interaction-changed', interactionId: interaction.id });
    return interaction;
  }

  #forgetOldest(): void {
    for (const [id, interaction] of this.#interactions) {
      this.#interactions.delete(id);
      this.#byToken.delete(interaction.token);
      this.#messages.forget(interaction);
      return;
    }
  }
}

/** The application whose bot wrote the message; undefined for people, and for bots that are gone. */
export function applicationOfMessage(world: World, message: Message): Application | undefined {
  return world.applications.byBotUser(message.author_id);
}

/** What a follow-up says, as an edit of the response that is loading. */
function completion({
  content,
  embeds,
  components,
  attachments = [],
  allowedMentions,
  flags = 0,
}: ResponseInput): MessagePatch {
  return {
    ...(content === undefined ? {} : { content }),
    ...(embeds === undefined ? {} : { embeds }),
    ...(components === undefined ? {} : { components }),
    ...(attachments.length === 0 ? {} : { attachments: { kept: null, added: attachments } }),
    ...(allowedMentions === undefined ? {} : { allowedMentions }),
    flags,
  };
}

function responseAfterEdit(interaction: Interaction, edited: Message): InteractionResponse {
  const { response, source } = interaction;
  if (response.kind === 'deferred' && response.messageId === edited.id) {
    return { kind: 'message', messageId: edited.id };
  }
  if (response.kind === 'deferred-update' && source?.messageId === edited.id) return { kind: 'update' };
  return response;
}

/** As Discord's: the id is in it, and it is too long to be guessed or taken for anything else. */
function newToken(id: Snowflake): string {
  return Buffer.from(`interaction:${id}:${randomBytes(TOKEN_SECRET_BYTES).toString('base64url')}`).toString(
    'base64url',
  );
}
