import type { SessionSnapshot } from '@guildhall/server';

/** A library of another maker, with a bot of ours on it that keeps to the contract in `bots/README.md`. */
export interface Library {
  /** As its users call it. */
  readonly name: string;
  readonly language: string;
  /** Of the package that was walked. */
  readonly version: string;
  /** The bot's source below `bots/`; the lines between `docs: begin` and `docs: end` go into the documentation. */
  readonly source: string;
  /** Installs and builds what is not there yet. */
  readonly prepare: (variant: Variant) => Promise<Readiness>;
  readonly variants: readonly Variant[];
  /** What the library is known to do otherwise, by the step. Should it do so no more, the step fails. */
  readonly deviations?: Readonly<Record<string, Deviation>>;
}

export interface Deviation {
  /** What the library does, and where its source says so. */
  readonly why: string;
  /** How the step then fails. */
  readonly shows: RegExp;
  /** A race, which the library may also win: then the step has passed. Default false. */
  readonly sometimes?: boolean;
}

/** One of the ways to talk to the gateway. */
export interface Variant {
  readonly encoding: SessionSnapshot['encoding'];
  readonly compression: SessionSnapshot['compression'];
  /** Whether the library comes by HTTPS and wss: only. Default false. */
  readonly tls?: boolean;
  /** Packages beside the library, without which it would talk otherwise. */
  readonly packages?: readonly string[];
  /** What the bot is told to make it so. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Beside those of the library. */
  readonly deviations?: Readonly<Record<string, Deviation>>;
}

export type Readiness =
  | { readonly type: 'ready'; readonly command: string; readonly args: readonly string[] }
  | { readonly type: 'skipped'; readonly why: string };

export interface StepResult {
  readonly step: string;
  readonly outcome:
    | { readonly type: 'passed' }
    | { readonly type: 'failed'; readonly why: string }
    | { readonly type: 'deviates'; readonly why: string };
}

export function nameOf({ encoding, compression, tls = false }: Variant): string {
  return [encoding, ...(compression === 'none' ? [] : [compression]), ...(tls ? ['TLS'] : [])].join(', ');
}
