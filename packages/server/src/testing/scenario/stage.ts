import type { Guildhall, NewApplication } from '../../guildhall.ts';
import type { Snowflake } from '../../world/entities.ts';
import { createTester, type Tester } from '../tester.ts';
import { fillIn } from './fields.ts';
import { fullWorld } from './read-scenario.ts';
import type { ScenarioWorld } from './scenario.ts';

/** The world of a scenario as it runs: its names, and what its steps have saved. */
export class Stage {
  readonly hall: Guildhall;
  readonly application: NewApplication;
  readonly tester: Tester;
  /** The one that is valid now. */
  token: string;
  readonly #users: ReadonlyMap<string, Snowflake>;
  readonly #guilds: ReadonlyMap<string, Snowflake>;
  readonly #channels: ReadonlyMap<string, Snowflake>;
  readonly #saved = new Map<string, unknown>();

  private constructor(
    hall: Guildhall,
    application: NewApplication,
    names: {
      readonly users: Map<string, Snowflake>;
      readonly guilds: Map<string, Snowflake>;
      readonly channels: Map<string, Snowflake>;
    },
  ) {
    this.hall = hall;
    this.application = application;
    this.token = application.token;
    this.#users = names.users;
    this.#guilds = names.guilds;
    this.#channels = names.channels;
    this.tester = createTester(hall);
  }

  /** @throws WorldError when the server has no room for it */
  static async open(hall: Guildhall, world: ScenarioWorld): Promise<Stage> {
    const { application, users, guilds } = fullWorld(world);
    const bot = await hall.createApplication({
      name: application.name,
      privilegedIntents: application.intents,
    });
    const names = {
      users: new Map<string, Snowflake>(),
      guilds: new Map<string, Snowflake>(),
      channels: new Map<string, Snowflake>(),
    };
    for (const username of users) names.users.set(username, (await hall.createUser({ username })).id);
    for (const { name, channels, members, bot: hasBot } of guilds) {
      const guild = await hall.createGuild({ name, channels, bots: hasBot ? [bot.botUserId] : [] });
      names.guilds.set(name, guild.id);
      for (const channel of guild.channels) names.channels.set(channel.name, channel.id);
      for (const member of members) await hall.joinGuild(guild.id, idOf(names.users, member));
    }
    return new Stage(hall, bot, names);
  }

  close(): void {
    this.tester[Symbol.dispose]();
  }

  /** The first of the world when none is named. */
  user(name: string | undefined): Snowflake {
    return idOf(this.#users, name);
  }

  guild(name: string | undefined): Snowflake {
    return idOf(this.#guilds, name);
  }

  channel(name: string | undefined): Snowflake {
    return idOf(this.#channels, name);
  }

  save(name: string | undefined, value: unknown): void {
    if (name !== undefined) this.#saved.set(name, value);
  }

  /** @throws TypeError when what was saved is of another kind */
  savedMessage(name: string): { readonly id: Snowflake; readonly channel_id: Snowflake } {
    const value = this.#saved.get(name);
    const message = isObject(value) && 'message' in value ? value.message : value;
    if (isObject(message) && 'id' in message && 'channel_id' in message) {
      return { id: String(message.id), channel_id: String(message.channel_id) };
    }
    throw new TypeError(`${name} is no message`);
  }

  /** @throws TypeError when what was saved is of another kind */
  savedInteraction(name: string): Parameters<Tester['expectInteractionResponse']>[0] {
    const value = this.#saved.get(name);
    if (!isObject(value) || !('response' in value)) throw new TypeError(`${name} is no interaction`);
    return value as Parameters<Tester['expectInteractionResponse']>[0];
  }

  /** A text with its values put in. @throws TypeError for a value that is not there */
  fill(text: string): string {
    return fillIn(text, (reference) => this.#value(reference));
  }

  #value(reference: string): string {
    const [root = '', ...rest] = reference.split('.');
    const { hall, application, token } = this;
    const given: Readonly<Record<string, unknown>> = {
      apiBase: hall.apiBase,
      gatewayUrl: hall.gatewayUrl,
      token,
      applicationId: application.id,
      botUserId: application.botUserId,
      ...Object.fromEntries(this.#saved),
    };
    let value = given[root];
    for (const key of rest) value = isObject(value) ? (value as Record<string, unknown>)[key] : undefined;
    if (value === undefined || value === null || typeof value === 'object') {
      throw new TypeError(`\${${reference}} has no value`);
    }
    return String(value);
  }
}

function idOf(ids: ReadonlyMap<string, Snowflake>, name: string | undefined): Snowflake {
  const [first] = ids.values();
  const id = name === undefined ? first : ids.get(name);
  if (id === undefined) throw new TypeError(`there is no ${name ?? 'such thing'} in this world`);
  return id;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
