import type { ResumableSession } from '@guildhall/protocol/client';
import type { EncodedCommand, SendOptions } from './command.ts';
import type { Gap } from './drift-watch.ts';
import type { Shard } from './shard.ts';
import type { ShardHost, ShardSettings } from './shard-settings.ts';
import type { ShardView } from './shard-view.ts';
import type { ShardReport } from './watching/shard-watch.ts';

/** A shard as those above it see it, in whatever thread it runs. What each does is told at {@link Shard}. */
export interface ShardHandle {
  readonly id: number;
  readonly view: ShardView;
  readonly report: ShardReport;
  readonly session: ResumableSession | null;
  open(): void;
  close(session: 'keep' | 'end'): Promise<void>;
  terminate(): void;
  halt(stop: Parameters<Shard['halt']>[0]): void;
  slept(gap: Gap): void;
  send(command: EncodedCommand, options: SendOptions): Promise<void>;
  setReading(paused: boolean): void;
}

export type MakeShard = (
  id: number,
  count: number,
  gatewayUrl: string,
  session: ResumableSession | null,
  settings: ShardSettings,
  host: ShardHost,
) => ShardHandle;
