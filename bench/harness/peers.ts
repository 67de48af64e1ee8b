/** The packages of bench/package.json. They have no types here: what is used of them is declared where it is used. */

/** @throws Error when it is not installed */
export async function loadPeer<Module>(name: string): Promise<Module> {
  // The name is no literal, so that nothing looks for the package before it is needed.
  return (await import(name)) as Module;
}

/** Why a package cannot be used; null when it can. */
export async function whyMissing(name: string): Promise<string | null> {
  try {
    await import(name);
    return null;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}
