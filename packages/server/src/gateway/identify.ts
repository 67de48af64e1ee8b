import {
  CloseCode,
  type IdentifyRequest,
  Intent,
  judgeIdentify,
  readShard,
  resolveIntents,
  shardOfGuild,
} from '@guildhall/protocol';
import type { Application, Snowflake } from '../world/entities.ts';
import type { World } from '../world/world.ts';
import type { Connection } from './connection.ts';
import type { GatewayContext } from './context.ts';
import { bodyOf } from './fan-out.ts';
import { readIdentifyPresence, setPresence } from './presence.ts';
import { readyData } from './ready.ts';
import { Session } from './session.ts';
import { snapshotOf } from './session-snapshot.ts';
import { changeWorld } from './world-change.ts';

/** Of Identify's `capabilities`. */
const CHANNEL_OBFUSCATION = 1 << 15;
const FIRST_VERSION_WITH_CONTENT_INTENT = 10;

/** Answers op 2: READY and the guilds, op 9, or a close. */
export function handleIdentify(
  context: GatewayContext,
  connection: Connection,
  request: IdentifyRequest,
): void {
  const { world, ledgers, limits, faultLog, news } = context;
  const application = world.applications.authenticate(request.token);
  const shard = shardIdOf(request.shard);
  const refused = (applicationId: Snowflake, code: number | null) =>
    news.tell(() => ({ kind: 'refused', request: 'identify', applicationId, shard, code }));
  if (application === undefined) {
    const named = world.applications.namedBy(request.token);
    if (named !== undefined) refused(named.id, CloseCode.AUTHENTICATION_FAILED);
    connection.apply({ type: 'refused', code: CloseCode.AUTHENTICATION_FAILED });
    return;
  }
  const judgement = judgeIdentify(request, {
    application: { privilegedIntents: resolveIntents(application.privilegedIntents) },
    guildsOnShard: (shard) => guildsOnShard(world, application.botUserId, shard).size,
    maxGuildsPerShard: limits.guildsPerShard,
    takeBucket: (shardId) => ledgers.takeBucket(application.id, shardId),
    countStart: () => {
      if (!ledgers.countStart(application.id)) return false;
      changeWorld(context, application.botUserId, () => ledgers.keep(application.id));
      return true;
    },
  });
  switch (judgement.type) {
    case 'accept':
      faultLog.note(application.id, shard, 'identified');
      openSession(context, connection, request, application, judgement);
      return;
    case 'close':
      faultLog.note(application.id, shard, `identified, refused with ${judgement.code}`);
      refused(application.id, judgement.code);
      connection.apply({ type: 'refused', code: judgement.code });
      return;
    case 'invalid-session':
      faultLog.note(application.id, shard, 'identified too soon, refused with op 9');
      refused(application.id, null);
      connection.later(context.random() * limits.identifyRefusalDelayMs, () =>
        connection.apply({ type: 'invalid-session', resumable: false }),
      );
      return;
    case 'token-reset':
      refused(application.id, CloseCode.AUTHENTICATION_FAILED);
      revokeToken(context, connection, application);
      return;
  }
}

function openSession(
  context: GatewayContext,
  connection: Connection,
  request: IdentifyRequest,
  application: Application,
  granted: { readonly shard: readonly [id: number, count: number]; readonly intents: number },
): void {
  const { world, registry, limits, log, news } = context;
  const { shard, intents } = granted;
  const { botUserId } = application;
  const { version } = connection.terms;
  const session = new Session(
    {
      applicationId: application.id,
      botUserId,
      shard,
      intents,
      version,
      // v9 knows the intent only as the application's setting.
      seesContent:
        version >= FIRST_VERSION_WITH_CONTENT_INTENT
          ? (intents & Intent.MESSAGE_CONTENT) !== 0
          : application.privilegedIntents.includes('MESSAGE_CONTENT'),
      obfuscatesChannels: context.obfuscatesChannels || (request.capabilities & CHANNEL_OBFUSCATION) !== 0,
      largeThreshold: request.largeThreshold,
      compress: request.compress,
      library: request.properties,
    },
    guildsOnShard(world, botUserId, shard),
    {
      replayBytes: limits.replayBytes,
      createdAtMs: world.now(),
      logsFrames: registry.counts.all < limits.frameLogs,
    },
  );
  registry.add(session, connection);
  connection.accept(session, request.compress);
  news.tell(() => ({ kind: 'session-opened', session: snapshotOf(session) }));
  log.info(
    { sessionId: session.id, applicationId: application.id, shard, intents, version },
    'a session begins',
  );
  connection.meetFaults();
  if (connection.session !== session) return;
  const ready = readyData(world, session, {
    resumeGatewayUrl: connection.resumeGatewayUrl,
    echoShard: request.shard !== undefined,
  });
  session.dispatchUnrepeated(connection, bodyOf('READY', context.editReady(snapshotOf(session), ready)));
  // A further session without a presence leaves the one that the bot has.
  if (request.presence !== undefined || world.presences.get(botUserId) === undefined) {
    setPresence(context, botUserId, readIdentifyPresence(request.presence, world.now()));
  }
  connection.wake();
}

/** The day's starts are used up: the stored token goes first, so that nobody can come back with it, then the sockets. */
function revokeToken({ world, log }: GatewayContext, connection: Connection, application: Application): void {
  log.warn(
    { applicationId: application.id },
    'no session starts are left: the token is reset and all sessions end',
  );
  world.applications.revokeToken(application.id);
  world.committed().then(
    () => connection.apply({ type: 'refused', code: CloseCode.AUTHENTICATION_FAILED }),
    () => connection.close(CloseCode.UNKNOWN_ERROR),
  );
}

function guildsOnShard(
  world: World,
  botUserId: Snowflake,
  [id, count]: readonly [number, number],
): ReadonlySet<Snowflake> {
  const guildIds = world.guilds.ofUser(botUserId);
  return count === 1
    ? guildIds
    : new Set([...guildIds].filter((guildId) => shardOfGuild(guildId, count) === id));
}

/** Of a request that may be refused for its shard. */
function shardIdOf(value: unknown): number {
  const shard = readShard(value);
  return typeof shard === 'object' && shard !== null ? shard[0] : 0;
}
