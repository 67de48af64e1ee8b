import { fileURLToPath } from 'node:url';
import type { Outcome } from '../outcome.ts';
import { withPython } from '../toolchains/python-room.ts';
import { decodeAll, runs } from './program.ts';
import { TRANSPORTS } from './wire.ts';

const PROGRAM = fileURLToPath(new URL('./python/decode.py', import.meta.url));
/** What discord.py uses. */
const ZSTANDARD = 'zstandard==0.25.0';
/** What the standard library has from Python 3.14 on. */
const BACKPORT = 'backports.zstd==1.3.0';

/** zlib of the standard library; zstandard, and zstd of the standard library or what it was before it was there. */
export function python(): Promise<Outcome> {
  return withPython('decoders', ({ program, install }) => {
    const hasZstd = runs(program, '-c', 'import compression.zstd');
    install(...(hasZstd ? [ZSTANDARD] : [ZSTANDARD, BACKPORT]));
    const decoders = ['zstandard', hasZstd ? 'compression' : 'backports'];
    for (const transport of TRANSPORTS) {
      // They differ in zstd alone.
      for (const decoder of transport === 'zstd-stream' ? decoders : decoders.slice(0, 1)) {
        decodeAll(program, [PROGRAM, decoder], transport);
      }
    }
  });
}
