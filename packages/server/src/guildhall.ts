import { createHash, randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { DispatchData, DispatchName } from '@guildhall/protocol';
import type { FastifyInstance } from 'fastify';
import { ConditionWaiters } from './condition-waiters.ts';
import { EventWaiters } from './event-waiters.ts';
import { Gateway } from './gateway/gateway.ts';
import { TimerWheel } from './gateway/timer-wheel.ts';
import { Housekeeping } from './housekeeping.ts';
import { buildHttpServer, gatewayUrlOf } from './http-server.ts';
import { type GuildhallOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { hasPage } from './portal/page-files.ts';
import { PortalDoor } from './portal/portal-door.ts';
import { type ClockControl, ServerClock } from './server-clock.ts';
import { SimulatedClients } from './simulated-clients.ts';
import { makeCertificate } from './tls/certificate.ts';
import type { SecureListener } from './tls/secure-listener.ts';
import { DEFAULT_WAIT_MS, type WaitOptions, WaitTimeoutError } from './wait-options.ts';
import type { GuildChannel, Message, PrivilegedIntent, Snowflake } from './world/entities.ts';
import { MemoryStore } from './world/store/memory-store.ts';
import type { Store } from './world/store/store.ts';
import { World } from './world/world.ts';

/** A bot as its author needs it. */
export interface NewApplication {
  readonly id: Snowflake;
  readonly botUserId: Snowflake;
  /** Shown here once. */
  readonly token: string;
}

export interface NewGuild {
  readonly id: Snowflake;
  readonly ownerId: Snowflake;
  /** Text channels, in the order given. */
  readonly channels: readonly { readonly id: Snowflake; readonly name: string }[];
}

/** The same server by TLS. */
export interface SecureAddresses {
  /** `https://127.0.0.1:PORT/api` */
  readonly apiBase: string;
  /** `wss://127.0.0.1:PORT/` */
  readonly gatewayUrl: string;
  /** What a client must trust, in PEM: the authority of the certificate that was made, or the given certificate. */
  readonly ca: string;
}

/** The second door, and what opens it. */
interface SecureDoor {
  readonly listener: SecureListener;
  readonly ca: string;
}

interface Parts {
  readonly world: World;
  readonly gateway: Gateway;
  readonly clock: ClockControl;
  readonly http: FastifyInstance;
  readonly door: SecureDoor | null;
  readonly waiters: EventWaiters;
  readonly conditions: ConditionWaiters;
  readonly housekeeping: Housekeeping;
  readonly ownerKey: string;
  readonly portalDoor: PortalDoor | null;
}

const OWNER_KEY_BYTES = 32;

/**
 * Starts a local Discord: the gateway, the bot API and the owner's API on one port, and with `tls` on a second one, too.
 * Several may run in one process.
 * @throws GuildhallOptionError for a bad option; StoreError when the store cannot be opened; the system's error when
 *   the port cannot be had
 */
export async function startGuildhall(options: GuildhallOptions = {}): Promise<Guildhall> {
  const resolved = resolveOptions(options);
  const { log, limits, allowedHosts: hosts, publicUrl, rateLimits, invalidRequests } = resolved;
  const store = await openStore(resolved);
  const clock = new ServerClock();
  const world = await openWorld(store, resolved, clock);
  try {
    const onError = (error: unknown) => log.error({ err: error }, 'a timer threw');
    const wheel = new TimerWheel({ onError, clock: clock.wheel });
    const gateway = new Gateway({
      world,
      limits,
      wheel,
      log,
      gatewayUrl: gatewayUrlOf({ hosts, publicUrl }),
      obfuscatesChannels: resolved.channelObfuscation === 'always',
      voiceEndpoint: resolved.voiceEndpoint,
      nowMs: () => clock.monotonicMs(),
    });
    const ownerKey = resolved.ownerKey ?? randomBytes(OWNER_KEY_BYTES).toString('base64url');
    const ownerKeyHash = createHash('sha256').update(ownerKey).digest('hex');
    const portalDoor = resolved.portal ? new PortalDoor(ownerKeyHash) : null;
    const http = buildHttpServer({
      world,
      control: gateway,
      clock,
      ownerKeyHash,
      door: portalDoor,
      options: {
        hosts,
        publicUrl,
        rateLimits,
        invalidRequests,
        hidesChannels: resolved.channelObfuscation === 'always',
      },
      log,
    });
    gateway.attach(http.server);
    await http.listen({ host: resolved.host, port: resolved.port });
    const door = await openSecureDoor(http, resolved);
    world.origin = originOf(http.server.address(), publicUrl);
    // Those who wait in a test wait in real time, whatever is done to the clock.
    const waiters = new EventWaiters(world.bus, new TimerWheel({ onError }));
    const conditions = new ConditionWaiters(world.bus, new TimerWheel({ onError }));
    const housekeeping = new Housekeeping(world, wheel);
    housekeeping.start();
    return new Guildhall({
      world,
      gateway,
      clock,
      http,
      door,
      waiters,
      conditions,
      housekeeping,
      ownerKey,
      portalDoor,
    });
  } catch (error) {
    await world.close();
    throw error;
  }
}

/**
 * A running server, and the hand of its owner inside the process. Each promise resolves once the change has been
 * committed and handed to the sessions that hear of it.
 */
export class Guildhall implements AsyncDisposable {
  readonly world: World;
  readonly gateway: Gateway;
  /** The time of this server, which can be put forward. */
  readonly clock: ClockControl;
  /** Commands, buttons, selects and modals, as simulated users use them. */
  readonly clients: SimulatedClients;
  /** Key of the owner's API. */
  readonly ownerKey: string;
  /** Base of the bot API, without version: `http://127.0.0.1:PORT/api`. */
  readonly apiBase: string;
  /** URL of the gateway, with a trailing slash and without query. */
  readonly gatewayUrl: string;
  /** Null without the option `tls`. */
  readonly secure: SecureAddresses | null;
  /**
   * The link to the portal's page, which lets the browser in that opens it: to be shown to the owner alone. Null without
   * the page.
   */
  readonly portalUrl: string | null;
  readonly #http: FastifyInstance;
  readonly #door: SecureDoor | null;
  readonly #waiters: EventWaiters;
  readonly #conditions: ConditionWaiters;
  readonly #housekeeping: Housekeeping;
  #closed: Promise<void> | null = null;

  /** @internal use {@link startGuildhall} */
  constructor(parts: Parts) {
    this.world = parts.world;
    this.gateway = parts.gateway;
    this.clock = parts.clock;
    this.#conditions = parts.conditions;
    this.clients = new SimulatedClients(parts.world, parts.conditions);
    this.ownerKey = parts.ownerKey;
    this.#http = parts.http;
    this.#door = parts.door;
    this.#waiters = parts.waiters;
    this.#housekeeping = parts.housekeeping;
    const authority = authorityOf(parts.http.server.address());
    this.apiBase = `http://${authority}/api`;
    this.gatewayUrl = `ws://${authority}/`;
    this.secure = parts.door === null ? null : secureAddresses(parts.door);
    this.portalUrl =
      parts.portalDoor === null || !hasPage()
        ? null
        : `http://${authority}/#ticket=${parts.portalDoor.ticket}`;
  }

  /** @throws WorldError */
  async createApplication(input: {
    readonly name: string;
    /** Privileged intents that are switched on. Default none. */
    readonly privilegedIntents?: readonly PrivilegedIntent[];
  }): Promise<NewApplication> {
    const { application, token } = this.world.applications.create(input);
    await this.world.committed();
    return { id: application.id, botUserId: application.botUserId, token };
  }

  /** @throws WorldError */
  async createUser(input: {
    readonly username: string;
    readonly globalName?: string;
  }): Promise<{ id: Snowflake }> {
    const { id } = this.world.users.create(input);
    await this.world.committed();
    return { id };
  }

  /** A guild with text channels, into which bots have been invited. @throws WorldError */
  async createGuild(input: {
    readonly name: string;
    /** Default: the owner of this world. */
    readonly ownerId?: Snowflake;
    /** Bot users that are members. Default none. */
    readonly bots?: readonly Snowflake[];
    /** Names of its text channels. Default `general`. */
    readonly channels?: readonly string[];
    /** An id of one's choice, to place the guild on a shard. */
    readonly id?: Snowflake;
  }): Promise<NewGuild> {
    const { guilds, channels, members, users } = this.world;
    const ownerId = input.ownerId ?? users.worldOwner().id;
    const { id } = guilds.create({
      name: input.name,
      ownerId,
      ...(input.id === undefined ? {} : { id: input.id }),
    });
    const created = (input.channels ?? ['general']).map((name) => channels.create(id, { name }));
    for (const userId of input.bots ?? []) members.add({ guildId: id, userId });
    await this.world.committed();
    return {
      id,
      ownerId,
      channels: created.map(({ id: channelId, name }: GuildChannel) => ({ id: channelId, name })),
    };
  }

  /** A user or a bot becomes a member. @throws WorldError */
  async joinGuild(guildId: Snowflake, userId: Snowflake): Promise<void> {
    this.world.members.add({ guildId, userId });
    await this.world.committed();
  }

  /** A member writes a message. @throws WorldError */
  async say(userId: Snowflake, channelId: Snowflake, content: string): Promise<Message> {
    const message = this.world.messages.create({ channelId, authorId: userId, content });
    await this.world.committed();
    return message;
  }

  /** @throws WorldError */
  async edit(channelId: Snowflake, messageId: Snowflake, content: string): Promise<void> {
    this.world.messages.edit(channelId, messageId, { content });
    await this.world.committed();
  }

  /** @throws WorldError */
  async deleteMessage(channelId: Snowflake, messageId: Snowflake): Promise<void> {
    this.world.messages.delete(channelId, messageId);
    await this.world.committed();
  }

  /** @param emoji a Unicode emoji @throws WorldError */
  async react(userId: Snowflake, channelId: Snowflake, messageId: Snowflake, emoji: string): Promise<void> {
    this.world.reactions.add(channelId, messageId, userId, { id: null, name: emoji });
    await this.world.committed();
  }

  /** Switches privileged intents to exactly these. Taking one away ends every session of the application (4003). */
  async setIntents(applicationId: Snowflake, intents: readonly PrivilegedIntent[]): Promise<void> {
    this.world.applications.setPrivilegedIntents(applicationId, intents);
    await this.world.committed();
  }

  /** A new token in place of the old one; every session of the application ends (4003). @throws WorldError */
  async resetToken(applicationId: Snowflake): Promise<string> {
    const { token } = this.world.applications.resetToken(applicationId);
    await this.world.committed();
    return token;
  }

  /**
   * Waits for the next event of the world that matches: what a bot, or anybody else, has done.
   * @returns the payload, with full content
   * @throws WaitTimeoutError, ServerClosedError, or the signal's reason
   */
  waitFor<Name extends DispatchName>(
    name: Name,
    predicate: (d: DispatchData[Name]) => boolean = () => true,
    options: WaitOptions = {},
  ): Promise<DispatchData[Name]> {
    return this.#waiters.waitFor(name, predicate, options);
  }

  /**
   * Waits until there is something to be seen: looks at once, and after each thing that happens in the world.
   * @param look gives what it waits for, or undefined; what it throws ends the waiting
   * @param options `failure` makes the error for when the time is over, in place of a WaitTimeoutError
   * @throws WaitTimeoutError, ServerClosedError, or the signal's reason
   */
  waitUntil<T>(
    look: () => T | undefined,
    options: WaitOptions & { readonly failure?: () => Error } = {},
  ): Promise<T> {
    const { timeoutMs = DEFAULT_WAIT_MS } = options;
    const failure = () => new WaitTimeoutError(`nothing was to be seen within ${timeoutMs} ms`);
    return this.#conditions.until(look, { failure, ...options });
  }

  /** Ends every connection and lets go of the port and the store. `graceMs`: time for clients after op 7; default 0. */
  close(options: { readonly graceMs?: number } = {}): Promise<void> {
    this.#closed ??= this.#close(options.graceMs ?? 0);
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(graceMs: number): Promise<void> {
    this.#housekeeping.stop();
    await this.gateway.close({ graceMs });
    await this.#http.close();
    await this.#door?.listener.close();
    this.#waiters.close();
    this.#conditions.close();
    await this.world.close();
  }
}

async function openWorld(
  store: Store,
  { log, worldLimits }: ResolvedOptions,
  clock: ServerClock,
): Promise<World> {
  try {
    return await World.open({ store, log, limits: worldLimits, clock: () => clock.now() });
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openStore({ store }: ResolvedOptions): Promise<Store> {
  if (store === 'memory') return new MemoryStore();
  // Loaded on need: a server in memory starts without the database.
  const { SqliteStore } = await import('./world/store/sqlite-store.ts');
  return SqliteStore.open({ path: store.file });
}

async function openSecureDoor(
  http: FastifyInstance,
  { tls, host, allowedHosts, log }: ResolvedOptions,
): Promise<SecureDoor | null> {
  if (tls === null) return null;
  try {
    // Loaded on need: most servers are plain.
    const { listenSecurely } = await import('./tls/secure-listener.ts');
    const given = tls.pair === null ? null : { ...tls.pair, ca: tls.pair.cert };
    const { ca, ...pair } = given ?? makeCertificate({ hosts: [host, ...allowedHosts] });
    return { ca, listener: await listenSecurely({ http: http.server, host, port: tls.port, pair, log }) };
  } catch (error) {
    await http.close();
    throw error;
  }
}

function secureAddresses({ listener, ca }: SecureDoor): SecureAddresses {
  const authority = authorityOf(listener.address);
  return { apiBase: `https://${authority}/api`, gatewayUrl: `wss://${authority}/`, ca };
}

/** By which clients reach this server: the public address, when there is one. */
function originOf(address: string | AddressInfo | null, publicUrl: string | null): string {
  return publicUrl === null
    ? `http://${authorityOf(address)}`
    : new URL(publicUrl.replace(/^ws/i, 'http')).href.replace(/\/+$/, '');
}

function authorityOf(address: string | AddressInfo | null): string {
  if (address === null || typeof address === 'string')
    throw new TypeError('the server does not listen on TCP');
  return address.family === 'IPv6'
    ? `[${address.address}]:${address.port}`
    : `${address.address}:${address.port}`;
}
