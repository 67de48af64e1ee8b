import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const BUILD_TIMEOUT_MS = 120_000;
const root = fileURLToPath(new URL('../', import.meta.url));

export interface NativeAddon {
  /** Of its package. */
  readonly name: string;
  readonly version: string;
  /** What its build leaves in `build/Release`. */
  readonly binary: string;
}

/** Where the package is, or why it cannot be had. */
export type AddonPlace =
  | { readonly type: 'built'; readonly folder: string }
  | { readonly type: 'missing'; readonly why: string };

/**
 * A package with a native part must be compiled for the Node that runs the tests and not for the one that installed the
 * dependencies. So it is built here, once, in a folder of its own.
 */
export async function buildAddon({ name, version, binary }: NativeAddon): Promise<AddonPlace> {
  const home = join(root, 'node_modules', '.cache', `${name}-${version}-abi${process.versions.modules}`);
  const folder = join(home, 'node_modules', name);
  const built: AddonPlace = { type: 'built', folder };
  if (existsSync(join(folder, 'build', 'Release', binary))) return built;
  const npm = process.env.npm_execpath;
  if (npm === undefined)
    return { type: 'missing', why: `${name} is built by npm: run the tests by \`npm test\`` };
  await mkdir(home, { recursive: true });
  await writeFile(
    join(home, 'package.json'),
    JSON.stringify({ private: true, allowScripts: { [name]: true } }),
  );
  try {
    await promisify(execFile)(
      process.execPath,
      [npm, 'install', `${name}@${version}`, '--no-audit', '--no-fund', '--no-package-lock'],
      // The headers of this very Node, where its package brings them.
      {
        cwd: home,
        timeout: BUILD_TIMEOUT_MS,
        env: { ...process.env, npm_config_nodedir: dirname(dirname(process.execPath)) },
      },
    );
  } catch (error) {
    const why = `${name} could not be built: ${error instanceof Error ? error.message.split('\n')[0] : error}`;
    return { type: 'missing', why };
  }
  if (existsSync(join(folder, 'build', 'Release', binary))) return built;
  return { type: 'missing', why: `${name} was installed without its native part` };
}
