/** docs/libraries.md: what the walk has shown, and the lines that point each library here. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { LIBRARIES } from './libraries.ts';
import { tableOf, type Walked } from './table.ts';

const FILE = fileURLToPath(new URL('../docs/libraries.md', import.meta.url));
const BOTS = new URL('./bots/', import.meta.url);
const BEGIN = 'docs: begin';
const END = 'docs: end';
/** By the extension of a file, where the two are not the same. */
const FENCES: Readonly<Record<string, string>> = { mjs: 'js', py: 'python', rs: 'rust' };

/** Puts the results and the lines in place of those that stand there; libraries that have not walked keep their rows. */
export async function writeDocs(walked: readonly Walked[]): Promise<void> {
  const before = await readDocs();
  const table = tableOf(walked, LIBRARIES, partOf(before, 'results'));
  const text = replacePart(replacePart(before, 'results', table), 'lines', await linesOfAll());
  await writeFile(FILE, text);
}

export function readDocs(): Promise<string> {
  return readFile(FILE, 'utf8');
}

/** What stands between the marks of a part. @throws Error without the marks */
export function partOf(text: string, name: string): string {
  const [begin, end] = marksOf(name);
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`docs/libraries.md has no part ${JSON.stringify(name)}`);
  return text.slice(from + begin.length, to).trim();
}

/** The lines of every library, as they stand in its bot. */
export async function linesOfAll(): Promise<string> {
  const parts = await Promise.all(
    LIBRARIES.map(async ({ name, language, version, source }) => {
      const lines = linesOf(await readFile(new URL(source, BOTS), 'utf8'));
      const whole = `[${source}](../interop/bots/${source})`;
      return `### ${name}\n\n${version}, ${language}; the whole bot: ${whole}\n\n\`\`\`${fenceOf(source)}\n${lines}\n\`\`\``;
    }),
  );
  return parts.join('\n\n');
}

function replacePart(text: string, name: string, content: string): string {
  const [begin, end] = marksOf(name);
  const from = text.indexOf(begin) + begin.length;
  return `${text.slice(0, from)}\n\n${content}\n\n${text.slice(text.indexOf(end))}`;
}

function marksOf(name: string): readonly [begin: string, end: string] {
  return [`<!-- begin ${name}: written by npm run interop -- --write-docs -->`, `<!-- end ${name} -->`];
}

function linesOf(source: string): string {
  const lines = source.split('\n');
  const from = lines.findIndex((line) => line.includes(BEGIN));
  const to = lines.findIndex((line) => line.includes(END));
  if (from === -1 || to < from) throw new Error('a bot without lines for the documentation');
  const wanted = lines.slice(from + 1, to);
  const indents = wanted.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  return wanted
    .map((line) => line.slice(Math.min(...indents)))
    .join('\n')
    .trim();
}

function fenceOf(file: string): string {
  const extension = file.slice(file.lastIndexOf('.') + 1);
  return FENCES[extension] ?? extension;
}
