import { fileURLToPath } from 'node:url';
import type { UserConfig } from 'vite';

/** Beside the source of the server, which serves it; published with it. */
const outDir = fileURLToPath(new URL('../server/page', import.meta.url));

// biome-ignore lint/style/noDefaultExport: Vite reads it
export default {
  build: {
    outDir,
    emptyOutDir: true,
    // The policy of the page allows no data: fonts or scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ['chrome123', 'firefox128', 'safari17.5'],
  },
} satisfies UserConfig;
