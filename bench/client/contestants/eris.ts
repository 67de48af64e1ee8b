/** eris with zlib-sync, and with every event that is not heard switched off. */
import { whenReady } from '../../peers/emitters.ts';
import { newErisClient } from '../../peers/eris.ts';
import type { Terms } from '../contestant.ts';
import { hear } from '../hear.ts';

const UNHEARD = [
  'PRESENCE_UPDATE',
  'TYPING_START',
  'MESSAGE_UPDATE',
  'MESSAGE_DELETE',
  'MESSAGE_REACTION_ADD',
  'VOICE_STATE_UPDATE',
  'GUILD_MEMBER_UPDATE',
];

export async function connect(terms: Terms): Promise<void> {
  const { gatewayUrl, token, intents, compression, hearing } = terms;
  // The raw packets are told before the events that it makes of them, which nobody hears then.
  const disabled = hearing === 'all' ? [...UNHEARD, 'MESSAGE_CREATE'] : UNHEARD;
  const client = await newErisClient(gatewayUrl, token, {
    intents,
    compress: compression === 'zlib',
    disableEvents: Object.fromEntries(disabled.map((name) => [name, true])),
  });
  hear(client, 'rawWS', terms);
  const ready = whenReady(client);
  await client.connect();
  await ready;
}
