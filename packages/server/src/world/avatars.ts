import type { Snowflake, StoredFile } from './entities.ts';
import type { ReceivedFile } from './files.ts';
import type { World } from './world.ts';

const FOLDER = 'avatars';
const ADDRESS = /^\/avatars\/(\d+)\/(\w+)\./;

/** The pictures of users whose bytes this server has, at the addresses that Discord's CDN would have them. */
export class Avatars {
  readonly #world: World;
  /** By user. */
  readonly #files = new Map<Snowflake, StoredFile>();

  constructor(world: World, stored: readonly StoredFile[]) {
    this.#world = world;
    for (const file of stored) {
      const userId = ADDRESS.exec(file.address)?.[1];
      if (userId !== undefined) this.#files.set(userId, file);
    }
  }

  /** The file of that address, under whichever ending it is asked for. */
  find(userId: Snowflake, filename: string): StoredFile | undefined {
    const file = this.#files.get(userId);
    const hash = ADDRESS.exec(file?.address ?? '')?.[2];
    return hash !== undefined && filename.split('.')[0] === hash ? file : undefined;
  }

  /** Part of a change: the user gets this picture in place of the one before. @param extension of its kind: png, jpg */
  keep(userId: Snowflake, picture: ReceivedFile, hash: string, extension: string): void {
    this.release(userId);
    const address = `/${FOLDER}/${userId}/${hash}.${extension}`;
    this.#files.set(userId, this.#world.files.keep(picture, address));
  }

  /** Part of a change: the user has none any more. */
  release(userId: Snowflake): void {
    const file = this.#files.get(userId);
    if (file === undefined) return;
    this.#files.delete(userId);
    this.#world.files.release(file.id);
  }
}
