/** What happens, as it happens, for everybody who listens to `GET /owner/v1/events`. */
import { randomUUID } from 'node:crypto';
import type { GatewayControl, GatewayEvent } from '../gateway/control.ts';
import type { WorldEvent } from '../world/events.ts';
import { interactionView } from '../world/interaction-view.ts';
import type { World } from '../world/world.ts';
import { ownersApplication } from './application-view.ts';
import type { MetricsSampler } from './metrics/sampler.ts';
import { SessionSummaries } from './session-summaries.ts';
import { StreamListener, type StreamSink } from './stream-listener.ts';

/** How often sessions are summed up. It is the stream's sign of life as well. */
const TURN_MS = 1_000;
/** Dispatches of one turn. The rest is dropped, and listeners are told to read again what they show. */
const MAX_DISPATCHES_PER_TURN = 2_000;
const MAX_LISTENERS = 100;

/** Where it hears what it tells. */
export interface StreamSources {
  readonly world: World;
  readonly control: GatewayControl;
  readonly metrics: MetricsSampler;
}

/**
 * One source for all listeners: an event is written as text once. While nobody listens it hangs on nothing and costs
 * nothing.
 */
export class EventStream {
  /** Another one means another run of the server: nothing that a listener knows need hold any more. */
  readonly #instance = randomUUID();
  readonly #sources: StreamSources;
  readonly #listeners = new Set<StreamListener>();
  #watch: Watch | null = null;

  constructor(sources: StreamSources) {
    this.#sources = sources;
  }

  get isFull(): boolean {
    return this.#listeners.size >= MAX_LISTENERS;
  }

  /** @returns a function that removes the listener */
  add(sink: StreamSink): () => void {
    // What came before is not for this one.
    this.#watch?.flush();
    const { world } = this.#sources;
    const listener = new StreamListener(sink, () => textOf(world, 'resync', {}));
    this.#listeners.add(listener);
    this.#watch ??= new Watch(this.#sources, this.#listeners);
    listener.send(textOf(world, 'hello', { instance: this.#instance }));
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#rest();
    };
  }

  /** The server ends, and so do all streams. */
  close(): void {
    for (const listener of this.#listeners) listener.end();
    this.#listeners.clear();
    this.#rest();
  }

  #rest(): void {
    this.#watch?.stop();
    this.#watch = null;
  }
}

/** From the first listener's coming to the last one's going. */
class Watch {
  readonly #world: World;
  readonly #control: GatewayControl;
  readonly #listeners: ReadonlySet<StreamListener>;
  readonly #summaries = new SessionSummaries();
  readonly #stops: readonly (() => void)[];
  #pending: string[] = [];
  #dispatches = 0;

  constructor({ world, control, metrics }: StreamSources, listeners: ReadonlySet<StreamListener>) {
    this.#world = world;
    this.#control = control;
    this.#listeners = listeners;
    const interval = setInterval(() => this.#endTurn(), TURN_MS).unref();
    this.#stops = [
      world.bus.subscribe((event) => this.#onWorldEvent(event)),
      control.watch((event) => this.#onGatewayEvent(event)),
      world.chatters.watch((guildId, chatter) => this.#tell('chatter', { guildId, chatter })),
      metrics.watch((sample) => this.#tell('metrics', { sample })),
      () => clearInterval(interval),
    ];
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#pending = [];
  }

  /** What has gathered goes out in one piece. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const text = this.#pending.join('');
    this.#pending = [];
    for (const listener of this.#listeners) listener.send(text);
  }

  #onWorldEvent(event: WorldEvent): void {
    switch (event.kind) {
      case 'dispatch': {
        this.#dispatches += 1;
        if (this.#dispatches > MAX_DISPATCHES_PER_TURN) return;
        const { name, guildId, channelId, d } = event;
        this.#tell('dispatch', { name, guildId, channelId, d });
        return;
      }
      case 'application-changed': {
        const application = this.#world.applications.get(event.applicationId);
        if (application === undefined) return;
        this.#tell('application', { application: ownersApplication(this.#world, application) });
        return;
      }
      case 'application-revoked':
        // The gateway tells of it, before the sessions that end.
        return;
      case 'guild-permissions':
      case 'voice-connected':
        return;
      case 'interaction-changed': {
        const interaction = this.#world.interactions.get(event.interactionId);
        if (interaction === undefined) return;
        this.#tell('interaction', { interaction: interactionView(this.#world, interaction) });
        return;
      }
      default: {
        const { kind, ...fields } = event;
        this.#tell(kind, fields);
      }
    }
  }

  #onGatewayEvent(event: GatewayEvent): void {
    const { kind, ...fields } = event;
    // The summaries of sessions tell of them.
    if (kind === 'heartbeat') return;
    if (kind === 'session-ended') this.#summaries.forget(event.session.id);
    this.#tell(kind, fields);
  }

  #endTurn(): void {
    if (this.#dispatches > MAX_DISPATCHES_PER_TURN) this.#tell('resync', {});
    this.#dispatches = 0;
    this.#tell('sessions', { sessions: this.#summaries.turn(this.#control.sessions()) });
    this.flush();
  }

  #tell(type: string, fields: object): void {
    if (this.#pending.length === 0) setImmediate(() => this.flush());
    this.#pending.push(textOf(this.#world, type, fields));
  }
}

function textOf(world: World, type: string, fields: object): string {
  const at = new Date(world.now()).toISOString();
  return `data: ${JSON.stringify({ type, at, ...fields })}\n\n`;
}
