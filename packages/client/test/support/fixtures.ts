import {
  GatewayClient,
  type GatewayClientOptions,
  type GatewayEvents,
  type ShardDisconnected,
} from '@guildhall/client';
import type { FakeGateway, Peer, ReadyOptions } from './fake-gateway.ts';
import { Mailbox } from './mailbox.ts';

export const TOKEN = 'MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.secret-part-of-it';

/** Waits that a test does not want to wait for. Deadlines stay long unless a test is about them. */
export const QUICK = {
  backoffBaseMs: 2,
  backoffCapMs: 4,
  closeDeadlineMs: 150,
  invalidSessionMinMs: 1,
  invalidSessionMaxMs: 2,
  loopIdentifyMs: 4,
  secondLookMs: 5,
};

export function quickClient(
  gateway: { readonly url: string },
  options: Partial<GatewayClientOptions> = {},
): GatewayClient {
  return new GatewayClient({
    token: TOKEN,
    intents: ['GUILDS', 'GUILD_MESSAGES'],
    gatewayUrl: gateway.url,
    compression: 'none',
    ...options,
    timing: { ...QUICK, ...options.timing },
    identify: { bucketMs: 0, ...options.identify },
  });
}

/** A client that asks the gateway's own API for the address. */
export function apiClient(
  gateway: { readonly apiBase: string },
  options: Partial<GatewayClientOptions> = {},
): GatewayClient {
  return new GatewayClient({
    ...(options.tokenProvider === undefined ? { token: TOKEN } : {}),
    intents: 0,
    apiBase: gateway.apiBase,
    compression: 'none',
    ...options,
    timing: { ...QUICK, ...options.timing },
  });
}

/** First arguments of all events of a name, in order. */
export function collect<Name extends keyof GatewayEvents>(
  client: GatewayClient,
  name: Name,
): Mailbox<GatewayEvents[Name][0]> {
  const mailbox = new Mailbox<GatewayEvents[Name][0]>(`the event ${name}`);
  client.on(name, (...args: GatewayEvents[Name]) => mailbox.put(args[0]));
  return mailbox;
}

export interface Live extends AsyncDisposable {
  readonly client: GatewayClient;
  readonly peer: Peer;
}

/** A client that is live on its first connection. */
export async function goLive(
  gateway: FakeGateway,
  options: Partial<GatewayClientOptions> = {},
  ready: ReadyOptions = {},
): Promise<Live> {
  const client = quickClient(gateway, options);
  const opening = client.open();
  const peer = await gateway.accept();
  await peer.welcome(ready);
  await opening;
  return { client, peer, [Symbol.asyncDispose]: () => client.close() };
}

/** A loss without its error: what a test compares as a whole. */
export function plainLoss({ error: _error, ...loss }: ShardDisconnected): Omit<ShardDisconnected, 'error'> {
  return loss;
}
