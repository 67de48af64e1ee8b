/**
 * The format of recordings: one JSON object a line, the first one a header. A reader takes files of its own version and
 * older ones, and skips kinds that it does not know.
 */

export const RECORDING_VERSION = 1;

/** The first line. */
export interface RecordingHeader {
  readonly guildhall: 'recording';
  readonly version: typeof RECORDING_VERSION;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Without query. */
  readonly upstream: string;
  readonly blanked: readonly Blanking[];
}

export const BLANKINGS = ['content', 'names'] as const;
/** What may be blanked beside what is always redacted. */
export type Blanking = (typeof BLANKINGS)[number];

/** Every other line: `at` in milliseconds since the start, `connection` numbered from 1. */
export type RecordingLine = { readonly at: number; readonly connection: number } & (
  | {
      readonly kind: 'opened';
      readonly version: number;
      readonly encoding: string;
      readonly compression: string;
    }
  /** The gateway refused the upgrade, or could not be reached (502). */
  | { readonly kind: 'refused'; readonly status: number }
  /** From the gateway to the bot. */
  | {
      readonly kind: 'received';
      readonly op: number;
      readonly s: number | null;
      readonly t: string | null;
      readonly d: unknown;
    }
  /** From the bot to the gateway. */
  | { readonly kind: 'sent'; readonly op: number; readonly d: unknown }
  | {
      readonly kind: 'closed';
      readonly by: 'gateway' | 'bot';
      /** Null without a close frame. */
      readonly code: number | null;
      readonly reason: string;
    }
);

/** Bytes of one line: a guild of many members is one. */
export const MAX_LINE_BYTES = 64 * 2 ** 20;
