/** eris, as far as the benches use it. */
import type { RawEmitter } from './emitters.ts';
import { loadPeer } from './packages.ts';

export interface ErisClient extends RawEmitter<'rawWS'> {
  connect(): Promise<void>;
  getBotGateway(): Promise<object>;
}

interface Eris {
  readonly Client: new (token: string, options: object) => ErisClient;
}

/** A client that goes to this gateway: its REST client speaks https only. */
export async function newErisClient(gatewayUrl: string, token: string, options: object): Promise<ErisClient> {
  const { Client } = await loadPeer<Eris>('eris');
  const client = new Client(`Bot ${token}`, options);
  client.getBotGateway = async () => ({
    url: gatewayUrl,
    session_start_limit: { max_concurrency: MAX_CONCURRENCY },
  });
  return client;
}

const MAX_CONCURRENCY = 1_000;
