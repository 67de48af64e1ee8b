/** @discordjs/ws 2 with zlib-sync, its fastest inflater. It has no zstd. */
import { loadPeer } from './packages.ts';

interface Dispatch {
  readonly t: string;
  readonly d: { readonly content: string };
}

export interface DiscordJsManager {
  on(event: 'dispatch', handler: (payload: Dispatch) => void): void;
  connect(): Promise<void>;
}

interface WsModule {
  readonly WebSocketManager: new (options: object) => DiscordJsManager;
  readonly CompressionMethod: { readonly ZlibSync: number };
}

interface RestModule {
  readonly REST: new (options: object) => { setToken(token: string): object };
}

export async function newDiscordJsManager(
  apiBase: string,
  {
    token,
    zlib,
    ...options
  }: { readonly token: string; readonly zlib: boolean; readonly [more: string]: unknown },
): Promise<DiscordJsManager> {
  const { WebSocketManager, CompressionMethod } = await loadPeer<WsModule>('@discordjs/ws');
  const { REST } = await loadPeer<RestModule>('@discordjs/rest');
  return new WebSocketManager({
    ...options,
    token,
    rest: new REST({ api: apiBase }).setToken(token),
    compression: zlib ? CompressionMethod.ZlibSync : null,
  });
}
