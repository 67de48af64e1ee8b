/** The libraries that walk, in the order of the table. */
import { goBot } from './toolchains/go.ts';
import { nodeBot, ownBot } from './toolchains/node.ts';
import { pythonBot } from './toolchains/python.ts';
import type { Library } from './walk/library.ts';

export const LIBRARIES: readonly Library[] = [
  {
    name: '@guildhall/client',
    language: 'JavaScript',
    version: '0.1.0',
    source: 'own-client/bot.ts',
    prepare: () => ownBot('own-client/bot.ts'),
    variants: [
      { encoding: 'json', compression: 'zlib-stream' },
      { encoding: 'json', compression: 'zstd-stream', environment: { WALK_COMPRESSION: 'zstd' }, tls: true },
    ],
  },
  {
    name: 'discord.js',
    language: 'JavaScript',
    version: '14.28.1',
    source: 'discordjs/bot.mjs',
    prepare: ({ addons }) =>
      addons === undefined ? ownBot('discordjs/bot.mjs') : nodeBot('discordjs', addons),
    variants: [
      { encoding: 'json', compression: 'none' },
      { encoding: 'json', compression: 'none', tls: true },
      { encoding: 'json', compression: 'zlib-stream', addons: ['zlib-sync'] },
    ],
  },
  {
    name: '@discordjs/ws and core',
    language: 'JavaScript',
    version: '2.0.4, 2.6.0',
    source: 'discordjs-ws/bot.mjs',
    prepare: ({ addons }) => nodeBot('discordjs-ws', addons),
    variants: [
      { encoding: 'json', compression: 'zlib-payload', environment: { WALK_COMPRESSION: 'identify' } },
      { encoding: 'json', compression: 'zlib-stream', environment: { WALK_COMPRESSION: 'zlib-native' } },
      {
        encoding: 'json',
        compression: 'zstd-stream',
        environment: { WALK_COMPRESSION: 'zstd-native' },
        tls: true,
      },
    ],
  },
  {
    name: 'Eris',
    language: 'JavaScript',
    version: '0.18.0',
    source: 'eris/bot.mjs',
    prepare: ({ addons }) => nodeBot('eris', addons),
    variants: [
      { encoding: 'json', compression: 'none', tls: true },
      { encoding: 'json', compression: 'zlib-stream', tls: true, environment: { WALK_COMPRESS: '1' } },
      {
        encoding: 'etf',
        compression: 'zlib-stream',
        tls: true,
        environment: { WALK_COMPRESS: '1' },
        addons: ['erlpack', 'zlib-sync'],
      },
    ],
  },
  {
    name: 'Oceanic',
    language: 'JavaScript',
    version: '1.15.0',
    source: 'oceanic/bot.mjs',
    prepare: ({ addons }) => nodeBot('oceanic', addons),
    variants: [
      { encoding: 'json', compression: 'none' },
      { encoding: 'json', compression: 'zlib-stream', environment: { WALK_COMPRESSION: 'zlib-stream' } },
      { encoding: 'json', compression: 'zstd-stream', environment: { WALK_COMPRESSION: 'zstd-stream' } },
      { encoding: 'etf', compression: 'none', addons: ['erlpack'] },
      {
        encoding: 'etf',
        compression: 'zlib-stream',
        environment: { WALK_COMPRESSION: 'zlib-stream' },
        addons: ['erlpack', 'zlib-sync'],
      },
    ],
  },
  {
    name: 'Discordeno',
    language: 'JavaScript',
    version: '21.0.0',
    source: 'discordeno/bot.mjs',
    prepare: ({ addons }) => nodeBot('discordeno', addons),
    variants: [
      { encoding: 'json', compression: 'zlib-payload', environment: { WALK_COMPRESS: '1' } },
      { encoding: 'json', compression: 'zlib-stream', environment: { WALK_COMPRESSION: 'zlib-stream' } },
      {
        encoding: 'json',
        compression: 'zstd-stream',
        environment: { WALK_COMPRESSION: 'zstd-stream' },
        tls: true,
      },
    ],
  },
  {
    name: 'Seyfert',
    language: 'JavaScript',
    version: '5.1.0',
    source: 'seyfert/bot.mjs',
    prepare: ({ addons }) => nodeBot('seyfert', addons),
    variants: [
      { encoding: 'json', compression: 'none', tls: true },
      { encoding: 'json', compression: 'zlib-payload', tls: true, environment: { WALK_COMPRESS: '1' } },
    ],
  },
  {
    name: 'discordgo',
    language: 'Go',
    version: '0.29.0',
    source: 'discordgo/main.go',
    prepare: () => goBot('discordgo'),
    variants: [
      { encoding: 'json', compression: 'zlib-payload' },
      { encoding: 'json', compression: 'none', environment: { WALK_COMPRESS: '0' }, tls: true },
    ],
  },
  {
    name: 'discord.py',
    language: 'Python',
    version: '2.7.1',
    source: 'discordpy/bot.py',
    prepare: () => pythonBot('discordpy'),
    variants: [{ encoding: 'json', compression: 'zstd-stream' }],
  },
];
