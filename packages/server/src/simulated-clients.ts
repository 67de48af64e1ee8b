import type { TimerWheel } from './gateway/timer-wheel.ts';
import { ResponseWaiters } from './response-waiters.ts';
import type { WaitOptions } from './wait-options.ts';
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
import type { World } from './world/world.ts';

/**
 * The clients of simulated users: what people do with applications, and what they see of the answers. Each action
 * resolves once INTERACTION_CREATE is on its way, and is refused as Discord's own clients would refuse it.
 */
export class SimulatedClients {
  readonly #world: World;
  readonly #waiters: ResponseWaiters;

  /** @internal use `hall.clients` */
  constructor(world: World, wheel: TimerWheel) {
    this.#world = world;
    this.#waiters = new ResponseWaiters(world, wheel);
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
    return this.#waiters.wait(id, isDone, options);
  }

  /** @internal */
  close(): void {
    this.#waiters.close();
  }

  async #begin(act: (actions: ClientActions) => Interaction): Promise<Interaction> {
    const interaction = act(this.#world.clientActions);
    await this.#world.committed();
    return interaction;
  }
}
