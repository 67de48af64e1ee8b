import type { Blanking } from './recording.ts';

/** Values of these are secrets, wherever they stand. */
const SECRET_KEYS: ReadonlySet<string> = new Set([
  'token',
  'email',
  'phone',
  'auth_session_id_hash',
  'analytics_token',
  'secret',
  'secret_key',
]);
/** These are told apart, but not told. */
const SESSION_KEYS: ReadonlySet<string> = new Set(['session_id', 'voice_session_id']);
const URL_KEYS: ReadonlySet<string> = new Set(['resume_gateway_url', 'endpoint']);
const SIGNED_URL_KEYS: ReadonlySet<string> = new Set(['url', 'proxy_url']);
const BLANKED_KEYS: Readonly<Record<Blanking, ReadonlySet<string>>> = {
  content: new Set([
    'content',
    'title',
    'description',
    'text',
    'value',
    'label',
    'placeholder',
    'topic',
    'state',
    'details',
    'reason',
    'filename',
  ]),
  names: new Set(['username', 'global_name', 'nick', 'name', 'display_name', 'legacy_username', 'clan']),
};
const HIDDEN = '[redacted]';
const MAX_DEPTH = 200;
/** Of sessions told apart; the next ones are all alike. */
const MAX_SESSIONS = 10_000;
const MIN_SECRET_CHARS = 8;
const MAX_SECRETS = 100;

/** Takes out of messages what is nobody else's business. One for a recording: a session keeps its stand-in. */
export class Redaction {
  readonly #blanked: readonly ReadonlySet<string>[];
  readonly #secrets = new Set<string>();
  readonly #sessions = new Map<string, string>();

  constructor(blanked: readonly Blanking[]) {
    this.#blanked = blanked.map((one) => BLANKED_KEYS[one]);
  }

  /** Texts with this in them are hidden from now on. */
  hide(secret: string): void {
    if (secret.length >= MIN_SECRET_CHARS && this.#secrets.size < MAX_SECRETS) this.#secrets.add(secret);
  }

  /** A copy; `value` stays as it is. */
  redact(value: unknown, key = '', depth = 0): unknown {
    if (depth > MAX_DEPTH) return HIDDEN;
    if (typeof value === 'string') return this.#text(value, key);
    if (Array.isArray(value)) return value.map((one) => this.redact(one, key, depth + 1));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, this.redact(one, name, depth + 1)]),
    );
  }

  #text(text: string, key: string): string {
    if (SECRET_KEYS.has(key)) return HIDDEN;
    if (SESSION_KEYS.has(key)) return this.#session(text);
    if (URL_KEYS.has(key)) return HIDDEN;
    for (const secret of this.#secrets) if (text.includes(secret)) return HIDDEN;
    if (this.#blanked.some((keys) => keys.has(key))) return blank(text);
    // The query of an attachment's URL opens it for a day.
    if (SIGNED_URL_KEYS.has(key) && text.includes('?')) return text.slice(0, text.indexOf('?'));
    return text;
  }

  #session(id: string): string {
    let standIn = this.#sessions.get(id);
    if (standIn === undefined) {
      standIn = this.#sessions.size < MAX_SESSIONS ? `session-${this.#sessions.size + 1}` : 'session-more';
      if (this.#sessions.size < MAX_SESSIONS) this.#sessions.set(id, standIn);
    }
    return standIn;
  }
}

/** As long as it was, with its spaces: what was counted or laid out by it stays so. */
function blank(text: string): string {
  return text.replaceAll(/\S/gu, 'x');
}
