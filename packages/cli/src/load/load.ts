import { setTimeout as sleep } from 'node:timers/promises';
import { PRIVILEGED_INTENTS } from '@guildhall/protocol';
import { startGuildhall } from '@guildhall/server';
import { writeSecret } from '../secret-file.ts';
import { stopSignal } from '../stop-signal.ts';
import { parseLoadArguments } from './load-arguments.ts';
import { LoadMix } from './load-mix.ts';
import { LoadMeter, type LoadReport, reportLines } from './load-report.ts';
import { Pacer } from './pacer.ts';

const REPORT_EVERY_MS = 5_000;
/** What is kept of the past is kept in memory. */
const WORLD_LIMITS = { messagesPerChannel: 100, auditLogEntriesPerGuild: 100 };

/**
 * `guildhall load`: runs until SIGINT or SIGTERM, or as long as was asked for.
 * @returns the exit code
 * @throws UsageError; the system's error when the port cannot be had
 */
export async function load(args: readonly string[]): Promise<number> {
  const options = parseLoadArguments(args);
  const { guilds, rate, seconds, host, port, tokenFile, json } = options;
  const stopped = stopSignal();
  await using hall = await startGuildhall({
    host,
    port,
    log: 'error',
    portal: false,
    worldLimits: WORLD_LIMITS,
  });
  const { botUserId, token } = await hall.createApplication({
    name: 'load',
    privilegedIntents: PRIVILEGED_INTENTS,
  });
  const mix = await LoadMix.create(hall, botUserId, options);
  await writeSecret(tokenFile, token);
  const broken = Promise.withResolvers<never>();
  const pacer = new Pacer({ perSecond: guilds * rate, act: () => mix.next(), onError: broken.reject });
  const meter = new LoadMeter(hall.gateway, () => ({ made: pacer.made, skipped: pacer.skipped }));
  const tell = (report: LoadReport) => print(json ? JSON.stringify(report) : reportLines(report));
  if (!json) {
    print(`${guilds} guilds, ${guilds * rate} a second in all`);
    print(`REST       ${hall.apiBase}\nGateway    ${hall.gatewayUrl}\nBot token  in ${tokenFile}`);
  }
  const reporting = setInterval(() => tell(meter.next()), REPORT_EVERY_MS);
  pacer.start();
  try {
    const over = seconds === null ? [] : [sleep(seconds * 1_000, undefined, { ref: false })];
    await Promise.race([stopped, broken.promise, ...over]);
  } finally {
    pacer.stop();
    clearInterval(reporting);
    meter.stop();
  }
  if (!json) print(`${pacer.made} made, ${pacer.skipped} skipped, ${mix.refused} refused`);
  return 0;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
