/** The libraries that walk, in the order of the table. */
import { goBot } from './toolchains/go.ts';
import { javaBot } from './toolchains/java.ts';
import { nodeBot, ownBot } from './toolchains/node.ts';
import { pythonBot } from './toolchains/python.ts';
import { rustBot } from './toolchains/rust.ts';
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
    prepare: ({ packages }) =>
      packages === undefined ? ownBot('discordjs/bot.mjs') : nodeBot('discordjs', packages),
    variants: [
      { encoding: 'json', compression: 'none' },
      { encoding: 'json', compression: 'none', tls: true },
      { encoding: 'json', compression: 'zlib-stream', packages: ['zlib-sync'] },
    ],
  },
  {
    name: '@discordjs/ws and core',
    language: 'JavaScript',
    version: '2.0.4, 2.6.0',
    source: 'discordjs-ws/bot.mjs',
    prepare: ({ packages }) => nodeBot('discordjs-ws', packages),
    variants: [
      {
        encoding: 'json',
        compression: 'zlib-payload',
        environment: { WALK_COMPRESSION: 'identify' },
        deviations: {
          members: {
            why: 'messages that are inflated side by side overtake one another, so that the last chunk may come first (`unpackMessage`)',
            shows: /MEMBERS/,
            sometimes: true,
          },
        },
      },
      {
        encoding: 'json',
        compression: 'zlib-stream',
        environment: { WALK_COMPRESSION: 'zlib-native' },
        tls: true,
      },
    ],
    deviations: {
      'refused upgrade': {
        why: 'after a dial that failed it begins a new session (`failedToConnectDueToNetworkError`)',
        shows: /not resumed/,
      },
    },
  },
  {
    name: 'Eris',
    language: 'JavaScript',
    version: '0.18.0',
    source: 'eris/bot.mjs',
    prepare: ({ packages }) => nodeBot('eris', packages),
    variants: [
      { encoding: 'json', compression: 'none', tls: true },
      { encoding: 'json', compression: 'zlib-stream', tls: true, environment: { WALK_COMPRESS: '1' } },
      {
        encoding: 'etf',
        compression: 'zlib-stream',
        tls: true,
        environment: { WALK_COMPRESS: '1' },
        packages: ['erlpack', 'zlib-sync'],
      },
    ],
  },
  {
    name: 'Oceanic',
    language: 'JavaScript',
    version: '1.15.0',
    source: 'oceanic/bot.mjs',
    prepare: ({ packages }) => nodeBot('oceanic', packages),
    variants: [
      { encoding: 'json', compression: 'none' },
      { encoding: 'json', compression: 'zlib-stream', environment: { WALK_COMPRESSION: 'zlib-stream' } },
      { encoding: 'json', compression: 'zstd-stream', environment: { WALK_COMPRESSION: 'zstd-stream' } },
      { encoding: 'etf', compression: 'none', packages: ['erlpack'] },
      {
        encoding: 'etf',
        compression: 'zlib-stream',
        environment: { WALK_COMPRESSION: 'zlib-stream' },
        packages: ['erlpack', 'zlib-sync'],
      },
    ],
  },
  {
    name: 'Discordeno',
    language: 'JavaScript',
    version: '21.0.0',
    source: 'discordeno/bot.mjs',
    prepare: ({ packages }) => nodeBot('discordeno', packages),
    variants: [
      { encoding: 'json', compression: 'zlib-payload', environment: { WALK_COMPRESS: '1' } },
      { encoding: 'json', compression: 'zlib-stream', environment: { WALK_COMPRESSION: 'zlib-stream' } },
      {
        encoding: 'json',
        compression: 'zstd-stream',
        environment: { WALK_COMPRESSION: 'zstd-stream' },
        tls: true,
        deviations: {
          'log in': {
            why: 'it takes each zstd block for a whole message; ours have several, as those of Discord from 128 KiB on',
            shows: /JSON/,
          },
        },
      },
    ],
    deviations: {
      'refused upgrade': {
        why: 'a resume whose dial fails is followed by a new session (`handleClose`)',
        shows: /not resumed/,
      },
    },
  },
  {
    name: 'Seyfert',
    language: 'JavaScript',
    version: '5.1.0',
    source: 'seyfert/bot.mjs',
    prepare: ({ packages }) => nodeBot('seyfert', packages),
    variants: [
      { encoding: 'json', compression: 'none', tls: true },
      { encoding: 'json', compression: 'zlib-payload', tls: true, environment: { WALK_COMPRESS: '1' } },
    ],
    deviations: {
      'refused upgrade': {
        why: 'an upgrade that is answered with a status is noticed after 30 s only, and a new session begins',
        shows: /not resumed|back on another connection/,
      },
    },
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
    deviations: {
      zombie: {
        why: 'it closes a connection without acknowledgements with 1000, which ends the session (`heartbeat`, `Close`)',
        shows: /not resumed/,
      },
      '4003, then 4014': {
        why: 'it tells nobody that a reconnect is refused for good, and dials again for ever (`reconnect`)',
        shows: /never said "STOPPED"/,
      },
    },
  },
  {
    name: 'disgo',
    language: 'Go',
    version: '0.18.15',
    source: 'disgo/main.go',
    prepare: () => goBot('disgo'),
    deviations: {
      zombie: {
        why: 'it does not look for acknowledgements (`heartbeat`), and goes on with a connection without them',
        shows: /not within .* back on another connection/,
      },
    },
    variants: [
      { encoding: 'json', compression: 'none', tls: true },
      { encoding: 'json', compression: 'zlib-payload', environment: { WALK_COMPRESS: '1' } },
    ],
  },
  {
    name: 'discord.py',
    language: 'Python',
    version: '2.7.1',
    source: 'discordpy/discordpy_bot.py',
    prepare: ({ packages }) => pythonBot('discordpy', 'discordpy', packages),
    variants: [
      { encoding: 'json', compression: 'zlib-stream' },
      { encoding: 'json', compression: 'zstd-stream', packages: ['zstandard==0.25.0'], tls: true },
    ],
  },
  {
    name: 'disnake',
    language: 'Python',
    version: '2.12.2',
    source: 'discordpy/disnake_bot.py',
    prepare: () => pythonBot('discordpy', 'disnake'),
    variants: [{ encoding: 'json', compression: 'zlib-stream' }],
    deviations: {
      'refused upgrade': {
        why: 'after a dial that failed it begins a new session (`Client.connect`)',
        shows: /not resumed/,
      },
    },
  },
  {
    name: 'Nextcord',
    language: 'Python',
    version: '2.6.0',
    source: 'discordpy/nextcord_bot.py',
    prepare: () => pythonBot('discordpy', 'nextcord'),
    variants: [{ encoding: 'json', compression: 'zlib-stream' }],
  },
  {
    name: 'Pycord',
    language: 'Python',
    version: '2.8.1',
    source: 'discordpy/pycord_bot.py',
    prepare: () => pythonBot('discordpy', 'pycord'),
    variants: [{ encoding: 'json', compression: 'zlib-stream' }],
  },
  {
    name: 'Hikari',
    language: 'Python',
    version: '2.7.0',
    source: 'hikari/hikari_bot.py',
    prepare: ({ packages }) => pythonBot('hikari', 'hikari', packages),
    variants: [
      { encoding: 'json', compression: 'zlib-stream' },
      { encoding: 'json', compression: 'zstd-stream', packages: ['backports.zstd==1.8.0'], tls: true },
    ],
    deviations: {
      '4003, then 4014': {
        why: 'it takes 4003 for the end and does not identify again (`_RECONNECTABLE_CLOSE_CODES`)',
        shows: /refused with 4014/,
      },
    },
  },
  {
    name: 'JDA',
    language: 'Java',
    version: '6.5.0',
    source: 'jda/src/main/java/Bot.java',
    prepare: () => javaBot('jda'),
    deviations: {
      threads: {
        why: 'it tells of a thread that it has started itself only when the event comes before the answer to its request (`ThreadCreateHandler`)',
        shows: /never said "THREAD/,
        sometimes: true,
      },
    },
    variants: [
      { encoding: 'json', compression: 'zlib-stream' },
      { encoding: 'json', compression: 'none', environment: { WALK_COMPRESSION: 'NONE' } },
    ],
  },
  {
    name: 'twilight',
    language: 'Rust',
    version: '0.18.0',
    source: 'twilight/src/main.rs',
    prepare: () => rustBot('twilight'),
    variants: [
      { encoding: 'json', compression: 'zstd-stream' },
      { encoding: 'json', compression: 'zstd-stream', tls: true },
    ],
  },
  {
    name: 'serenity',
    language: 'Rust',
    version: '0.12.5',
    source: 'serenity/src/main.rs',
    prepare: () => rustBot('serenity'),
    deviations: {
      '429': {
        why: 'with `proxy` its rate limiter must be off, and then it does not ask again',
        shows: /no MESSAGE_CREATE/,
      },
      'refused upgrade': {
        why: 'a resume whose dial fails is followed by a new session (`ShardRunner`, "Resume failed, reidentifying")',
        shows: /not resumed/,
      },
      zombie: {
        why: 'it notices, and begins a new session (`ShardRunner`, "Error heartbeating")',
        shows: /not resumed/,
      },
    },
    variants: [
      { encoding: 'json', compression: 'zlib-payload' },
      { encoding: 'json', compression: 'zlib-payload', tls: true },
    ],
  },
];
