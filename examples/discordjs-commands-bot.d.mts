/** @returns the client, of which a test needs no more than its end */
export function startBot(options: {
  readonly token: string;
  readonly api?: string;
}): Promise<{ destroy(): Promise<void> }>;
