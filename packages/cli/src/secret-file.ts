import { chmod, open, readFile, rename } from 'node:fs/promises';

const OWNER_ONLY = 0o600;

/** The secret in the file, or null if there is no such file. */
export async function readSecret(file: string): Promise<string | null> {
  try {
    const text = (await readFile(file, 'utf8')).trim();
    return text === '' ? null : text;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Writes the secret so that only its owner can read it at any moment, and never half of it. */
export async function writeSecret(file: string, secret: string): Promise<void> {
  const draft = `${file}.${process.pid}.new`;
  const handle = await open(draft, 'w', OWNER_ONLY);
  try {
    await handle.writeFile(`${secret}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  // `open` leaves the mode of a file that was there before.
  await chmod(draft, OWNER_ONLY);
  await rename(draft, file);
}
