import type { WorldEvent } from '../../src/world/events.ts';
import type { TestServer } from './test-server.ts';

/** Events of the world from now on. */
export function recordEvents({ world }: TestServer): WorldEvent[] {
  const events: WorldEvent[] = [];
  world.bus.subscribe((event) => events.push(event));
  return events;
}

export function dispatchNames(events: readonly WorldEvent[]): string[] {
  return events.flatMap((event) => (event.kind === 'dispatch' ? [event.name] : []));
}
