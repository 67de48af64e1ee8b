/** Discord's markdown as a tree. Whatever is written in a message, the tree holds text and never HTML. */

export type Markup =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'break' }
  | {
      readonly kind: 'strong' | 'emphasis' | 'underline' | 'strike' | 'spoiler' | 'quote';
      readonly children: readonly Markup[];
    }
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly children: readonly Markup[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly Markup[])[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'code-block'; readonly language: string; readonly text: string }
  | { readonly kind: 'link'; readonly href: string; readonly children: readonly Markup[] }
  | { readonly kind: 'user' | 'role' | 'channel'; readonly id: string }
  | { readonly kind: 'everyone'; readonly text: string }
  | { readonly kind: 'emoji'; readonly name: string }
  | { readonly kind: 'time'; readonly seconds: number; readonly style: string };

/** Deeper nesting is shown as it is written. */
const MAX_DEPTH = 8;

/** @see https://support.discord.com/hc/en-us/articles/210298617-Markdown-Text-101 */
export function parseMarkdown(source: string): readonly Markup[] {
  const out: Markup[] = [];
  let rest = source;
  while (rest !== '') {
    const fence = /^```(?:([\w+-]+)\n)?\n?([\s\S]+?)\n?```\n?/.exec(rest);
    if (fence !== null) {
      out.push({ kind: 'code-block', language: fence[1] ?? '', text: fence[2] ?? '' });
      rest = rest.slice(fence[0].length);
      continue;
    }
    const quote = /^(?:> [^\n]*(?:\n|$))+/.exec(rest);
    if (quote !== null) {
      out.push({
        kind: 'quote',
        children: parseMarkdown(quote[0].replaceAll(/^> /gm, '').replace(/\n$/, '')),
      });
      rest = rest.slice(quote[0].length);
      continue;
    }
    const heading = /^(#{1,3}) ([^\n]+)(?:\n|$)/.exec(rest);
    if (heading !== null) {
      const level = heading[1]?.length === 1 ? 1 : heading[1]?.length === 2 ? 2 : 3;
      out.push({ kind: 'heading', level, children: parseInline(heading[2] ?? '', 0) });
      rest = rest.slice(heading[0].length);
      continue;
    }
    const list = /^(?:[-*] [^\n]+(?:\n|$))+/.exec(rest);
    if (list !== null) {
      const items = list[0]
        .trimEnd()
        .split('\n')
        .map((line) => parseInline(line.slice(2), 0));
      out.push({ kind: 'list', items });
      rest = rest.slice(list[0].length);
      continue;
    }
    // Up to the next line that may begin a block, or a fence in the midst of a line.
    const text = /^[\s\S]+?(?=\n(?:> |#{1,3} |[-*] )|```[\s\S]+?```|$(?![\s\S]))/.exec(rest)?.[0] ?? rest;
    out.push(...parseInline(text, 0));
    rest = rest.slice(text.length);
    if (rest.startsWith('\n')) rest = rest.slice(1);
  }
  return out;
}

type Rule = readonly [pattern: RegExp, make: (match: RegExpExecArray, depth: number) => Markup];

const nested = (kind: 'strong' | 'emphasis' | 'underline' | 'strike' | 'spoiler') =>
  ((match, depth) => ({ kind, children: parseInline(match[1] ?? '', depth) })) satisfies Rule[1];

/** Tried in this order at each place; each begins with a sign that plain text need not stop for otherwise. */
const RULES: readonly Rule[] = [
  [/\\([\\*_~|`<>#@:[\]()-])/y, ([, sign = '']) => ({ kind: 'text', text: sign })],
  [/``([\s\S]+?)``/y, ([, text = '']) => ({ kind: 'code', text })],
  [/`([^`]+)`/y, ([, text = '']) => ({ kind: 'code', text })],
  [/\*\*([\s\S]+?)\*\*(?!\*)/y, nested('strong')],
  [/__([\s\S]+?)__(?!_)/y, nested('underline')],
  [/\*(?=\S)((?:[^*]|\*\*[\s\S]+?\*\*)+?)\*(?!\*)/y, nested('emphasis')],
  [/\b_(?=\S)([^_]+?)_(?!\w)/y, nested('emphasis')],
  [/~~([\s\S]+?)~~/y, nested('strike')],
  [/\|\|([\s\S]+?)\|\|/y, nested('spoiler')],
  [/<@!?(\d{1,20})>/y, ([, id = '']) => ({ kind: 'user', id })],
  [/<@&(\d{1,20})>/y, ([, id = '']) => ({ kind: 'role', id })],
  [/<#(\d{1,20})>/y, ([, id = '']) => ({ kind: 'channel', id })],
  [/<a?:(\w{2,32}):\d{1,20}>/y, ([, name = '']) => ({ kind: 'emoji', name })],
  [
    /<t:(-?\d{1,13})(?::([tTdDfFR]))?>/y,
    ([, seconds, style = 'f']) => ({ kind: 'time', seconds: Number(seconds), style }),
  ],
  [/@(?:everyone|here)\b/y, ([text]) => ({ kind: 'everyone', text })],
  [
    /\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/y,
    (match, depth) => ({ kind: 'link', href: match[2] ?? '', children: parseInline(match[1] ?? '', depth) }),
  ],
  [/<(https?:\/\/[^\s>]+)>/y, ([, href = '']) => link(href)],
  [/https?:\/\/[^\s<]*[^\s<.,:;"')\]]/y, ([href]) => link(href)],
  [/\n/y, () => ({ kind: 'break' })],
];
/** Where a rule may begin. */
const SIGN = /[\\`*_~|<@[\n]|https?:/g;

function parseInline(source: string, depth: number): readonly Markup[] {
  if (depth >= MAX_DEPTH) return [{ kind: 'text', text: source }];
  const out: Markup[] = [];
  let text = '';
  let at = 0;
  while (at < source.length) {
    SIGN.lastIndex = at;
    const sign = SIGN.exec(source)?.index ?? source.length;
    text += source.slice(at, sign);
    at = sign;
    if (at === source.length) break;
    const found = firstMatch(source, at);
    if (found === null) {
      text += source[at] ?? '';
      at += 1;
      continue;
    }
    if (text !== '') out.push({ kind: 'text', text });
    text = '';
    out.push(found.make(depth + 1));
    at += found.length;
  }
  if (text !== '') out.push({ kind: 'text', text });
  return out;
}

function firstMatch(
  source: string,
  at: number,
): { readonly length: number; readonly make: (depth: number) => Markup } | null {
  for (const [pattern, make] of RULES) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match !== null) return { length: match[0].length, make: (depth) => make(match, depth) };
  }
  return null;
}

function link(href: string): Markup {
  return { kind: 'link', href, children: [{ kind: 'text', text: href }] };
}
