import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { ensureSample, type Guildhall, startGuildhall } from '@guildhall/server';
import { parseServeArguments, type ServeArguments } from './arguments.ts';
import { banner } from './banner.ts';
import { type BotProcess, startBot } from './bot-process.ts';
import { humanLogger } from './human-log.ts';
import { readSecret, writeSecret } from './secret-file.ts';
import { stopSignal } from './stop-signal.ts';
import { givenCertificate, keptCertificate, type TlsFiles } from './tls-files.ts';

/** What the sample bot gets to leave by itself before it is killed. */
const BOT_GRACE_MS = 3_000;
/** What other bots get to leave after op 7. */
const RECONNECT_GRACE_MS = 1_000;

/**
 * `guildhall serve`: runs until SIGINT or SIGTERM.
 * @returns the exit code
 * @throws UsageError
 */
export async function serve(args: readonly string[]): Promise<number> {
  const options = parseServeArguments(args);
  const stopped = stopSignal();
  const folder = await secretsFolder(options);
  try {
    await run(options, folder, stopped);
    return 0;
  } finally {
    if (options.memory) await rm(folder, { recursive: true, force: true });
  }
}

async function run(options: ServeArguments, folder: string, stopped: Promise<void>): Promise<void> {
  const log = humanLogger(options.logLevel);
  const ownerKeyFile = options.ownerKeyFile ?? join(folder, 'owner.key');
  const keptKey = await readSecret(ownerKeyFile);
  const tls = await tlsFiles(options, folder);
  await using hall = await startGuildhall({
    host: options.host,
    port: options.port,
    ...(tls === null ? {} : { tls: { ...tls.pair, port: options.tls?.port ?? 0 } }),
    portal: options.portal,
    store: options.memory ? 'memory' : { file: join(folder, 'guildhall.sqlite') },
    ...(keptKey === null ? {} : { ownerKey: keptKey }),
    log,
  });
  if (keptKey === null) await writeSecret(ownerKeyFile, hall.ownerKey);

  const sample = ensureSample(hall.world);
  await hall.world.committed();
  const tokenFile = join(folder, 'bot.token');
  const token = await sampleToken(hall, sample.application.id, sample.token, tokenFile);

  print(
    banner({
      apiBase: hall.apiBase,
      gatewayUrl: hall.gatewayUrl,
      portalUrl: hall.portalUrl,
      ownerApi: `${new URL(hall.apiBase).origin}/owner/v1`,
      secure: hall.secure === null || tls === null ? null : { ...hall.secure, caFile: shown(tls.caFile) },
      ownerKeyFile: shown(ownerKeyFile),
      tokenFile: shown(tokenFile),
      tokenPath: resolve(tokenFile),
      tokenIsStale: token === null,
      application: sample.application,
      guild: sample.guild,
    }),
  );

  let bot: BotProcess | null = null;
  if (options.botFile !== null && token !== null) {
    bot = startBot(
      resolve(options.botFile),
      { GUILDHALL_API: hall.apiBase, GUILDHALL_TOKEN_FILE: tokenFile },
      print,
    );
  }
  if (options.messagesPerMinute > 0) {
    hall.world.chatters.set(sample.guild.id, { isOn: true, perMinute: options.messagesPerMinute });
  }

  await stopped;
  print('Stopping: sessions are asked to reconnect (op 7) and the store is closed.');
  hall.world.chatters.stop();
  // The bot leaves while the server still answers, so that it can say goodbye.
  await bot?.stop(BOT_GRACE_MS);
  await hall.close({ graceMs: RECONNECT_GRACE_MS });
}

async function tlsFiles({ tls, host }: ServeArguments, folder: string): Promise<TlsFiles | null> {
  if (tls === null) return null;
  return tls.files === null ? keptCertificate(folder, [host]) : givenCertificate(tls.files);
}

async function secretsFolder({ memory, dataDir }: ServeArguments): Promise<string> {
  if (memory) return mkdtemp(join(tmpdir(), 'guildhall-'));
  const folder = resolve(dataDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/**
 * The sample bot's token, with its file in step. The server keeps a hash only, so a lost file means a new token; a file
 * that holds another token than the valid one is left alone, because somebody reset the token and uses the new one.
 * @returns null when the file's token is not valid
 */
async function sampleToken(
  hall: Guildhall,
  applicationId: string,
  fresh: string | null,
  file: string,
): Promise<string | null> {
  if (fresh !== null) {
    await writeSecret(file, fresh);
    return fresh;
  }
  const kept = await readSecret(file);
  if (kept !== null) return hall.world.applications.authenticate(kept) === undefined ? null : kept;
  const { token } = hall.world.applications.resetToken(applicationId);
  await hall.world.committed();
  await writeSecret(file, token);
  return token;
}

/** Paths below the working folder are shown relative to it. */
function shown(file: string): string {
  const short = relative(process.cwd(), file);
  return short.startsWith('..') ? file : short;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
