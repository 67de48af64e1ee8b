import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bots = fileURLToPath(new URL('../bots/', import.meta.url));
const cache = fileURLToPath(new URL('../../node_modules/.cache/interop/', import.meta.url));

export interface BotFolder {
  /** Of the sources, below `bots/`. */
  readonly name: string;
  /** The file that names what is installed. */
  readonly manifest: string;
  /** What else is installed. Each such set has a folder of its own. */
  readonly more?: readonly string[];
  /** Not called again as long as the manifest and `more` stay as they are. */
  readonly install: (folder: string) => Promise<void>;
}

/** A copy of a bot's folder in which its library is installed, outside of the sources. */
export async function botFolder({ name, manifest, more = [], install }: BotFolder): Promise<string> {
  const source = join(bots, name);
  const folder = join(cache, [name, ...more].join('+'));
  await mkdir(folder, { recursive: true });
  await cp(source, folder, { recursive: true });
  const hash = createHash('sha256').update(await readFile(join(source, manifest)));
  const wanted = `${hash.digest('hex')} for ABI ${process.versions.modules}`;
  const stamp = join(folder, '.installed');
  const installed = await readFile(stamp, 'utf8').catch(() => '');
  if (installed !== wanted) {
    await install(folder);
    await writeFile(stamp, wanted);
  }
  return folder;
}

/** A folder that the bots of one language share, for what they build alike. */
export async function sharedFolder(name: string): Promise<string> {
  const folder = join(cache, name);
  await mkdir(folder, { recursive: true });
  return folder;
}
