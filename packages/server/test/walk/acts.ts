/** What bots and people do in a walk: right things and wrong ones, by choices that a seed makes. */
import type { Draw } from './draw.ts';
import { guildActs } from './guild-acts.ts';
import { messageActs } from './message-acts.ts';
import type { Answer, Bot, Party } from './party.ts';
import { peopleActs } from './people-acts.ts';

/** One who acts, with what there is to choose from. */
export interface Scene {
  readonly party: Party;
  readonly draw: Draw;
  /** The bot whose turn it is. */
  readonly bot: Bot;
  /** Why, as the audit log is told. */
  readonly reason: string;
}

/** Makes one call, or finds that there is nothing to do. */
export type Act = (scene: Scene) => Promise<Answer | null>;

export const ACTS: Readonly<Record<string, Act>> = { ...guildActs, ...messageActs, ...peopleActs };
