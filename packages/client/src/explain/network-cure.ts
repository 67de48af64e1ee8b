const CURES: readonly (readonly [pattern: RegExp, cure: string])[] = [
  [
    /ENOTFOUND|EAI_AGAIN/,
    'The name has no address: check it for a typing error, and the DNS of this machine.',
  ],
  [
    /ECONNREFUSED/,
    'Nothing listens at this address: check host and port and, for a server of your own, whether it runs.',
  ],
  [
    /certificate|altname|self.signed|CERT_|SSL|TLS/i,
    'TLS failed. Behind a proxy that opens TLS, or with a certificate of your own, set NODE_EXTRA_CA_CERTS to its CA; check the clock of this machine.',
  ],
  [
    /status 403|status 407|status 5\d\d/,
    'Something in between answered in place of the gateway, or the gateway is in trouble: check a proxy, and the status page of Discord.',
  ],
];

const GENERAL = 'Check the network, a firewall and a proxy in between; for Discord itself, its status page.';

/** What may help against a failure of the network, by what its message says. */
export function networkCure(message: string): string {
  return CURES.find(([pattern]) => pattern.test(message))?.[1] ?? GENERAL;
}
