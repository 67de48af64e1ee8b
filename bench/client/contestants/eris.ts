/** eris with zlib-sync, and with every event that is not heard switched off. */
import { loadPeer } from '../../harness/peers.ts';
import type { Terms } from '../contestant.ts';

interface Client {
  on(event: 'messageCreate', handler: (message: { readonly content: string }) => void): void;
  on(event: 'rawWS', handler: (packet: { readonly op: number; readonly t: string }) => void): void;
  on(event: 'error', handler: (error: Error) => void): void;
  once(event: 'ready', handler: () => void): void;
  connect(): Promise<void>;
  getBotGateway(): Promise<object>;
}

interface Eris {
  readonly Client: new (token: string, options: object) => Client;
}

const UNHEARD = [
  'PRESENCE_UPDATE',
  'TYPING_START',
  'MESSAGE_UPDATE',
  'MESSAGE_DELETE',
  'MESSAGE_REACTION_ADD',
  'VOICE_STATE_UPDATE',
  'GUILD_MEMBER_UPDATE',
];

export async function connect({
  gatewayUrl,
  token,
  intents,
  compression,
  hearing,
  heard,
}: Terms): Promise<void> {
  const { Client } = await loadPeer<Eris>('eris');
  // The raw packets are told before the events that it makes of them, which nobody hears then.
  const disabled = hearing === 'all' ? [...UNHEARD, 'MESSAGE_CREATE'] : UNHEARD;
  const client = new Client(`Bot ${token}`, {
    intents,
    compress: compression === 'zlib',
    disableEvents: Object.fromEntries(disabled.map((name) => [name, true])),
  });
  // Its REST client speaks https only.
  client.getBotGateway = async () => ({ url: gatewayUrl });
  const ready = Promise.withResolvers<void>();
  client.on('error', (error) => ready.reject(error));
  client.once('ready', () => ready.resolve());
  if (hearing === 'all') {
    client.on('rawWS', ({ op, t }) => {
      if (op === 0) heard(t);
    });
  } else {
    client.on('messageCreate', (message) => heard(message.content));
  }
  await client.connect();
  await ready.promise;
}
