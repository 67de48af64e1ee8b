import type { ConditionWaiters } from './condition-waiters.ts';
import { DEFAULT_WAIT_MS, NoResponseError, type WaitOptions, WaitTimeoutError } from './wait-options.ts';
import type {
  AutocompleteInput,
  ClickInput,
  ClientActions,
  MessageCommandInput,
  ModalSubmitInput,
  SelectInput,
  SlashInput,
  UserCommandInput,
} from './world/client-actions.ts';
import type { Message, Snowflake } from './world/entities.ts';
import type { Interaction } from './world/interaction.ts';
import { RESPONSE_DEADLINE_MS } from './world/interactions.ts';
import type { World } from './world/world.ts';

/** How far the world's clock and that of the timers may go apart in three seconds. */
const CLOCK_SKEW_MS = 10;

/**
 * The clients of simulated users: what people do with applications, and what they see of the answers. Each action
 * resolves once INTERACTION_CREATE is on its way, and is refused as Discord's own clients would refuse it.
 */
export class SimulatedClients {
  readonly #world: World;
  readonly #waiters: ConditionWaiters;

  /** @internal use `hall.clients` */
  constructor(world: World, waiters: ConditionWaiters) {
    this.#world = world;
    this.#waiters = waiters;
  }

  /** Runs a slash command. @throws WorldError */
  invokeCommand(input: SlashInput): Promise<Interaction> {
    return this.#begin((actions) => actions.invokeCommand(input));
  }

  /** Types in an option that suggests values. @throws WorldError */
  autocomplete(input: AutocompleteInput): Promise<Interaction> {
    return this.#begin((actions) => actions.autocomplete(input));
  }

  /** Runs a command of a user's context menu. @throws WorldError */
  useOnUser(input: UserCommandInput): Promise<Interaction> {
    return this.#begin((actions) => actions.useOnUser(input));
  }

  /** Runs a command of a message's context menu. @throws WorldError */
  useOnMessage(input: MessageCommandInput): Promise<Interaction> {
    return this.#begin((actions) => actions.useOnMessage(input));
  }

  /** Clicks a button. @throws WorldError */
  click(input: ClickInput): Promise<Interaction> {
    return this.#begin((actions) => actions.click(input));
  }

  /** Chooses in a select. @throws WorldError */
  select(input: SelectInput): Promise<Interaction> {
    return this.#begin((actions) => actions.select(input));
  }

  /** Sends off a modal that an interaction was responded to with. @throws WorldError */
  submitModal(input: ModalSubmitInput): Promise<Interaction> {
    return this.#begin((actions) => actions.submitModal(input));
  }

  /** How the interaction stands now. @throws WorldError UNKNOWN_INTERACTION */
  interaction(id: Snowflake): Interaction {
    return this.#world.interactions.require(id);
  }

  /** The message that the user sees as the first response; undefined when it is none, or is gone. */
  responseMessage(id: Snowflake): Message | undefined {
    return this.#world.interactions.original(this.interaction(id));
  }

  /**
   * Waits until the application has responded as `isDone` asks; at once when it has already.
   * @param isDone default: any first response, deferred ones too
   * @throws NoResponseError when the application's time for it is over, WaitTimeoutError, ServerClosedError, the signal's
   *   reason, WorldError UNKNOWN_INTERACTION
   */
  waitForResponse(
    id: Snowflake,
    isDone: (interaction: Interaction) => boolean = () => true,
    options: WaitOptions = {},
  ): Promise<Interaction> {
    const { timeoutMs = DEFAULT_WAIT_MS } = options;
    const look = () => {
      const interaction = this.interaction(id);
      const { kind } = interaction.response;
      if (kind === 'expired') {
        throw new NoResponseError(
          `the application did not respond to ${id} within ${RESPONSE_DEADLINE_MS} ms`,
        );
      }
      return kind !== 'pending' && isDone(interaction) ? interaction : undefined;
    };
    const failure = () => {
      const kind = this.#world.interactions.get(id)?.response.kind ?? 'forgotten';
      return new WaitTimeoutError(`interaction ${id} was ${kind} after ${timeoutMs} ms`);
    };
    return this.#waiters.until(look, {
      ...options,
      failure,
      lookAgainAfterMs: RESPONSE_DEADLINE_MS + CLOCK_SKEW_MS,
    });
  }

  async #begin(act: (actions: ClientActions) => Interaction): Promise<Interaction> {
    const interaction = act(this.#world.clientActions);
    await this.#world.committed();
    return interaction;
  }
}
