import { type DispatchName, isDispatchName } from '@guildhall/protocol/client';
import { OptionError } from './errors.ts';
import { integer } from './option-checks.ts';

/** What happens to events between their arrival and the end of their handlers. */
export interface HandlingOptions {
  /**
   * Events that may wait for sequential handlers and iterators, all together, before the client lets no more in. Default
   * 5000: some seconds of a large bot, and a few megabytes; 1..1000000. What one read from a socket holds comes on top.
   */
  readonly highWaterMark?: number;
  /** Where all is as before. Default half of `highWaterMark`; 0..highWaterMark - 1. */
  readonly lowWaterMark?: number;
  /**
   * Events that are left out while the bot is behind, such as `['PRESENCE_UPDATE', 'TYPING_START']`; reading is then
   * paused at twice `highWaterMark` only. Default none: nothing is lost, and reading is paused at `highWaterMark`.
   * They count as handed over: no resume brings them back.
   */
  readonly shed?: readonly DispatchName[];
  /**
   * Sequential handlers that run at the same time, for each kind of key. Default 256: as many open requests as most
   * databases and REST limits bear; 1..65536.
   */
  readonly maxConcurrent?: number;
  /**
   * From where a session that was kept goes on. `received` (default): behind the last event that was handed to handlers.
   * `handled`: behind the last one up to which all handlers of all events have finished, so that a process that ends
   * in the middle of them misses none (at least once). Those that had finished out of order come again, marked
   * `replayed`. A connection that breaks while the process lives repeats nothing: its handlers are still at work. After
   * `reshard` only what came since the new shards began can come again.
   */
  readonly resumeFrom?: 'received' | 'handled';
}

export type ResolvedHandling = Required<HandlingOptions>;

const DEFAULT_HIGH_WATER_MARK = 5_000;

/** @throws OptionError */
export function resolveHandling(options: HandlingOptions): ResolvedHandling {
  if (typeof options !== 'object' || options === null) throw new OptionError('handling', 'an object');
  const { shed = [], resumeFrom = 'received' } = options;
  const highWaterMark = integer(
    'handling.highWaterMark',
    options.highWaterMark ?? DEFAULT_HIGH_WATER_MARK,
    1,
    1_000_000,
  );
  if (!Array.isArray(shed) || !shed.every((name) => typeof name === 'string' && isSheddable(name))) {
    throw new OptionError('handling.shed', 'a list of event names, without READY and RESUMED');
  }
  if (resumeFrom !== 'received' && resumeFrom !== 'handled') {
    throw new OptionError('handling.resumeFrom', '"received" or "handled"');
  }
  return {
    highWaterMark,
    lowWaterMark: integer(
      'handling.lowWaterMark',
      options.lowWaterMark ?? Math.floor(highWaterMark / 2),
      0,
      highWaterMark - 1,
    ),
    shed: [...shed],
    maxConcurrent: integer('handling.maxConcurrent', options.maxConcurrent ?? 256, 1, 65_536),
    resumeFrom,
  };
}

/** A session whose beginning is left out makes no sense to anybody. */
function isSheddable(name: string): boolean {
  return isDispatchName(name) && name !== 'READY' && name !== 'RESUMED';
}
