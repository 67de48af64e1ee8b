/** A server that is measured and the sockets that hear it, each on its core. */
import { type Child, MEASURED_CORE, OPPOSITE_CORE, startChild } from './child.ts';
import type { GuildhallScene, SceneOptions } from './guildhall.ts';
import type { ConnectRequest } from './receivers.ts';
import type { Compression } from './sync-codec.ts';

export interface Crowd extends AsyncDisposable {
  readonly server: Child;
  readonly receivers: Child;
  readonly size: number;
}

export interface GuildhallCrowd extends Crowd {
  readonly scene: GuildhallScene;
}

export interface CrowdOptions {
  readonly size: number;
  readonly compression: Compression;
}

/** GUILDS, GUILD_PRESENCES, GUILD_MESSAGES, GUILD_MESSAGE_REACTIONS, GUILD_MESSAGE_TYPING, MESSAGE_CONTENT. */
const INTENTS = 1 | 256 | 512 | 1_024 | 2_048 | 32_768;
const SCENE: SceneOptions = { file: null, guilds: 1 };

/** The whole server, in memory and with one guild unless told otherwise, and sessions that hear everything. */
export async function startGuildhallCrowd(
  { size, compression }: CrowdOptions,
  options: Partial<SceneOptions> & { readonly nodeArgs?: readonly string[] } = {},
): Promise<GuildhallCrowd> {
  const { nodeArgs = [], ...given } = options;
  const { server, scene } = await startServer({ ...SCENE, ...given }, nodeArgs);
  const receivers = startReceivers();
  if (size > 0) await receivers.ask(identifyRequest(scene, { size, compression, ...given }));
  return crowdOf(server, receivers, size, { scene });
}

export async function startServer(
  options: SceneOptions,
  nodeArgs: readonly string[] = [],
): Promise<{ readonly server: Child; readonly scene: GuildhallScene }> {
  const server = startChild(new URL('./guildhall.ts', import.meta.url), { core: MEASURED_CORE, nodeArgs });
  return { server, scene: await server.ask<GuildhallScene>({ type: 'start', ...options }) };
}

export function identifyRequest(
  scene: GuildhallScene,
  { size, compression, guilds = 1 }: CrowdOptions & { readonly guilds?: number },
): ConnectRequest {
  const identify = {
    op: 2,
    d: {
      token: scene.token,
      intents: INTENTS,
      properties: { os: 'linux', browser: 'bench', device: 'bench' },
    },
  };
  return {
    type: 'connect',
    port: Number(new URL(scene.gatewayUrl).port),
    sockets: size,
    compression,
    handshake: 'gateway',
    // HELLO, READY, and the guilds.
    greetings: 2 + guilds,
    authorization: [JSON.stringify(identify)],
  };
}

/** Any other server: a file that answers `start` with its port. */
export async function startCrowd(
  file: URL,
  { size, compression, handshake }: CrowdOptions & { readonly handshake: 'raw' | 'websocket' },
): Promise<Crowd> {
  const server = startChild(file, { core: MEASURED_CORE });
  const { port } = await server.ask<{ port: number }>({ type: 'start' });
  const receivers = startReceivers();
  await receivers.ask({
    type: 'connect',
    port,
    sockets: size,
    compression,
    handshake,
    greetings: 0,
    authorization: [],
  } satisfies ConnectRequest);
  return crowdOf(server, receivers, size, {});
}

export function startReceivers(): Child {
  return startChild(new URL('./receivers.ts', import.meta.url), { core: OPPOSITE_CORE });
}

function crowdOf<More extends object>(
  server: Child,
  receivers: Child,
  size: number,
  more: More,
): Crowd & More {
  return {
    server,
    receivers,
    size,
    ...more,
    [Symbol.asyncDispose]: async () => {
      await receivers[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
