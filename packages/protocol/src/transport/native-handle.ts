/**
 * What stands behind a stream of node:zlib and can be driven synchronously. It is undocumented, so whoever uses it tests
 * first that it behaves as expected, and has a second way.
 */
export interface NativeHandle {
  writeSync(
    flush: number,
    input: Buffer,
    inputOffset: number,
    inputLength: number,
    output: Buffer,
    outputOffset: number,
    outputLength: number,
  ): void;
  /** Forgets what it was fed so far. */
  reset(): void;
  /** Called from within `writeSync`. */
  onerror: (message: string) => void;
}

export interface NativeParts {
  readonly handle: NativeHandle;
  /** After each write: output room left, input bytes left. */
  readonly state: Uint32Array;
}

/** The streams around the handles allocate a chunk of their own, which stays unused: the least that Node allows. */
export const UNUSED_CHUNK_BYTES = 64;

/** @throws Error when the runtime has none of the known shape */
export function nativeParts(stream: object): NativeParts {
  const handle = '_handle' in stream ? stream._handle : undefined;
  const state = '_writeState' in stream ? stream._writeState : undefined;
  if (!isNativeHandle(handle) || !(state instanceof Uint32Array) || state.length !== 2) {
    throw new Error('node:zlib has no native handle of the known shape');
  }
  return { handle, state };
}

function isNativeHandle(value: unknown): value is NativeHandle {
  return (
    typeof value === 'object' &&
    value !== null &&
    'writeSync' in value &&
    typeof value.writeSync === 'function' &&
    'reset' in value &&
    typeof value.reset === 'function' &&
    'onerror' in value &&
    typeof value.onerror === 'function'
  );
}
