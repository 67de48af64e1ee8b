import type { Guildhall, SessionSnapshot } from '@guildhall/server';
import { Player } from './player.ts';
import type { ReplaySource } from './replay-source.ts';

/**
 * Every session that begins gets the recorded READY, and then what its shard heard.
 * @param speed times as fast as recorded; 0 for as fast as clients read
 * @returns a function that ends it
 */
export function playTo(
  hall: Guildhall,
  source: ReplaySource,
  speed: number,
  print: (line: string) => void,
): () => void {
  const { gateway } = hall;
  const playing = new Map<string, AbortController>();
  gateway.editReady(({ shard: [id] }, ready) => withRecorded(source.ready(id), ready));
  const unwatch = gateway.watch((event) => {
    if (event.kind === 'session-ended') playing.get(event.session.id)?.abort();
    if (event.kind !== 'session-opened') return;
    const ending = new AbortController();
    playing.set(event.session.id, ending);
    play(event.session, ending.signal).finally(() => playing.delete(event.session.id));
  });

  async function play({ id, shard: [shard] }: SessionSnapshot, signal: AbortSignal): Promise<void> {
    if (source.ready(shard) === undefined) {
      print(`session ${id}: nothing was recorded of shard ${shard}`);
      return;
    }
    const player = new Player(gateway, id);
    try {
      print(`session ${id}: shard ${shard} begins`);
      await player.play(source.events(shard), speed, signal);
      print(`session ${id}: all ${player.played} events were played`);
    } catch (error) {
      const why = signal.aborted ? '' : `: ${error instanceof Error ? error.message : String(error)}`;
      print(`session ${id}: ended after ${player.played} events${why}`);
    }
  }

  return () => {
    unwatch();
    for (const ending of playing.values()) ending.abort();
  };
}

/** The recorded one, with the session that there is now. */
function withRecorded(recorded: Readonly<Record<string, unknown>> | undefined, ready: object): object {
  if (recorded === undefined) return ready;
  const { v, session_id, resume_gateway_url } = ready as Readonly<Record<string, unknown>>;
  return { ...recorded, v, session_id, resume_gateway_url };
}
