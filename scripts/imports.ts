export interface Import {
  readonly specifier: string;
  /** 1-based. */
  readonly line: number;
  /** Whether it is gone at run time: `import type`, `export type … from`. */
  readonly typeOnly: boolean;
}

interface Token {
  readonly type: 'word' | 'string' | 'sign';
  readonly text: string;
  readonly line: number;
}

/**
 * A regular expression may begin where a value may not have ended. One after `)` is read as a division; that would need
 * a parser, and only costs us when it holds a quote.
 */
const ENDS_A_VALUE = /^(?:[\w$]+|[)\]}])$/;
const WORDS_BEFORE_A_VALUE = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'do',
  'else',
  'void',
  'delete',
  'await',
  'yield',
]);

const SPACE = /[^\S\n]+/y;
const LINE_COMMENT = /\/\/[^\n]*/y;
const BLOCK_COMMENT = /\/\*.*?(?:\*\/|$)/sy;
const STRING = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"/sy;
const TEMPLATE_PART = /(?:[^`\\$]|\\.|\$(?!\{))*(`|\$\{|$)/sy;
const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const WORD = /[\w$#]+/y;

/** Every module a TypeScript source names in a static or dynamic import, an `export … from` or an `import('…')` type. */
export function importsOf(source: string): Import[] {
  const tokens = tokenize(source);
  const found: Import[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.type !== 'word' || tokens[index - 1]?.text === '.') continue;
    const specifier =
      token.text === 'import'
        ? importedBy(tokens, index)
        : token.text === 'export'
          ? clauseFrom(tokens, index)
          : null;
    if (specifier === null) continue;
    const typeOnly = tokens[index + 1]?.text === 'type' && tokens[index + 2]?.text !== 'from';
    found.push({ specifier: specifier.text, line: specifier.line, typeOnly });
  }
  return found;
}

function importedBy(tokens: readonly Token[], index: number): Token | null {
  const next = tokens[index + 1];
  if (next?.type === 'string') return next;
  if (next?.text !== '(') return clauseFrom(tokens, index);
  const argument = tokens[index + 2];
  return argument?.type === 'string' ? argument : null;
}

/** Walks `type a, { b as c }` or `* as d` up to `from '…'`; anything else is no import clause. */
function clauseFrom(tokens: readonly Token[], index: number): Token | null {
  const isExport = tokens[index]?.text === 'export';
  const start = tokens[index + 1]?.text === 'type' ? index + 2 : index + 1;
  if (isExport && tokens[start]?.text !== '{' && tokens[start]?.text !== '*') return null;
  for (let at = start; at < tokens.length; at += 1) {
    const token = tokens[at];
    const next = tokens[at + 1];
    if (token?.text === 'from' && next?.type === 'string') return next;
    if (token === undefined || (token.type === 'sign' && !'{},*'.includes(token.text))) return null;
    if (isExport && token.text === '}' && next?.text !== 'from') return null;
  }
  return null;
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  /** For each open `{`: whether it belongs to a `${` of a template. */
  const braces: boolean[] = [];
  let at = 0;
  let line = 1;

  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match === null) return null;
    at = pattern.lastIndex;
    line += match[0].split('\n').length - 1;
    return match;
  };
  const push = (type: Token['type'], text: string, startLine: number): void => {
    tokens.push({ type, text, line: startLine });
  };
  const templatePart = (startLine: number): void => {
    if (take(TEMPLATE_PART)?.[1] === '${') braces.push(true);
    else push('word', '`', startLine);
  };

  while (at < source.length) {
    const startLine = line;
    if (take(SPACE) || take(LINE_COMMENT) || take(BLOCK_COMMENT)) continue;
    const string = take(STRING);
    if (string !== null) {
      push('string', string[1] ?? string[2] ?? '', startLine);
      continue;
    }
    const word = take(WORD);
    if (word !== null) {
      push('word', word[0], startLine);
      continue;
    }
    if (source[at] === '/' && mayBeginValue(tokens.at(-1)) && take(REGEX)) {
      push('word', '/', startLine);
      continue;
    }
    const sign = source[at] ?? '';
    at += 1;
    if (sign === '\n') {
      line += 1;
    } else if (sign === '`') {
      templatePart(startLine);
    } else if (sign === '}' && braces.pop() === true) {
      templatePart(startLine);
    } else {
      if (sign === '{') braces.push(false);
      push('sign', sign, startLine);
    }
  }
  return tokens;
}

function mayBeginValue(previous: Token | undefined): boolean {
  if (previous === undefined || WORDS_BEFORE_A_VALUE.has(previous.text)) return true;
  return previous.type === 'sign' && !ENDS_A_VALUE.test(previous.text);
}
