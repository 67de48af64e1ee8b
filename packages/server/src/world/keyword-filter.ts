/** Words and patterns that rules of a guild look for. They come from people, so a pattern gets little time to run. */
import { createContext, Script } from 'node:vm';

/** A pattern that takes longer than this on one message has not matched, and is not run again. */
const MAX_PATTERN_MS = 250;
/** Patterns remembered as too slow; beyond it the oldest gets another chance. */
const MAX_SLOW_PATTERNS = 1_000;
const TIMEOUT_CODE = 'ERR_SCRIPT_EXECUTION_TIMEOUT';
const LETTER = /[\p{L}\p{N}_]/u;
/** What Rust's regular expressions do not have: looking around and back. */
const NOT_IN_RUST = /\(\?<?[=!]|\\[1-9]|\\k</;
const LEADING_FLAGS = /^\(\?([ims]+)\)/;

/** What was found, as it stands in the rule and in the text. */
export interface KeywordMatch {
  readonly keyword: string;
  readonly matched: string;
}

export interface KeywordFilter {
  readonly keywords: readonly string[];
  readonly patterns: readonly string[];
  /** What is let through although it matches. */
  readonly allowed: readonly string[];
}

/**
 * The first keyword or pattern that the text holds outside of what is allowed.
 * @see https://docs.discord.com/developers/resources/auto-moderation#auto-moderation-rule-object-keyword-matching-strategies
 */
export function findKeyword(text: string, filter: KeywordFilter): KeywordMatch | null {
  const left = filter.allowed.reduce(withoutKeyword, text);
  for (const keyword of filter.keywords) {
    const at = indexOfKeyword(left, keyword, 0);
    if (at !== null) return { keyword, matched: left.slice(at.start, at.end) };
  }
  for (const pattern of filter.patterns) {
    const matched = matchPattern(left, pattern);
    if (matched !== null) return { keyword: pattern, matched };
  }
  return null;
}

/** Whether the pattern can be run: as JavaScript reads it, without what Rust's regular expressions do not have. */
export function isUsablePattern(pattern: string): boolean {
  if (NOT_IN_RUST.test(pattern)) return false;
  try {
    compile(pattern);
    return true;
  } catch {
    return false;
  }
}

interface Place {
  readonly start: number;
  readonly end: number;
}

function withoutKeyword(text: string, keyword: string): string {
  let rest = text;
  for (let at = indexOfKeyword(rest, keyword, 0); at !== null; at = indexOfKeyword(rest, keyword, at.end)) {
    rest = rest.slice(0, at.start) + ' '.repeat(at.end - at.start) + rest.slice(at.end);
  }
  return rest;
}

/** `*` at an end of the keyword lets the word go on there; in any case. */
function indexOfKeyword(text: string, keyword: string, from: number): Place | null {
  const opensLeft = keyword.startsWith('*');
  const opensRight = keyword.length > 1 && keyword.endsWith('*');
  const core = keyword.slice(opensLeft ? 1 : 0, opensRight ? -1 : undefined).toLowerCase();
  if (core === '') return null;
  const lower = text.toLowerCase();
  // A few letters grow when they change case; then places in the one are not places in the other.
  const searched = lower.length === text.length ? lower : text;
  for (let start = searched.indexOf(core, from); start >= 0; start = searched.indexOf(core, start + 1)) {
    const end = start + core.length;
    const begins = opensLeft || !LETTER.test(searched[start - 1] ?? ' ');
    const ends = opensRight || !LETTER.test(searched[end] ?? ' ');
    if (begins && ends) return { start, end };
  }
  return null;
}

function compile(pattern: string): RegExp {
  const flags = LEADING_FLAGS.exec(pattern)?.[1] ?? '';
  const source = flags === '' ? pattern : pattern.slice(flags.length + 3);
  return new RegExp(source, [...new Set(`iu${flags}`)].join(''));
}

const sandbox: { pattern: RegExp | null; text: string } = { pattern: null, text: '' };
const context = createContext(sandbox);
const matching = new Script('pattern.exec(text)?.[0] ?? null');
const slowPatterns = new Set<string>();

/** A pattern that backtracks without end is stopped by the clock. */
function matchPattern(text: string, pattern: string): string | null {
  if (slowPatterns.has(pattern)) return null;
  try {
    sandbox.pattern = compile(pattern);
    sandbox.text = text;
    const matched: unknown = matching.runInContext(context, { timeout: MAX_PATTERN_MS });
    return typeof matched === 'string' ? matched : null;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === TIMEOUT_CODE) noteSlow(pattern);
    return null;
  }
}

function noteSlow(pattern: string): void {
  slowPatterns.add(pattern);
  for (const oldest of slowPatterns) {
    if (slowPatterns.size <= MAX_SLOW_PATTERNS) return;
    slowPatterns.delete(oldest);
  }
}
