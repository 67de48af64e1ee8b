import { readFileSync } from 'node:fs';

export interface BannerFacts {
  readonly apiBase: string;
  readonly gatewayUrl: string;
  /** The link to the page; null when it is not served. */
  readonly portalUrl: string | null;
  readonly ownerApi: string;
  /** The same by TLS, and what a client must trust; null without. */
  readonly secure: {
    readonly apiBase: string;
    readonly gatewayUrl: string;
    readonly caFile: string;
  } | null;
  readonly ownerKeyFile: string;
  readonly tokenFile: string;
  /** The same from any folder, for what is pasted elsewhere. */
  readonly tokenPath: string;
  readonly tokenIsStale: boolean;
  readonly application: { readonly id: string; readonly name: string };
  readonly guild: { readonly id: string; readonly name: string };
}

/** What a user needs to connect a first bot; tokens are named by their file and never shown. */
export function banner(facts: BannerFacts): string {
  const token = JSON.stringify(facts.tokenPath);
  const stale = facts.tokenIsStale
    ? ['           The token in this file is no longer valid: it was reset. Put the new one there.']
    : [];
  const secure =
    facts.secure === null
      ? []
      : [
          `TLS        ${facts.secure.apiBase}  ${facts.secure.gatewayUrl}`,
          `           certificate to trust: ${facts.secure.caFile}  (NODE_EXTRA_CA_CERTS, SSL_CERT_FILE, curl --cacert, …)`,
        ];
  return [
    `Guildhall ${version()}, a local Discord`,
    ...(facts.portalUrl === null ? [] : [`Portal     ${facts.portalUrl}`]),
    `REST       ${facts.apiBase}`,
    `Gateway    ${facts.gatewayUrl}`,
    ...secure,
    `Owner API  ${facts.ownerApi}  (key in ${facts.ownerKeyFile})`,
    `Bot token  in ${facts.tokenFile}  (application "${facts.application.name}" ${facts.application.id}, guild "${facts.guild.name}" ${facts.guild.id})`,
    ...stale,
    '',
    'discord.js 14:',
    `  import { readFileSync } from 'node:fs'; import { Client } from 'discord.js';`,
    `  const client = new Client({ intents: ['Guilds', 'GuildMessages', 'MessageContent'], rest: { api: '${facts.apiBase}' } });`,
    `  client.on('messageCreate', (message) => console.log(message.author.username, message.content));`,
    `  await client.login(readFileSync(${token}, 'utf8').trim());`,
    '@guildhall/client:',
    `  import { readFileSync } from 'node:fs'; import { GatewayClient } from '@guildhall/client';`,
    `  const client = new GatewayClient({ apiBase: '${facts.apiBase}', token: readFileSync(${token}, 'utf8').trim(), intents: ['GUILDS', 'GUILD_MESSAGES', 'MESSAGE_CONTENT'] });`,
    `  client.on('MESSAGE_CREATE', (message) => console.log(message.author.username, message.content));`,
    '  await client.open();',
    'Guildhall is ready. Ctrl-C stops it.',
  ].join('\n');
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : '';
}
