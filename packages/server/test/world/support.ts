import type { CommandInput } from '../../src/world/application-commands.ts';
import type { Application, Guild, GuildChannel, User } from '../../src/world/entities.ts';
import type { DispatchEvent, WorldEvent } from '../../src/world/events.ts';
import type { ScheduledEvent } from '../../src/world/guild-records.ts';
import type { Logger } from '../../src/world/logger.ts';
import type { ScheduledEventInput } from '../../src/world/scheduled-events.ts';
import { MemoryStore } from '../../src/world/store/memory-store.ts';
import { World, type WorldOptions } from '../../src/world/world.ts';

export const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
export const START_ISO = '2026-01-02T03:04:05.678000+00:00';

/** A slash command without options. */
export const PING: CommandInput = {
  type: 1,
  name: 'ping',
  name_localizations: null,
  description: 'Answers',
  description_localizations: null,
  options: [],
  default_member_permissions: null,
  dm_permission: true,
  contexts: null,
  integration_types: [0],
  nsfw: false,
  handler: null,
};
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
}

export function recordingLog(): { readonly log: Logger; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: LogLine['level']) => (_: object, message: string) => void lines.push({ level, message });
  return { log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, lines };
}

export interface Clock {
  nowMs: number;
}

export interface TestWorld {
  readonly world: World;
  readonly clock: Clock;
  /** Commits and gives the events published since the last call. */
  readonly take: () => Promise<WorldEvent[]>;
}

export async function openTestWorld(options: Partial<WorldOptions> = {}): Promise<TestWorld> {
  const clock: Clock = { nowMs: START_MS };
  const world = await World.open({
    store: new MemoryStore(),
    log: recordingLog().log,
    clock: () => clock.nowMs,
    ...options,
  });
  const events: WorldEvent[] = [];
  world.bus.subscribe((event) => events.push(event));
  const take = async () => {
    await world.committed();
    return events.splice(0);
  };
  return { world, clock, take };
}

export interface Town extends TestWorld {
  readonly guild: Guild;
  readonly owner: User;
  readonly human: User;
  readonly bot: User;
  readonly application: Application;
  readonly token: string;
  readonly channel: GuildChannel;
}

/** A guild with an owner, another human, a bot and a text channel; what happened before is committed and forgotten. */
export async function openTown(options: Partial<WorldOptions> = {}): Promise<Town> {
  const opened = await openTestWorld(options);
  const { world } = opened;
  const owner = world.users.create({ username: 'olga' });
  const human = world.users.create({ username: 'hugo', globalName: 'Hugo' });
  const { application, token } = world.applications.create({ name: 'Helper' });
  const bot = world.users.require(application.botUserId);
  const guild = world.guilds.create({ name: 'Town', ownerId: owner.id });
  const channel = world.channels.create(guild.id, { name: 'square' });
  world.members.add({ guildId: guild.id, userId: human.id });
  world.members.add({ guildId: guild.id, userId: bot.id });
  await opened.take();
  return { ...opened, guild, owner, human, bot, application, token, channel };
}

export function dispatches(events: readonly WorldEvent[]): readonly DispatchEvent[] {
  return events.filter((event) => event.kind === 'dispatch');
}

/** `kind` of each event, for dispatches the name. */
export function names(events: readonly WorldEvent[]): readonly string[] {
  return events.map((event) => (event.kind === 'dispatch' ? event.name : event.kind));
}

/** The only dispatch of that name, or a failure that says what there was. */
export function only(events: readonly WorldEvent[], name: string): DispatchEvent {
  const found = dispatches(events).filter((event) => event.name === name);
  const [event] = found;
  if (event === undefined || found.length > 1)
    throw new Error(`expected one ${name}, got ${names(events).join(', ')}`);
  return event;
}

/** Plans a party elsewhere that starts in a second, unless told otherwise. */
export function planEvent(
  { world, guild, human }: Town,
  input: Partial<ScheduledEventInput> = {},
): ScheduledEvent {
  return world.scheduledEvents.create(guild.id, {
    name: 'party',
    entityType: 3,
    location: 'the square',
    startTime: new Date(START_MS + 1_000).toISOString(),
    endTime: new Date(START_MS + 2_000).toISOString(),
    creatorId: human.id,
    ...input,
  });
}
