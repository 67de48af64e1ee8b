/** Delivered events per CPU second of the server, next to a bare `ws` loop of the same frames in the same run. */
import { type Child, startChild } from './child.ts';
import type { Report } from './run.ts';

const RECEIVERS = 200;
const MESSAGES = 200;
const PASSES = 7;
const WARM_UP_PASSES = 2;
/** Makes a MESSAGE_CREATE of about 1.3 kB. */
const CONTENT = 'A message of the length that people write when they explain something at length. '
  .repeat(8)
  .trim();
const PREFIX_BYTES = '{"s":1234567890,'.length;
const GUILDS_AND_MESSAGES = 1 | 512 | 32_768;

export async function fanOut(): Promise<Report> {
  await using hall = await startChild('./fan-out-guildhall.ts', 0);
  await using loop = await startChild('./fan-out-ws-loop.ts', 0);
  await using hallReceivers = await startChild('./fan-out-receivers.ts', 1);
  await using loopReceivers = await startChild('./fan-out-receivers.ts', 1);

  const started = await hall.ask<{ gatewayUrl: string; token: string }>({ type: 'start' });
  const url = new URL(started.gatewayUrl);
  const identify = {
    op: 2,
    d: {
      token: started.token,
      intents: GUILDS_AND_MESSAGES,
      properties: { os: 'x', browser: 'bench', device: 'x' },
    },
  };
  // HELLO, READY, GUILD_CREATE.
  await connect(hallReceivers, url.hostname, Number(url.port), JSON.stringify(identify), 3);
  const { port } = await loop.ask<{ port: number }>({ type: 'start' });
  await connect(loopReceivers, '127.0.0.1', port, null, 1);

  const first = await pass(hall, hallReceivers, { type: 'publish', messages: MESSAGES, content: CONTENT });
  const body = first.lastText.slice(PREFIX_BYTES);
  const rows = { hall: [] as number[], loop: [] as number[] };
  for (let number = 0; number < WARM_UP_PASSES + PASSES; number += 1) {
    const guildhall = await pass(hall, hallReceivers, {
      type: 'publish',
      messages: MESSAGES,
      content: CONTENT,
    });
    const wsLoop = await pass(loop, loopReceivers, { type: 'publish', messages: MESSAGES, body });
    if (number < WARM_UP_PASSES) continue;
    rows.hall.push(guildhall.micros);
    rows.loop.push(wsLoop.micros);
  }
  const ours = median(rows.hall);
  const theirs = median(rows.loop);
  return {
    title: `fan-out: MESSAGE_CREATE of ${Buffer.byteLength(body) + PREFIX_BYTES} bytes to ${RECEIVERS} sessions, one by one, no compression`,
    rows: [
      row('Guildhall, whole server (world, gates, replay buffers)', rows.hall, theirs),
      row('bare ws loop, one string per session', rows.loop, theirs),
    ],
    notes: [
      `Guildhall costs ${(ours / theirs).toFixed(2)} times the CPU of the bare loop per delivered event.`,
      `Median of ${PASSES} interleaved passes of ${MESSAGES} messages; the loop keeps no sessions and checks nothing.`,
    ],
  };
}

function row(name: string, micros: readonly number[], reference: number) {
  const middle = median(micros);
  return {
    server: name,
    'us per delivery': Number(middle.toFixed(2)),
    'min..max': `${Math.min(...micros).toFixed(2)}..${Math.max(...micros).toFixed(2)}`,
    'deliveries per CPU second': Math.round(1e6 / middle),
    'ratio to ws loop': Number((middle / reference).toFixed(2)),
  };
}

async function connect(child: Child, host: string, port: number, hello: string | null, greetings: number) {
  await child.ask({ type: 'connect', host, port, sockets: RECEIVERS, hello, greetings });
}

/** CPU microseconds per delivered message, from the first publication until the last receiver has the last message. */
async function pass(
  server: Child,
  receivers: Child,
  publish: object,
): Promise<{ micros: number; lastText: string }> {
  const before = await server.ask<{ cpuMicros: number }>({ type: 'cpu' });
  await server.ask(publish);
  const { lastText } = await receivers.ask<{ lastText: string }>({
    type: 'expect',
    messages: RECEIVERS * MESSAGES,
  });
  const after = await server.ask<{ cpuMicros: number }>({ type: 'cpu' });
  return { micros: (after.cpuMicros - before.cpuMicros) / (RECEIVERS * MESSAGES), lastText };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
