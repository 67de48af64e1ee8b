import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { FaultPlan, Message, SessionSnapshot } from '@guildhall/server';
import type { BotLines } from '../bot-lines.ts';
import type { House } from '../house.ts';
import type { Variant } from './library.ts';

export interface BotOptions {
  /** Whether it asks for the privileged intent. */
  readonly withMembers: boolean;
}

const POLL_MS = 20;
const DEADLINE_MS = 20_000;

/** A bot in the house: what the steps of the walk do to it and see of it. */
export class Visit {
  readonly house: House;
  readonly variant: Variant;
  readonly #start: (options: BotOptions) => BotLines;
  #bot: BotLines;
  #said = 0;

  /** @param start runs the bot in a process of its own */
  constructor(house: House, variant: Variant, start: (options: BotOptions) => BotLines) {
    this.house = house;
    this.variant = variant;
    this.#start = start;
    this.#bot = start({ withMembers: true });
  }

  get bot(): BotLines {
    return this.#bot;
  }

  /** Ends the bot and starts it afresh. */
  async restart(options: BotOptions): Promise<void> {
    await this.#bot.stop();
    this.#bot = this.#start(options);
    await this.#bot.line('READY');
  }

  /** The session of the bot: the live one, or else the newest. */
  session(): SessionSnapshot {
    const sessions = this.house.hall.gateway.sessions(this.house.application.id);
    const session = sessions.find(({ state }) => state === 'live') ?? sessions.at(-1);
    assert.ok(session !== undefined, 'the bot has no session');
    return session;
  }

  /** The member writes. */
  say(content: string): Promise<Message> {
    return this.house.hall.say(this.house.userId, this.house.channelId, content);
  }

  /** The member writes what has not been written before, and the bot sees it. */
  async isHeard(deadlineMs = DEADLINE_MS): Promise<void> {
    this.#said += 1;
    const content = `do you hear me? ${this.#said}`;
    await this.say(content);
    await this.bot.line(`MESSAGE ${content}`, deadlineMs);
  }

  /** Plans a fault for the present session. @returns what the client has been seen to do since then */
  break(fault: FaultPlan['fault']): () => readonly string[] {
    const { faults } = this.house.hall.gateway;
    const plan = faults.add({ fault, sessionId: this.session().id });
    return () =>
      faults.records
        .filter(({ planId }) => planId === plan.id)
        .flatMap(({ afterwards }) => afterwards.map(({ what }) => what));
  }

  async until(what: string, isSo: () => boolean, deadlineMs = DEADLINE_MS): Promise<void> {
    const deadline = AbortSignal.timeout(deadlineMs);
    while (!isSo()) {
      if (deadline.aborted) throw new Error(`not within ${deadlineMs / 1_000} s: ${what}`);
      await wait(POLL_MS);
    }
  }
}
