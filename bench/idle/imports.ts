/** What a process costs that imports a client and does nothing with it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { MEASURED_CORE, pinned } from '../harness/child.ts';
import { type Contestant, interleave, type PassCount } from '../harness/passes.ts';
import { type Row, row } from '../harness/report.ts';
import { missingOf } from '../peers/packages.ts';

interface Imported {
  readonly name: string;
  /** Package or module names. */
  readonly modules: readonly string[];
}

const IMPORTED: readonly Imported[] = [
  { name: 'nothing: bare Node', modules: [] },
  { name: 'net, tls, zlib, crypto', modules: ['node:net', 'node:tls', 'node:zlib', 'node:crypto'] },
  { name: '@guildhall/client (dist)', modules: ['@guildhall/client'] },
  { name: 'ws', modules: ['ws'] },
  { name: '@discordeno/gateway', modules: ['@discordeno/gateway'] },
  { name: '@discordjs/ws', modules: ['@discordjs/ws'] },
  { name: '@discordjs/ws and the @discordjs/rest it wants', modules: ['@discordjs/ws', '@discordjs/rest'] },
  { name: 'eris', modules: ['eris'] },
  { name: 'oceanic.js', modules: ['oceanic.js'] },
  { name: 'discord.js', modules: ['discord.js'] },
];
const MICROS_PER_MS = 1_000;

export interface Imports {
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
  readonly measures: Readonly<Record<string, number>>;
}

/** The packages of the workspace must have been built. */
export async function measureImports(passes: PassCount): Promise<Imports> {
  const contestants: Contestant[] = [];
  const notes: string[] = [];
  for (const { name, modules } of IMPORTED) {
    const missing = await missingOf(modules);
    if (missing === null) contestants.push({ name, pass: () => cpuMsOf(modules) });
    else notes.push(`SKIPPED: import of ${missing}.`);
  }
  const samples = await interleave(contestants, passes);
  const bare = samples[0];
  const ours = samples.find(({ name }) => name.startsWith('@guildhall/client'));
  return {
    rows: samples.map((each) =>
      row({ 'a process that imports': each.name }, 'ms CPU', each, { 'bare Node': bare }),
    ),
    notes,
    measures: ours === undefined ? {} : { 'import ms': ours.median },
  };
}

/** The process tells its own CPU at its very end. */
async function cpuMsOf(modules: readonly string[]): Promise<number> {
  const script = fileURLToPath(new URL('./import-only.mjs', import.meta.url));
  const { file, args } = pinned(MEASURED_CORE, process.execPath, [script, ...modules]);
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  const output = await text(child.stdout);
  const [code] = await exit;
  if (code !== 0) throw new Error(`importing ${modules.join(', ')} ended with ${code}`);
  const { user, system } = JSON.parse(output) as { readonly user: number; readonly system: number };
  return (user + system) / MICROS_PER_MS;
}
