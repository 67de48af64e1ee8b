/** The packages of bench/package.json. They have no types here: what is used of them is declared where it is used. */

/** @throws Error when it is not installed */
export async function loadPeer<Module>(name: string): Promise<Module> {
  // The name is no literal, so that nothing looks for the package before it is needed.
  return (await import(name)) as Module;
}

/** The first of these that cannot be used, and why; null when all can. */
export async function missingOf(names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    try {
      await import(name);
    } catch (error) {
      const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
      return `${name} (${why})`;
    }
  }
  return null;
}
