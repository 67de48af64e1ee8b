import { safeFilename } from './attachments.ts';
import type { Snowflake, StoredFile } from './entities.ts';
import type { ReceivedFile } from './files.ts';
import type { AttachmentInput } from './resolved.ts';
import type { World } from './world.ts';

/** How many are kept: a command or a form has been looked at long before as many others were filled in. */
const MAX_FILES = 200;

/** What a user gives to a command or a modal: no message holds these files, and they go when enough others have come. */
export class EphemeralFiles {
  readonly #world: World;
  /** Oldest first. */
  readonly #ids: Snowflake[];

  constructor(world: World, stored: readonly StoredFile[]) {
    this.#world = world;
    this.#ids = stored
      .filter(({ address }) => address.startsWith(`/${FOLDER}/`))
      .map(({ id }) => id)
      .sort((a, b) => Number(BigInt(a) - BigInt(b)));
  }

  /** @returns what an option or a field takes */
  keep(
    channelId: Snowflake,
    file: ReceivedFile,
    { filename, ...more }: Pick<AttachmentInput, 'filename' | 'contentType' | 'width' | 'height'>,
  ): AttachmentInput {
    const { files } = this.#world;
    const name = safeFilename(filename);
    const address = ephemeralPath(channelId, file.id, name);
    files.keep(file, address);
    this.#ids.push(file.id);
    const [oldest] = this.#ids;
    if (oldest !== undefined && this.#ids.length > MAX_FILES) {
      this.#ids.shift();
      files.release(oldest);
    }
    return { filename: name, url: this.#world.urlOf(address), size: file.size, ...more };
  }
}

const FOLDER = 'ephemeral-attachments';

/** As {@link attachmentPath}, of a file that belongs to no message. */
export function ephemeralPath(channelId: Snowflake, id: Snowflake, filename: string): string {
  return `/${FOLDER}/${channelId}/${id}/${filename}`;
}
