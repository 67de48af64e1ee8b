import { CloseCode, countSend, Opcode } from '@guildhall/protocol';
import type { GatewayContext } from './context.ts';
import { requestChannelInfo, requestSounds } from './guild-requests.ts';
import { MemberRequests } from './member-requests.ts';
import { readPresenceUpdate, setPresence } from './presence.ts';
import type { Session } from './session.ts';
import { updateVoiceState } from './voice-commands.ts';

/** What an identified client may ask for. A payload of the wrong shape closes with 4001, as Discord does. */
export class Commands {
  readonly #context: GatewayContext;
  readonly #memberRequests: MemberRequests;

  constructor(context: GatewayContext) {
    this.#context = context;
    this.#memberRequests = new MemberRequests(context);
  }

  run(session: Session, op: number, d: unknown): void {
    if (!this.#understands(session, op, d)) session.connection?.close(CloseCode.UNKNOWN_OPCODE);
  }

  /** @returns false when `d` has the wrong shape */
  #understands(session: Session, op: number, d: unknown): boolean {
    switch (op) {
      case Opcode.PRESENCE_UPDATE:
        return this.#updatePresence(session, d);
      case Opcode.VOICE_STATE_UPDATE:
        return updateVoiceState(this.#context, session, d);
      case Opcode.REQUEST_GUILD_MEMBERS:
        return this.#memberRequests.take(session, d);
      case Opcode.REQUEST_SOUNDBOARD_SOUNDS:
        return requestSounds(this.#context, session, d);
      case Opcode.REQUEST_CHANNEL_INFO:
        return requestChannelInfo(this.#context, session, d);
      default:
        return false;
    }
  }

  #updatePresence(session: Session, d: unknown): boolean {
    const { limits, world, nowMs } = this.#context;
    const presence = readPresenceUpdate(d, world.now());
    if (presence === null) return false;
    session.presenceWindow = countSend(session.presenceWindow, nowMs(), limits.presenceWindowMs);
    if (session.presenceWindow.count <= limits.presencesPerWindow) {
      setPresence(this.#context, session.identity.botUserId, presence);
    }
    return true;
  }
}
