/** What a scenario is: a world, a client in it, and steps that say what is done and what must then be seen. */

import type { FaultPlan } from '../../gateway/faults/fault.ts';
import type { GatewayLimits } from '../../gateway/limits.ts';
import type { PrivilegedIntent } from '../../world/entities.ts';
import type { OptionValues } from '../../world/slash-input.ts';

export interface Scenario {
  readonly name: string;
  /** Why it is so, and where it is written; shown with a failure. */
  readonly why?: string;
  /** What is left to chance follows from it. Default 1. */
  readonly seed?: number;
  readonly world?: ScenarioWorld;
  /** Limits of the gateway, in the units of the server's options. */
  readonly limits?: Partial<GatewayLimits>;
  /** How the client is started: a command line, or its words. Default: a client that comes by itself is waited for. */
  readonly run?: string | readonly string[];
  readonly steps: readonly Step[];
}

export interface ScenarioWorld {
  readonly application?: {
    /** Default `examined`. */
    readonly name?: string;
    /** Privileged intents that are switched on. Default all. */
    readonly intents?: readonly PrivilegedIntent[];
  };
  /** Names of simulated users. Default `ada`. */
  readonly users?: readonly string[];
  /** Default one, `Test`. */
  readonly guilds?: readonly ScenarioGuild[];
}

export interface ScenarioGuild {
  readonly name: string;
  /** Names of its text channels. Default `general`. */
  readonly channels?: readonly string[];
  /** Users who are in it. Default all. */
  readonly members?: readonly string[];
  /** Whether the bot is in it. Default true. */
  readonly bot?: boolean;
}

/** Milliseconds, or a text with its unit: `500 ms`, `10 s`, `2 min`, `24 h`. */
export type Duration = number | string;

/**
 * One step. Texts may hold `${name}`, for `apiBase`, `gatewayUrl`, `token`, `applicationId`, `botUserId` and what an earlier step has
 * saved: `${first.session.id}`.
 */
export type Step = Act | Expectation | Absence | Ceiling | Repetition;

/** Which user does it and where, by the names of the world. Default: the first user, the first channel. */
interface Place {
  readonly as?: string;
  readonly in?: string;
}

/** Something that the owner, a user or the network does. */
export type Act =
  /** The client is started. A scenario without this step starts it first of all. */
  | { readonly do: 'start' }
  | { readonly do: 'stop' }
  | ({ readonly do: 'say'; readonly content: string; readonly save?: string } & Place)
  /** `message`: what a step has saved. */
  | { readonly do: 'edit'; readonly message: string; readonly content: string }
  | { readonly do: 'delete'; readonly message: string }
  | { readonly do: 'react'; readonly message: string; readonly emoji: string; readonly as?: string }
  /** Privileged intents are switched to exactly these. */
  | { readonly do: 'set-intents'; readonly intents: readonly PrivilegedIntent[] }
  | { readonly do: 'reset-token' }
  /** op 7, for every session of the application. */
  | { readonly do: 'reconnect' }
  /** op 9. */
  | { readonly do: 'invalidate'; readonly resumable: boolean }
  | { readonly do: 'close'; readonly code: number; readonly reason?: string }
  /** The session is no more, and its connection is closed with the code. Default 4009. */
  | { readonly do: 'end-session'; readonly code?: number }
  /** A fault of the application's sessions, connections or requests; `url`s may hold `${name}`. */
  | ({ readonly do: 'break' } & Omit<FaultPlan, 'applicationId' | 'sessionId'>)
  /** What has been planned and not met anybody is taken back. */
  | { readonly do: 'mend' }
  /** The server's clock is put forward. */
  | { readonly do: 'advance'; readonly by: Duration; readonly upTo?: Duration }
  | { readonly do: 'wait'; readonly for: Duration; readonly upTo?: Duration }
  | { readonly do: 'begin-outage'; readonly guild: string }
  | { readonly do: 'end-outage'; readonly guild: string }
  /** A user, or without one the bot, becomes a member, or is one no more. */
  | { readonly do: 'join'; readonly guild: string; readonly user?: string }
  | { readonly do: 'leave'; readonly guild: string; readonly user?: string }
  | ({
      readonly do: 'command';
      /** With group and subcommand: `permissions user get`. */
      readonly command: string;
      readonly options?: OptionValues;
      readonly save?: string;
    } & Place)
  /** `on`: a message or response that a step has saved; `button`: its `custom_id` or label. */
  | ({ readonly do: 'click'; readonly on: string; readonly button: string; readonly save?: string } & Place)
  | ({
      readonly do: 'select';
      readonly on: string;
      readonly select: string;
      readonly values: readonly string[];
      readonly save?: string;
    } & Place);

/** What can be looked for, and which of its kind. */
export interface Sightings {
  /** An upgrade has become a connection. `url`: where it was dialled, without query. */
  readonly connected: { readonly url?: string; readonly compression?: string; readonly encoding?: string };
  readonly 'upgrade-refused': { readonly url?: string; readonly status?: number };
  readonly identified: { readonly shard?: number; readonly compression?: string };
  /**
   * `seq`: the number that the client says it has; `last` for the last one that was sent on the connection that was lost. `url`:
   * where the connection was dialled.
   */
  readonly resumed: { readonly shard?: number; readonly seq?: number | 'last'; readonly url?: string };
  /** Identified or resumed. */
  readonly back: { readonly shard?: number };
  /** An Identify or Resume was refused. `code`: of the close; 0 for op 9. */
  readonly refused: {
    readonly request?: 'identify' | 'resume';
    readonly code?: number;
    readonly shard?: number;
  };
  /** A session has lost its connection. `code`: 0 when it ended without a close frame. */
  readonly closed: { readonly by?: 'client' | 'server'; readonly code?: number; readonly shard?: number };
  readonly heartbeat: Readonly<Record<never, never>>;
  /** The client's process has ended. */
  readonly exited: { readonly code?: number };
}
export type SightingName = keyof Sightings;

interface Timing {
  /**
   * How long it may take, counted from the last act or from what was last expected and seen. Default 20 s.
   */
  readonly within?: Duration;
  /** It must not come sooner. Default 0. */
  readonly notBefore?: Duration;
  /** Keeps what was seen for later steps. */
  readonly save?: string;
}

/** What must be seen. */
export type Expectation =
  | {
      readonly [Name in SightingName]: { readonly expect: Name } & Sightings[Name] & Timing;
    }[SightingName]
  /** A message of the bot. `content`: the text, or `/a pattern/` of it. */
  | ({ readonly expect: 'message'; readonly content?: string; readonly in?: string } & Omit<
      Timing,
      'notBefore'
    >)
  /** What the user sees in answer to an interaction; `to`: what a step has saved. */
  | ({
      readonly expect: 'response';
      readonly to: string;
      readonly content?: string;
      readonly kind?: string;
      readonly ephemeral?: boolean;
    } & Omit<Timing, 'notBefore'>);

/** What must not be seen. */
export type Absence = {
  readonly [Name in SightingName]: { readonly never: Name; readonly for: Duration } & Sightings[Name];
}[SightingName];

/** What must not be seen more often. */
export type Ceiling = {
  readonly [Name in SightingName]: {
    readonly atMost: number;
    readonly of: Name;
    readonly for: Duration;
  } & Sightings[Name];
}[SightingName];

export interface Repetition {
  /** 1 to 10,000. */
  readonly repeat: number;
  /** In another order each time, by the seed. Default false. */
  readonly shuffle?: boolean;
  readonly steps: readonly Step[];
}

/** A scenario in TypeScript, held to its types. */
export function defineScenario<const Given extends Scenario>(scenario: Given): Given {
  return scenario;
}

/** Where in a scenario something is: keys and indexes from its root. */
export type Path = readonly (string | number)[];

/** A scenario that cannot be: the message says what is wrong and what is allowed, `path` where. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly code = 'INVALID_SCENARIO';
  readonly path: Path;

  constructor(path: Path, problem: string) {
    super(`${pathText(path)}: ${problem}`);
    this.path = path;
  }
}

/** `steps[2].within` */
export function pathText(path: Path): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  return text === '' ? 'scenario' : text.replace(/^\./, '');
}
