import type { GatewayDispatchPayload } from 'discord-api-types/v10';

/**
 * Every documented dispatch event. The wire may carry other names; both ends pass those through.
 * @see https://docs.discord.com/developers/events/gateway-events#receive-events
 */
export const DISPATCH_NAMES = [
  'READY',
  'RESUMED',
  'RATE_LIMITED',
  'APPLICATION_COMMAND_PERMISSIONS_UPDATE',
  'AUTO_MODERATION_RULE_CREATE',
  'AUTO_MODERATION_RULE_UPDATE',
  'AUTO_MODERATION_RULE_DELETE',
  'AUTO_MODERATION_ACTION_EXECUTION',
  'CHANNEL_CREATE',
  'CHANNEL_UPDATE',
  'CHANNEL_DELETE',
  'CHANNEL_PINS_UPDATE',
  'CHANNEL_INFO',
  'VOICE_CHANNEL_STATUS_UPDATE',
  'VOICE_CHANNEL_START_TIME_UPDATE',
  'THREAD_CREATE',
  'THREAD_UPDATE',
  'THREAD_DELETE',
  'THREAD_LIST_SYNC',
  'THREAD_MEMBER_UPDATE',
  'THREAD_MEMBERS_UPDATE',
  'ENTITLEMENT_CREATE',
  'ENTITLEMENT_UPDATE',
  'ENTITLEMENT_DELETE',
  'SUBSCRIPTION_CREATE',
  'SUBSCRIPTION_UPDATE',
  'SUBSCRIPTION_DELETE',
  'GUILD_CREATE',
  'GUILD_UPDATE',
  'GUILD_DELETE',
  'GUILD_AUDIT_LOG_ENTRY_CREATE',
  'GUILD_BAN_ADD',
  'GUILD_BAN_REMOVE',
  'GUILD_EMOJIS_UPDATE',
  'GUILD_STICKERS_UPDATE',
  'GUILD_INTEGRATIONS_UPDATE',
  'INTEGRATION_CREATE',
  'INTEGRATION_UPDATE',
  'INTEGRATION_DELETE',
  'GUILD_MEMBER_ADD',
  'GUILD_MEMBER_REMOVE',
  'GUILD_MEMBER_UPDATE',
  'GUILD_MEMBERS_CHUNK',
  'GUILD_ROLE_CREATE',
  'GUILD_ROLE_UPDATE',
  'GUILD_ROLE_DELETE',
  'GUILD_SCHEDULED_EVENT_CREATE',
  'GUILD_SCHEDULED_EVENT_UPDATE',
  'GUILD_SCHEDULED_EVENT_DELETE',
  'GUILD_SCHEDULED_EVENT_USER_ADD',
  'GUILD_SCHEDULED_EVENT_USER_REMOVE',
  'GUILD_SOUNDBOARD_SOUND_CREATE',
  'GUILD_SOUNDBOARD_SOUND_UPDATE',
  'GUILD_SOUNDBOARD_SOUND_DELETE',
  'GUILD_SOUNDBOARD_SOUNDS_UPDATE',
  'SOUNDBOARD_SOUNDS',
  'INTERACTION_CREATE',
  'INVITE_CREATE',
  'INVITE_DELETE',
  'MESSAGE_CREATE',
  'MESSAGE_UPDATE',
  'MESSAGE_DELETE',
  'MESSAGE_DELETE_BULK',
  'MESSAGE_REACTION_ADD',
  'MESSAGE_REACTION_REMOVE',
  'MESSAGE_REACTION_REMOVE_ALL',
  'MESSAGE_REACTION_REMOVE_EMOJI',
  'MESSAGE_POLL_VOTE_ADD',
  'MESSAGE_POLL_VOTE_REMOVE',
  'PRESENCE_UPDATE',
  'STAGE_INSTANCE_CREATE',
  'STAGE_INSTANCE_UPDATE',
  'STAGE_INSTANCE_DELETE',
  'TYPING_START',
  'USER_UPDATE',
  'VOICE_STATE_UPDATE',
  'VOICE_SERVER_UPDATE',
  'VOICE_CHANNEL_EFFECT_SEND',
  'WEBHOOKS_UPDATE',
] as const;

export type DispatchName = (typeof DISPATCH_NAMES)[number];

/** discord-api-types says `undefined` for RESUMED, but the wire carries an object, and discord.py insists on one. */
interface DispatchDataOverrides {
  readonly RESUMED: { readonly _trace?: readonly string[] };
}

type PayloadOf<Name extends DispatchName, Payload = GatewayDispatchPayload> = Payload extends {
  readonly t: infer Type extends string;
  readonly d: infer Data;
}
  ? `${Type}` extends Name
    ? Data
    : never
  : never;

/** The type of `d` by event name: `DispatchData['MESSAGE_CREATE']`. `unknown` where discord-api-types has none. */
export type DispatchData = {
  readonly [Name in DispatchName]: Name extends keyof DispatchDataOverrides
    ? DispatchDataOverrides[Name]
    : [PayloadOf<Name>] extends [never]
      ? unknown
      : PayloadOf<Name>;
};

const NAMES: ReadonlySet<string> = new Set(DISPATCH_NAMES);

/** Whether the text, as it came from the wire, is the name of a documented event. */
export function isDispatchName(name: string): name is DispatchName {
  return NAMES.has(name);
}
