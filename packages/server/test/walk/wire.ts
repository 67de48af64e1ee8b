/** What the walk reads of payloads and answers: field by field, as it comes. */

/** An object of the wire. Fields that are asked for by name have the type that Discord documents. */
export interface Wire {
  readonly [field: string]: unknown;
  readonly id: string;
}

/** Of a guild, what the owner and the bots are called. */
export interface Overwrite {
  readonly id: string;
  readonly type: number;
  readonly allow: string;
  readonly deny: string;
}

export interface ChannelWire extends Wire {
  readonly type: number;
  readonly parent_id: string | null;
  readonly permission_overwrites: readonly Overwrite[];
}

export interface ThreadWire extends Wire {
  readonly type: number;
  readonly parent_id: string;
  readonly message_count: number;
  readonly total_message_sent: number;
  readonly thread_metadata: { readonly archived: boolean };
}

export interface RoleWire extends Wire {
  readonly permissions: string;
  readonly position: number;
}

export interface MemberWire {
  readonly [field: string]: unknown;
  readonly user: Wire;
  readonly roles: readonly string[];
  readonly communication_disabled_until: string | null;
}

export interface ReactionWire {
  readonly emoji: { readonly id: string | null; readonly name: string };
  readonly count: number;
  readonly me: boolean;
}

export interface PollWire {
  readonly results: {
    readonly is_finalized: boolean;
    readonly answer_counts: readonly {
      readonly id: number;
      readonly count: number;
      readonly me_voted: boolean;
    }[];
  };
}

export interface MessageWire extends Wire {
  readonly channel_id: string;
  readonly author: Wire;
  readonly webhook_id?: string;
  readonly type: number;
  readonly pinned: boolean;
  readonly mentions: readonly Wire[];
  readonly reactions?: readonly ReactionWire[];
  readonly referenced_message?: MessageWire | null;
  readonly thread?: ThreadWire;
  readonly poll?: PollWire;
}
