import { availableParallelism } from 'node:os';
import { OptionError } from '../errors.ts';
import { integer } from '../option-checks.ts';

export type WorkersOption =
  /** Threads for the connections; every handler is in the main thread. */
  | number
  | 'auto'
  | {
      /** Threads. Default `auto`. */
      readonly count?: number | 'auto';
      /**
       * A module that each worker loads, as a `file:` URL: its export `handlers` is called with a {@link WorkerBot}, and adds
       * handlers that run in the worker, beside the shards.
       */
      readonly handlers: URL | string;
    };

export interface ResolvedWorkers {
  /** 0: none. */
  readonly count: number;
  readonly handlers: string | null;
}

const MAX_WORKERS = 64;

/**
 * @param presence the option, which crosses to the workers
 * @throws OptionError
 */
export function resolveWorkers(workers: unknown, presence: unknown): ResolvedWorkers {
  const resolved = resolve(workers);
  if (resolved.count > 0) requireCloneable('presence', presence);
  return resolved;
}

function resolve(workers: unknown): ResolvedWorkers {
  if (typeof workers === 'number' || workers === 'auto') {
    return { count: countOf('workers', workers, 0), handlers: null };
  }
  if (typeof workers !== 'object' || workers === null || !('handlers' in workers)) {
    throw new OptionError('workers', `"auto", an integer from 0 to ${MAX_WORKERS}, or { count?, handlers }`);
  }
  const count = 'count' in workers && workers.count !== undefined ? workers.count : 'auto';
  return { count: countOf('workers.count', count, 1), handlers: handlersOf(workers.handlers) };
}

function countOf(option: string, count: unknown, min: number): number {
  if (count !== 'auto') return integer(option, count, min, MAX_WORKERS);
  return Math.min(MAX_WORKERS, Math.max(1, availableParallelism() - 1));
}

function handlersOf(handlers: unknown): string {
  const text = handlers instanceof URL ? handlers.href : handlers;
  if (typeof text !== 'string' || !URL.canParse(text) || new URL(text).protocol !== 'file:') {
    const example = 'new URL("./handlers.js", import.meta.url)';
    throw new OptionError('workers.handlers', `a URL of file:, such as ${example}`);
  }
  return text;
}

function requireCloneable(option: string, value: unknown): void {
  try {
    structuredClone(value);
  } catch {
    throw new OptionError(option, 'plain data where "workers" is given: functions do not cross to a worker');
  }
}
