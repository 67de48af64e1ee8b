/** A whole HTTP server on a world in memory, with an application, a guild and people in it. */
import { createHash } from 'node:crypto';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import type {
  FrameCursor,
  GatewayControl,
  GatewayEvent,
  SessionSnapshot,
} from '../../src/gateway/control.ts';
import { FaultPlans } from '../../src/gateway/faults/fault-plans.ts';
import { buildHttpServer, type HttpServerOptions } from '../../src/http-server.ts';
import { PortalDoor } from '../../src/portal/portal-door.ts';
import { ServerClock } from '../../src/server-clock.ts';
import type { Application, Guild, GuildChannel, Role, User } from '../../src/world/entities.ts';
import { MemoryStore } from '../../src/world/store/memory-store.ts';
import { World } from '../../src/world/world.ts';

export const OWNER_KEY = 'owner-key-of-the-tests';
const START_MS = Date.UTC(2026, 0, 15, 12);

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';

/** Stands in for the gateway: answers with what a test has put in, notes what was asked of it. */
export class FakeControl implements GatewayControl {
  readonly sessionsById = new Map<string, SessionSnapshot>();
  readonly calls: unknown[][] = [];
  readonly listeners = new Set<(event: GatewayEvent) => void>();
  readonly faults = new FaultPlans(
    Date.now,
    () => this.calls.push(['breakLive']),
    () => {},
  );

  sessionStartLimit() {
    return { total: 1000, remaining: 999, reset_after: 0, max_concurrency: 1 };
  }
  readonly traffic = { worldEvents: 0, deliveries: 0, received: 0, sentBytes: 0, plainBytes: 0 };
  sessionCounts() {
    return { all: this.sessionsById.size, connected: this.sessionsById.size };
  }
  identifiedApplications() {
    return [];
  }
  recommendedShards() {
    return 1;
  }
  sessions(applicationId?: string) {
    return [...this.sessionsById.values()].filter(
      (session) => applicationId === undefined || session.applicationId === applicationId,
    );
  }
  session(sessionId: string) {
    return this.sessionsById.get(sessionId);
  }
  frames(...call: [string, FrameCursor | null, number]) {
    this.#note('frames', call);
    return this.sessionsById.has(call[0]) ? { frames: [], cursor: { seq: 3, count: 5 } } : undefined;
  }
  async roundTrip() {
    return 12;
  }
  closeConnection(...call: [string, number, string?]) {
    return this.#note('closeConnection', call);
  }
  endSession(...call: [string, number?]) {
    this.#note('endSession', call);
    return this.sessionsById.delete(call[0]);
  }
  requestReconnect(...call: [string]) {
    return this.#note('requestReconnect', call);
  }
  invalidate(...call: [string, boolean]) {
    return this.#note('invalidate', call);
  }

  watch(listener: (event: GatewayEvent) => void) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  #note(name: string, call: unknown[]): boolean {
    this.calls.push([name, ...call]);
    return this.sessionsById.get(String(call[0]))?.state === 'live';
  }
}

export interface TestServer {
  readonly app: FastifyInstance;
  readonly world: World;
  readonly control: FakeControl;
  readonly door: PortalDoor;
  readonly clock: { nowMs: number };
  /** Log lines, parsed. */
  readonly logs: Record<string, unknown>[];
  readonly application: Application;
  readonly token: string;
  readonly guild: Guild;
  readonly channel: GuildChannel;
  /** A role of the bot, to give and take permissions. */
  readonly botRole: Role;
  readonly alice: User;
  readonly bot: (
    method: Method,
    path: string,
    body?: object,
    more?: InjectOptions,
  ) => Promise<LightMyRequestResponse>;
  readonly owner: (
    method: Method,
    path: string,
    body?: object,
    more?: InjectOptions,
  ) => Promise<LightMyRequestResponse>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** Rate limits are off unless asked for; the clock stands still unless moved. */
export async function startTestServer(options: HttpServerOptions = {}): Promise<TestServer> {
  const clock = { nowMs: START_MS };
  const logs: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => logs.push(JSON.parse(line)) });
  const world = await World.open({ store: new MemoryStore(), log, clock: () => clock.nowMs });
  const control = new FakeControl();
  const ownerKeyHash = createHash('sha256').update(OWNER_KEY).digest('hex');
  const door = new PortalDoor(ownerKeyHash);
  const app = buildHttpServer({
    world,
    control,
    clock: new ServerClock(),
    ownerKeyHash,
    door,
    options: { rateLimits: 'off', ...options },
    log,
  });

  const { application, token } = world.applications.create({ name: 'Test bot' });
  const owner = world.users.worldOwner();
  const guild = world.guilds.create({ name: 'Test guild', ownerId: owner.id });
  const channel = world.channels.create(guild.id, { name: 'general' });
  const alice = world.users.create({ username: 'alice', globalName: 'Alice' });
  world.members.add({ guildId: guild.id, userId: alice.id });
  world.members.add({ guildId: guild.id, userId: application.botUserId });
  const botRole = world.roles.create(guild.id, { name: 'bots' });
  world.members.addRole(guild.id, application.botUserId, botRole.id);
  await world.committed();

  const caller =
    (prefix: string, authorization: string) =>
    (method: Method, path: string, body?: object, more: InjectOptions = {}) =>
      app.inject({
        method,
        url: `${prefix}${path}`,
        ...(body === undefined ? {} : { payload: body }),
        ...more,
        headers: { authorization, ...more.headers },
      });

  return {
    app,
    world,
    control,
    door,
    clock,
    logs,
    application,
    token,
    guild,
    channel,
    botRole,
    alice,
    bot: caller('/api/v10', `Bot ${token}`),
    owner: caller('/owner/v1', `Bearer ${OWNER_KEY}`),
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await world.close();
    },
  };
}
