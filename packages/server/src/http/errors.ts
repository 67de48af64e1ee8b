/** Refusals as Discord words them: HTTP status, JSON error code and message in one table. */

/** A leaf of the error tree. */
export interface FormIssue {
  /** Where in the body, the query or the path parameters; empty for the request as a whole. */
  readonly path: readonly (string | number)[];
  /** Discord's name of the rule, for example `BASE_TYPE_REQUIRED`. */
  readonly code: string;
  readonly message: string;
}

export interface ErrorTree {
  [key: string]: ErrorTree | readonly { readonly code: string; readonly message: string }[];
}

/** The body of every refusal. */
export interface ErrorBody {
  readonly message: string;
  readonly code: number;
  readonly errors?: ErrorTree;
}

/**
 * `[HTTP status, JSON error code, message]`. Code 0 stands for refusals that have no number of their own.
 * @see https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
 */
const REFUSALS = {
  UNAUTHORIZED: [401, 0, '401: Unauthorized'],
  FORBIDDEN: [403, 0, '403: Forbidden'],
  NOT_FOUND: [404, 0, '404: Not Found'],
  METHOD_NOT_ALLOWED: [405, 0, '405: Method Not Allowed'],
  INTERNAL: [500, 0, '500: Internal Server Error'],
  BAD_REQUEST: [400, 0, '400: Bad Request'],
  UNKNOWN_APPLICATION: [404, 10_002, 'Unknown Application'],
  UNKNOWN_CHANNEL: [404, 10_003, 'Unknown Channel'],
  UNKNOWN_GUILD: [404, 10_004, 'Unknown Guild'],
  UNKNOWN_MEMBER: [404, 10_007, 'Unknown Member'],
  UNKNOWN_MESSAGE: [404, 10_008, 'Unknown Message'],
  UNKNOWN_OVERWRITE: [404, 10_009, 'Unknown permission overwrite'],
  UNKNOWN_INVITE: [404, 10_006, 'Unknown Invite'],
  UNKNOWN_ROLE: [404, 10_011, 'Unknown Role'],
  UNKNOWN_USER: [404, 10_013, 'Unknown User'],
  UNKNOWN_EMOJI: [400, 10_014, 'Unknown Emoji'],
  /** An emoji by its id; one in the path of a reaction is UNKNOWN_EMOJI. */
  UNKNOWN_GUILD_EMOJI: [404, 10_014, 'Unknown Emoji'],
  UNKNOWN_WEBHOOK: [404, 10_015, 'Unknown Webhook'],
  UNKNOWN_SESSION: [404, 10_020, 'Unknown Session'],
  UNKNOWN_BAN: [404, 10_026, 'Unknown Ban'],
  UNKNOWN_SKU: [404, 10_027, 'Unknown SKU'],
  UNKNOWN_ENTITLEMENT: [404, 10_029, 'Unknown entitlement'],
  /** Discord documents no number for it. */
  UNKNOWN_SUBSCRIPTION: [404, 0, '404: Not Found'],
  UNKNOWN_STICKER: [404, 10_060, 'Unknown Sticker'],
  UNKNOWN_VOICE_STATE: [404, 10_065, 'Unknown Voice State'],
  UNKNOWN_STAGE_INSTANCE: [404, 10_067, 'Unknown Stage Instance'],
  UNKNOWN_WELCOME_SCREEN: [404, 10_069, 'Unknown Guild Welcome Screen'],
  UNKNOWN_SCHEDULED_EVENT: [404, 10_070, 'Unknown Guild Scheduled Event'],
  UNKNOWN_SOUND: [404, 10_097, 'Unknown sound'],
  /** Discord has no number of its own for it. */
  UNKNOWN_AUTO_MODERATION_RULE: [404, 0, '404: Not Found'],
  UNKNOWN_INTERACTION: [404, 10_062, 'Unknown interaction'],
  UNKNOWN_COMMAND: [404, 10_063, 'Unknown application command'],
  UNKNOWN_COMMAND_PERMISSIONS: [404, 10_066, 'Unknown application command permissions'],
  BOTS_NOT_ALLOWED: [403, 20_001, 'Bots cannot use this endpoint'],
  NOT_YOUR_APPLICATION: [403, 20_012, 'You are not authorized to perform this action on this application'],
  MAXIMUM_GUILDS: [400, 30_001, 'Maximum number of guilds reached'],
  MAXIMUM_PINS: [400, 30_003, 'Maximum number of pins reached for the channel (250)'],
  MAXIMUM_WEBHOOKS: [400, 30_007, 'Maximum number of webhooks reached (15)'],
  MAXIMUM_ROLES: [400, 30_005, 'Maximum number of guild roles reached (250)'],
  MAXIMUM_EMOJIS: [400, 30_008, 'Maximum number of emojis reached (50)'],
  MAXIMUM_REACTIONS: [400, 30_010, 'Maximum number of reactions reached (20)'],
  MAXIMUM_CHANNELS: [400, 30_013, 'Maximum number of server channels reached (500)'],
  MAXIMUM_INVITES: [400, 30_016, 'Maximum number of invites reached (1000)'],
  MAXIMUM_MEMBERS: [400, 30_019, 'Maximum number of server members reached'],
  MAXIMUM_BANS: [400, 30_035, 'Maximum number of bans for non-guild members have been exceeded'],
  MAXIMUM_SCHEDULED_EVENTS: [
    400,
    30_038,
    'Maximum number of uncompleted guild scheduled events reached (100)',
  ],
  UNKNOWN_INTEGRATION: [404, 10_005, 'Unknown Integration'],
  UNKNOWN_STICKER_PACK: [404, 10_061, 'Unknown sticker pack'],
  INVALID_FILE: [400, 50_046, 'Invalid file uploaded'],
  INVALID_STICKER: [400, 50_081, 'Invalid sticker sent'],
  INVALID_LOTTIE: [400, 170_001, 'Invalid JSON for uploaded Lottie file'],
  RASTERIZED_LOTTIE: [400, 170_002, 'Uploaded Lotties cannot contain rasterized images such as PNG or JPEG'],
  LOTTIE_FRAMES: [400, 170_004, 'Sticker frame count exceeds maximum of 1000 frames'],
  LOTTIE_DIMENSIONS: [400, 170_005, 'Lottie animation maximum dimensions exceeded'],
  LOTTIE_FRAME_RATE: [400, 170_006, 'Sticker frame rate is either too small or too large'],
  ANIMATION_DURATION: [400, 170_007, 'Sticker animation duration exceeds maximum of 5 seconds'],
  MAXIMUM_STICKERS: [400, 30_039, 'Maximum number of stickers reached'],
  MAXIMUM_SOUNDS: [400, 30_045, 'Maximum number of soundboard sounds reached'],
  MAXIMUM_OVERWRITES: [400, 30_060, 'Maximum number of channel permission overwrites reached (1000)'],
  TOO_LARGE: [413, 40_005, 'Request entity too large. Try sending something smaller in size'],
  BANNED: [403, 40_007, 'The user is banned from this guild.'],
  ONE_PARENT_AT_A_TIME: [400, 40_009, 'Only one channel can have a parent_id modified at a time'],
  NOT_IN_VOICE: [400, 40_032, 'Target user is not connected to voice.'],
  MAXIMUM_COMMANDS: [400, 30_032, 'Maximum number of application commands reached'],
  MAXIMUM_COMMAND_CREATES: [
    400,
    30_034,
    'Maximum number of daily application command creates has been reached (200)',
  ],
  COMMAND_NAME_TAKEN: [400, 40_041, 'An application command with that name already exists'],
  MAXIMUM_FOLLOW_UPS: [400, 40_094, 'This interaction has hit the maximum number of follow up messages'],
  INTERACTION_ACKNOWLEDGED: [400, 40_060, 'Interaction has already been acknowledged.'],
  MAXIMUM_THREAD_MEMBERS: [400, 30_033, 'Maximum number of thread participants has been reached (1000)'],
  ALREADY_CROSSPOSTED: [400, 40_033, 'This message has already been crossposted.'],
  FORUM_MESSAGE: [400, 40_058, 'Cannot send a message in a forum channel'],
  TAG_NAMES: [400, 40_061, 'Tag names must be unique'],
  TAG_REQUIRED: [400, 40_067, 'A tag is required to create a forum post in this channel'],
  MISSING_ACCESS: [403, 50_001, 'Missing Access'],
  NOT_IN_A_DM: [403, 50_003, 'Cannot execute action on a DM channel'],
  NOT_YOUR_MESSAGE: [403, 50_005, 'Cannot edit a message authored by another user'],
  EMPTY_MESSAGE: [400, 50_006, 'Cannot send an empty message'],
  CANNOT_MESSAGE_USER: [403, 50_007, 'Cannot send messages to this user'],
  NOT_A_TEXT_CHANNEL: [400, 50_008, 'Cannot send messages in a non-text channel'],
  MISSING_PERMISSIONS: [403, 50_013, 'Missing Permissions'],
  BULK_DELETE_COUNT: [
    400,
    50_016,
    'Provided too few or too many messages to delete. Must provide at least 2 and fewer than 100 messages to delete',
  ],
  SYSTEM_MESSAGE: [403, 50_021, 'Cannot execute action on a system message'],
  WRONG_CHANNEL_TYPE: [400, 50_024, 'Cannot execute action on this channel type'],
  WIDGET_DISABLED: [403, 50_004, 'Widget Disabled'],
  INVALID_ACCESS_TOKEN: [403, 50_025, 'Invalid OAuth2 access token provided'],
  INVALID_WEBHOOK_TOKEN: [401, 50_027, 'Invalid Webhook Token'],
  INVALID_ROLE: [400, 50_028, 'Invalid Role'],
  BULK_DELETE_TOO_OLD: [400, 50_034, 'A message provided was too old to bulk delete'],
  INVALID_FORM: [400, 50_035, 'Invalid Form Body'],
  INVALID_API_VERSION: [400, 50_041, 'Invalid API version provided'],
  NEEDS_BOOSTS: [403, 50_101, 'This server needs more boosts to perform this action'],
  INVALID_MESSAGE_TYPE: [400, 50_068, 'Invalid message type'],
  ARCHIVED_THREAD: [400, 50_083, 'Thread is archived'],
  INVALID_JSON: [400, 50_109, 'The request body contains invalid JSON.'],
  STAGE_ALREADY_OPEN: [400, 150_006, 'The Stage is already open'],
  EVENT_IS_OVER: [400, 180_000, 'Cannot update a finished event'],
  BLOCKED_BY_AUTO_MODERATION: [400, 200_000, 'Message was blocked by automatic moderation'],
  FAILED_TO_BAN: [400, 500_000, 'Failed to ban users'],
  REPLY_NEEDS_HISTORY: [400, 160_002, 'Cannot reply without permission to read message history'],
  THREAD_EXISTS: [400, 160_004, 'A thread has already been created for this message'],
  THREAD_LOCKED: [400, 160_005, 'Thread is locked'],
  MAXIMUM_ACTIVE_THREADS: [400, 160_006, 'Maximum number of active threads reached'],
  UNREADABLE_FORWARD: [403, 160_014, 'You cannot forward a message whose content you cannot read.'],
  POLL_VOTING_BLOCKED: [403, 520_000, 'Poll voting blocked'],
  POLL_EXPIRED: [400, 520_001, 'Poll expired'],
  POLL_NOT_EDITABLE: [400, 520_003, 'Cannot edit a poll message'],
  NOT_A_POLL: [400, 520_006, 'Cannot expire a non-poll message'],
} as const satisfies Record<string, readonly [status: number, code: number, message: string]>;

export type Refusal = keyof typeof REFUSALS;

/** An answer other than success, thrown from anywhere below a route. */
export class RestError extends Error {
  readonly status: number;
  /** Discord's JSON error code. */
  readonly code: number;
  readonly issues: readonly FormIssue[];

  constructor(status: number, code: number, message: string, issues: readonly FormIssue[] = []) {
    super(message);
    this.name = 'RestError';
    this.status = status;
    this.code = code;
    this.issues = issues;
  }

  /** The error of the table. */
  static of(refusal: Refusal): RestError {
    const [status, code, message] = REFUSALS[refusal];
    return new RestError(status, code, message);
  }

  /** A 50035 that names each faulty field. */
  static form(...issues: readonly FormIssue[]): RestError {
    const [status, code, message] = REFUSALS.INVALID_FORM;
    return new RestError(status, code, message, issues);
  }

  body(): ErrorBody {
    const body: ErrorBody = { message: this.message, code: this.code };
    return this.issues.length === 0 ? body : { ...body, errors: errorTree(this.issues) };
  }
}

/**
 * Nests issues by their path: `{embeds: {0: {title: {_errors: [...]}}}}`.
 * @see https://docs.discord.com/developers/reference#error-messages
 */
export function errorTree(issues: readonly FormIssue[]): ErrorTree {
  const root = emptyNode();
  for (const { path, code, message } of issues) {
    let node = root;
    for (const key of path) {
      const name = String(key);
      const child = node[name];
      const next = child === undefined || Array.isArray(child) ? emptyNode() : (child as ErrorTree);
      node[name] = next;
      node = next;
    }
    const leaf = node._errors;
    node._errors = [...(Array.isArray(leaf) ? leaf : []), { code, message }];
  }
  return root;
}

/** Keys come from the wire, so the node must not have a prototype. */
function emptyNode(): ErrorTree {
  return Object.create(null) as ErrorTree;
}
