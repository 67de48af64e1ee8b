/** What eris, oceanic.js and discord.js have in common. */
export interface RawEmitter<RawEvent extends string> {
  on(event: 'messageCreate', handler: (message: { readonly content: string }) => void): void;
  on(event: RawEvent, handler: (packet: { readonly op: number; readonly t: string }) => void): void;
  on(event: 'error', handler: (error: Error) => void): void;
  once(event: 'ready' | 'clientReady', handler: () => void): void;
}

/** Resolves when the client is ready; rejects with its first error before that. */
export function whenReady(
  client: RawEmitter<string>,
  readyEvent: 'ready' | 'clientReady' = 'ready',
): Promise<void> {
  return new Promise((resolve, reject) => {
    client.on('error', reject);
    client.once(readyEvent, () => resolve());
  });
}
