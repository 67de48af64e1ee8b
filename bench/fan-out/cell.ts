/** One number of receivers, one compression, one load: Guildhall in every way, a floor, and peers where they run. */
import type { Crowd, GuildhallCrowd } from '../harness/crowd.ts';
import type { Load } from '../harness/guildhall.ts';
import { interleave, type PassCount, type Samples } from '../harness/passes.ts';
import type { Compression } from '../harness/sync-codec.ts';
import { startPeers } from './peers.ts';
import { lookAt, publisher } from './publishing.ts';
import type { LoopMode } from './ws-loop.ts';

export const EVENTS_PER_BURST = 8;

export interface Effort {
  readonly passes: PassCount;
  readonly deliveries: number;
}

export interface CellTerms {
  readonly floor: Crowd;
  readonly guildhall: GuildhallCrowd;
  readonly compression: Compression;
  readonly load: Load;
  readonly effort: Effort;
  readonly withPeers: boolean;
}

/** Microseconds per delivery. */
export interface Cell {
  readonly receivers: number;
  readonly compression: Compression;
  readonly load: Load;
  readonly wireBytes: number;
  readonly ours: Samples;
  readonly bursts: Samples;
  readonly floor: Samples;
  readonly peers: ReadonlyMap<LoopMode, Samples>;
}

export async function measureCell(terms: CellTerms): Promise<Cell> {
  const { floor, guildhall, compression, load, effort } = terms;
  const { deliveries, passes } = effort;
  const { size } = guildhall;
  const { wireBytes, texts } = await lookAt(guildhall, load);
  await using stack = new AsyncDisposableStack();
  const peers = terms.withPeers ? await startPeers(stack, compression, { size, deliveries, texts }) : [];
  const ours = (name: string, perTurn: number) =>
    publisher({ name, crowd: guildhall, deliveries, request: { load, perTurn } });
  const samples = await interleave(
    [
      ours('Guildhall', 1),
      ours(`Guildhall, ${EVENTS_PER_BURST} events a turn`, EVENTS_PER_BURST),
      publisher({
        name: 'floor: socket.write of a constant',
        crowd: floor,
        deliveries,
        request: { bytes: Math.round(wireBytes) },
      }),
      ...peers.map(({ contestant }) => contestant),
    ],
    passes,
  );
  for (const peer of peers) await peer.verify();
  const [single, bursts, constant, ...theirs] = samples;
  if (single === undefined || bursts === undefined || constant === undefined) throw new Error('no samples');
  return {
    receivers: size,
    compression,
    load,
    wireBytes,
    ours: single,
    bursts,
    floor: constant,
    peers: new Map(peers.map(({ mode }, index) => [mode, theirs[index] as Samples])),
  };
}
