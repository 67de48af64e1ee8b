import type { APIMessage } from 'discord-api-types/v10';
import type { Guildhall } from '../guildhall.ts';
import type { WaitOptions } from '../wait-options.ts';
import type { Actor } from '../world/client-actions.ts';
import type { Message, Snowflake } from '../world/entities.ts';
import type { Interaction, InteractionResponse } from '../world/interaction.ts';
import { EPHEMERAL } from '../world/interaction-kinds.ts';
import type { ModalValues } from '../world/modal-input.ts';
import type { OptionValues } from '../world/slash-input.ts';
import { Diary, describeInteraction } from './diary.ts';
import { describeExpected, type Expected, matches } from './match.ts';

/** A user or a channel: its id, or any object that has one. */
export type Named = Snowflake | { readonly id: Snowflake };

/** Who acts, and where, when a call does not say so. */
export interface TesterDefaults {
  readonly user?: Named;
  readonly channel?: Named;
  /** How long an expectation waits. Default 2,000 ms. */
  readonly timeoutMs?: number;
}

export interface Place {
  readonly as?: Named;
  readonly in?: Named;
  /** Language of the user's client. Default `en-US`. */
  readonly locale?: string;
}

export interface CommandPlace extends Place {
  /** Needed when several applications have a command of that name. */
  readonly application?: Named;
}

export interface ExpectOptions extends WaitOptions {
  readonly in?: Named;
}

/** The text of a message, its parts, or a function that judges it. */
export type MessageMatch = string | RegExp | Expected<APIMessage> | ((message: APIMessage) => boolean);

/** What a user sees in answer. */
export interface ObservedResponse {
  readonly interactionId: Snowflake;
  readonly kind: InteractionResponse['kind'];
  /** Of the message; empty when there is none. */
  readonly content: string;
  /** The response, or for an update the message whose component was used; null for choices and modals. */
  readonly message: APIMessage | null;
  readonly ephemeral: boolean;
  /** What autocomplete suggests. */
  readonly choices: readonly { readonly name: string; readonly value: string | number }[];
  readonly modal: Extract<InteractionResponse, { kind: 'modal' }>['modal'] | null;
}

/** The text of the message, parts of the response, or a function that judges it. */
export type ResponseMatch =
  | string
  | RegExp
  | Expected<ObservedResponse>
  | ((response: ObservedResponse) => boolean);

/** A test expected something that did not happen. The message says what did. */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError';
  readonly code = 'EXPECTATION_FAILED';
}

/** See {@link createTester} for each. */
export type Tester = ReturnType<typeof createTester>;

const DEFAULT_TIMEOUT_MS = 2_000;

/**
 * What tests of a bot are written with. The functions need no `this`, so they can be taken apart:
 *
 *     const { invokeCommand, click, expectInteractionResponse } = createTester(hall, { user, channel });
 *     const menu = await expectInteractionResponse(await invokeCommand('menu'), { ephemeral: true });
 *     await expectInteractionResponse(await click(menu, 'go'), 'gone');
 *
 * A failed expectation is an {@link ExpectationError}, which any test runner shows.
 */
export function createTester(hall: Guildhall, defaults: TesterDefaults = {}) {
  const { world, clients } = hall;
  const diary = new Diary(world);

  function actor({ as = defaults.user, in: where = defaults.channel, locale }: Place): Actor {
    return {
      userId: idOf(as, 'user: name one as `as`, or as `user` of createTester'),
      channelId: idOf(where, 'channel: name one as `in`, or as `channel` of createTester'),
      ...(locale === undefined ? {} : { locale }),
    };
  }

  function commandInput(command: string, place: CommandPlace) {
    const { application } = place;
    const applicationId =
      application === undefined ? {} : { applicationId: idOf(application, 'application') };
    return { ...actor(place), command, ...applicationId };
  }

  /** Each action begins a new step: an error then tells only of what came after it. */
  async function step<T>(act: () => Promise<T>): Promise<T> {
    diary.turnPage();
    return act();
  }

  /** @param what is asked for when the time is over */
  function until<T>(look: () => T | undefined, what: () => string, options: WaitOptions): Promise<T> {
    const { timeoutMs = defaults.timeoutMs ?? DEFAULT_TIMEOUT_MS } = options;
    const failure = () =>
      new ExpectationError(`expected ${what()} within ${timeoutMs} ms; what happened:\n${diary}`);
    return hall.waitUntil(look, { ...options, timeoutMs, failure });
  }

  /** As it stands when the error is made. */
  function describe({ id }: Interaction): string {
    return describeInteraction(world, world.interactions.require(id));
  }

  function observe(interaction: Interaction): ObservedResponse {
    const { response } = interaction;
    const original = world.interactions.original(interaction);
    // The world writes messages by these types.
    const message = original === undefined ? null : (world.views.message(original) as APIMessage);
    return {
      interactionId: interaction.id,
      kind: response.kind,
      content: message?.content ?? '',
      message,
      ephemeral: ((message?.flags ?? 0) & EPHEMERAL) !== 0,
      choices: response.kind === 'choices' ? response.choices : [],
      modal: response.kind === 'modal' ? response.modal : null,
    };
  }

  return {
    /** It notes nothing any more. A tester may also be left alone until the server closes. */
    [Symbol.dispose]: (): void => diary.close(),

    /** The user writes a message. @throws WorldError */
    sayAs: (user: Named, content: string, place: { readonly in?: Named } = {}): Promise<Message> =>
      step(() => {
        const { userId, channelId } = actor({ ...place, as: user });
        return hall.say(userId, channelId, content);
      }),

    /** @param command with subcommands: `permissions user get` @throws WorldError as a client would refuse it */
    invokeCommand: (
      command: string,
      options: OptionValues = {},
      place: CommandPlace = {},
    ): Promise<Interaction> =>
      step(() => clients.invokeCommand({ ...commandInput(command, place), options })),

    /** The user types `typed` in an option that suggests values. @throws WorldError */
    autocomplete: (
      command: string,
      option: string,
      typed: string,
      place: CommandPlace & { readonly options?: OptionValues } = {},
    ): Promise<Interaction> =>
      step(() =>
        clients.autocomplete({
          ...commandInput(command, place),
          focused: option,
          options: { ...place.options, [option]: typed },
        }),
      ),

    /** A command of the context menu of a user. @throws WorldError */
    useOnUser: (command: string, target: Named, place: CommandPlace = {}): Promise<Interaction> =>
      step(() => clients.useOnUser({ ...commandInput(command, place), targetUserId: idOf(target, 'user') })),

    /** A command of the context menu of a message. @throws WorldError */
    useOnMessage: (command: string, target: Named, place: CommandPlace = {}): Promise<Interaction> =>
      step(() =>
        clients.useOnMessage({ ...commandInput(command, place), targetMessageId: idOf(target, 'message') }),
      ),

    /** @param on a message, or a response that shows one @param button its `custom_id` or label @throws WorldError */
    click: (on: Named | ObservedResponse, button: string, place: Place = {}): Promise<Interaction> =>
      step(() => clients.click({ ...actor(place), messageId: messageIdOf(on), button })),

    /** @param values of options, or ids @throws WorldError */
    select: (
      on: Named | ObservedResponse,
      select: string,
      values: readonly string[],
      place: Place = {},
    ): Promise<Interaction> =>
      step(() => clients.select({ ...actor(place), messageId: messageIdOf(on), select, values })),

    /** @param opened the response that showed the modal @param values of its fields by `custom_id` @throws WorldError */
    submitModal: (opened: ObservedResponse, values: ModalValues = {}): Promise<Interaction> =>
      step(() => clients.submitModal({ interactionId: opened.interactionId, values })),

    /**
     * A message of a bot in the channel, of those that no expectation has taken yet; edited ones count as they stand.
     * @throws ExpectationError
     */
    expectMessage: (match: MessageMatch = {}, options: ExpectOptions = {}): Promise<APIMessage> => {
      const channelId = idOf(options.in ?? defaults.channel, 'channel');
      const what = () => `a message of a bot with ${describeExpected(match)} in channel ${channelId}`;
      return until(() => diary.read(channelId, (message) => fits(message, match)), what, options);
    },

    /**
     * What the user sees in answer. A deferred response is waited for, unless the match asks for `kind: 'deferred'`.
     * @throws ExpectationError
     */
    expectInteractionResponse: (
      interaction: Interaction,
      match: ResponseMatch = {},
      options: WaitOptions = {},
    ): Promise<ObservedResponse> => {
      const what = () => `a response with ${describeExpected(match)} to ${describe(interaction)}`;
      const look = () => {
        const response = observe(world.interactions.require(interaction.id));
        const isAnswer = response.kind !== 'pending' && response.kind !== 'expired';
        const asksForDeferred = typeof match === 'object' && 'kind' in match && match.kind === 'deferred';
        if (!isAnswer || (response.kind === 'deferred' && !asksForDeferred)) return undefined;
        return fits(response, match) ? response : undefined;
      };
      return until(look, what, options);
    },

    /** A further message of the interaction, ephemeral or not. @throws ExpectationError */
    expectFollowUp: (
      interaction: Interaction,
      match: MessageMatch = {},
      options: WaitOptions = {},
    ): Promise<APIMessage> => {
      const what = () => `a follow-up with ${describeExpected(match)} to ${describe(interaction)}`;
      const look = () => {
        const { followUpIds, channelId } = world.interactions.require(interaction.id);
        return followUpIds
          .flatMap((id) => world.interactions.ephemeral(id) ?? world.messages.get(channelId, id) ?? [])
          .map((message) => world.views.message(message) as APIMessage)
          .find((message) => fits(message, match));
      };
      return until(look, what, options);
    },
  };
}

function fits<T extends { readonly content: string }>(
  actual: T,
  match: string | RegExp | object | ((actual: T) => boolean),
): boolean {
  if (typeof match === 'function') return match(actual);
  const expected = typeof match === 'string' || match instanceof RegExp ? { content: match } : match;
  return matches(actual, expected);
}

function messageIdOf(on: Named | ObservedResponse): Snowflake {
  if (typeof on === 'string') return on;
  if ('id' in on) return on.id;
  if (on.message === null) throw new ExpectationError(`the response shows no message (${on.kind})`);
  return on.message.id;
}

function idOf(named: Named | undefined, what: string): Snowflake {
  if (named === undefined) throw new TypeError(`no ${what}`);
  return typeof named === 'string' ? named : named.id;
}
