import { ApiError } from './api-error.ts';
import type {
  Application,
  BotPermissions,
  Channel,
  ChannelPatch,
  Chatter,
  FaultPlan,
  GatewayFigures,
  GatewayFrame,
  Guild,
  GuildPatch,
  Member,
  MemberPatch,
  Message,
  MetricsHistory,
  Move,
  NewMessage,
  Page,
  PrivilegedIntent,
  Role,
  RolePatch,
  Session,
  Sight,
  Snowflake,
  StandingPlan,
  User,
} from './types.ts';

export const BASE = '/owner/v1';
const NO_CONTENT = 204;

/** @throws ApiError, TypeError: see {@link api} */
export function call<T>(method: string, path: string, body?: object): Promise<T> {
  return ask(path, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
}

/** A body with files. @throws ApiError, TypeError: see {@link api} */
export function upload<T>(
  path: string,
  body: object,
  files: readonly File[],
  method: 'POST' | 'PUT' = 'POST',
): Promise<T> {
  const form = new FormData();
  form.set('payload_json', JSON.stringify(body));
  for (const [index, file] of files.entries()) form.set(`files[${index}]`, file, file.name);
  return ask(path, { method, body: form });
}

async function ask<T>(path: string, request: RequestInit): Promise<T> {
  const response = await fetch(`${BASE}${path}`, request);
  if (response.status === NO_CONTENT) return undefined as T;
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw new ApiError(response.status, answer);
  return answer as T;
}

/** The owner's API. Every call throws {@link ApiError} for a refusal and TypeError when the server is not there. */
export const api = {
  login: (ticket: string) => call<void>('POST', '/login', { ticket }),

  applications: () => call<Application[]>('GET', '/applications'),
  createApplication: (name: string) =>
    call<{ application: Application; token: string }>('POST', '/applications', { name }),
  changeApplication: (id: Snowflake, patch: { readonly name: string; readonly description: string }) =>
    call<Application>('PATCH', `/applications/${id}`, patch),
  setAvatar: (userId: Snowflake, picture: File) =>
    upload<User>(`/users/${userId}/avatar`, {}, [picture], 'PUT'),
  clearAvatar: (userId: Snowflake) => call<void>('DELETE', `/users/${userId}/avatar`),
  botPermissions: (id: Snowflake, guildId: Snowflake) =>
    call<BotPermissions>('GET', `/applications/${id}/guilds/${guildId}/permissions`),
  setBotPermissions: (id: Snowflake, guildId: Snowflake, permissions: readonly string[]) =>
    call<BotPermissions>('PUT', `/applications/${id}/guilds/${guildId}/permissions`, { permissions }),
  deleteApplication: (id: Snowflake) => call<void>('DELETE', `/applications/${id}`),
  switchIntent: (id: Snowflake, intent: PrivilegedIntent, on: boolean) =>
    call<{ application: Application; sessionsClosed: number }>('PATCH', `/applications/${id}/intents`, {
      [intent]: on,
    }),
  resetToken: (id: Snowflake) =>
    call<{ token: string; sessionsClosed: number }>('POST', `/applications/${id}/token`),
  gatewayFigures: (id: Snowflake) => call<GatewayFigures>('GET', `/applications/${id}/gateway`),

  sessions: () => call<Session[]>('GET', '/sessions'),
  reconnect: (id: string) => call<void>('POST', `/sessions/${id}/reconnect`),
  invalidate: (id: string, resumable: boolean) =>
    call<void>('POST', `/sessions/${id}/invalidate`, { resumable }),
  closeConnection: (id: string, code: number, reason: string) =>
    call<void>('POST', `/sessions/${id}/close`, { code, reason }),
  endSession: (id: string) => call<void>('DELETE', `/sessions/${id}`),

  frames: (id: string, after: string | null) =>
    call<{ frames: GatewayFrame[]; cursor: string }>(
      'GET',
      `/sessions/${id}/frames${after === null ? '' : `?after=${after}`}`,
    ),
  ping: (id: string) => call<{ roundTripMs: number | null }>('POST', `/sessions/${id}/ping`),

  faults: () => call<StandingPlan[]>('GET', '/faults'),
  addFault: (plan: FaultPlan) => call<StandingPlan>('POST', '/faults', plan),
  removeFault: (id: string) => call<void>('DELETE', `/faults/${id}`),
  clearFaults: () => call<void>('DELETE', '/faults'),

  metrics: () => call<MetricsHistory>('GET', '/metrics'),

  users: () => call<User[]>('GET', '/users'),
  guilds: () => call<Guild[]>('GET', '/guilds'),
  createGuild: (name: string) => call<Guild>('POST', '/guilds', { name }),
  changeGuild: (id: Snowflake, patch: GuildPatch) => call<Guild>('PATCH', `/guilds/${id}`, patch),
  deleteGuild: (id: Snowflake) => call<void>('DELETE', `/guilds/${id}`),
  setOutage: (id: Snowflake, isOut: boolean) => call<void>(isOut ? 'PUT' : 'DELETE', `/guilds/${id}/outage`),
  chatter: (guildId: Snowflake) => call<Chatter>('GET', `/guilds/${guildId}/chatter`),
  setChatter: (guildId: Snowflake, patch: Partial<Chatter>) =>
    call<Chatter>('PATCH', `/guilds/${guildId}/chatter`, patch),
  addCrowd: (guildId: Snowflake, count: number) =>
    call<{ added: number }>('POST', `/guilds/${guildId}/crowd`, { count }),
  guildsOf: (userId: Snowflake) => call<Guild[]>('GET', `/users/${userId}/guilds`),
  channels: (guildId: Snowflake) => call<Channel[]>('GET', `/guilds/${guildId}/channels`),
  createChannel: (guildId: Snowflake, input: ChannelPatch) =>
    call<Channel>('POST', `/guilds/${guildId}/channels`, input),
  changeChannel: (id: Snowflake, patch: ChannelPatch) => call<Channel>('PATCH', `/channels/${id}`, patch),
  moveChannels: (guildId: Snowflake, moves: readonly Move[]) =>
    call<Channel[]>('PATCH', `/guilds/${guildId}/channels`, moves),
  deleteChannel: (id: Snowflake) => call<void>('DELETE', `/channels/${id}`),
  viewingRoles: (channelId: Snowflake) =>
    call<(Sight & { role: Role })[]>('GET', `/channels/${channelId}/viewers/roles`),
  viewingMembers: (channelId: Snowflake, page: Page) =>
    call<(Sight & { member: Member })[]>('GET', `/channels/${channelId}/viewers/members${queryOf(page)}`),

  roles: (guildId: Snowflake) => call<Role[]>('GET', `/guilds/${guildId}/roles`),
  createRole: (guildId: Snowflake) => call<Role>('POST', `/guilds/${guildId}/roles`, {}),
  changeRole: (guildId: Snowflake, id: Snowflake, patch: RolePatch) =>
    call<Role>('PATCH', `/guilds/${guildId}/roles/${id}`, patch),
  moveRoles: (guildId: Snowflake, moves: readonly Move[]) =>
    call<Role[]>('PATCH', `/guilds/${guildId}/roles`, moves),
  deleteRole: (guildId: Snowflake, id: Snowflake) => call<void>('DELETE', `/guilds/${guildId}/roles/${id}`),

  memberPage: (guildId: Snowflake, page: Page) =>
    call<Member[]>('GET', `/guilds/${guildId}/members${queryOf(page)}`),
  changeMember: (guildId: Snowflake, userId: Snowflake, patch: MemberPatch) =>
    call<Member>('PATCH', `/guilds/${guildId}/members/${userId}`, patch),
  kick: (guildId: Snowflake, userId: Snowflake) =>
    call<void>('DELETE', `/guilds/${guildId}/members/${userId}?kicked=true`),
  createUser: (username: string) => call<User>('POST', '/users', { username }),
  members: (guildId: Snowflake) => call<Member[]>('GET', `/guilds/${guildId}/members`),
  invite: (guildId: Snowflake, userId: Snowflake) =>
    call<Member>('PUT', `/guilds/${guildId}/members/${userId}`),
  remove: (guildId: Snowflake, userId: Snowflake) =>
    call<void>('DELETE', `/guilds/${guildId}/members/${userId}`),

  openDm: (userId: Snowflake, recipientId: Snowflake) =>
    call<Channel>('POST', `/users/${userId}/channels`, { recipient_id: recipientId }),
  messages: (channelId: Snowflake, before?: Snowflake) =>
    call<Message[]>(
      'GET',
      `/channels/${channelId}/messages?limit=100${before === undefined ? '' : `&before=${before}`}`,
    ),
  say: (channelId: Snowflake, said: NewMessage, files: readonly File[] = []) => {
    const path = `/channels/${channelId}/messages`;
    return files.length === 0 ? call<Message>('POST', path, said) : upload<Message>(path, said, files);
  },
  forward: (message: Message, channelId: Snowflake, userId: Snowflake) =>
    call<Message>('POST', `/channels/${channelId}/messages`, {
      author_id: userId,
      message_reference: { type: 1, channel_id: message.channel_id, message_id: message.id },
    }),
  edit: (channelId: Snowflake, messageId: Snowflake, content: string) =>
    call<Message>('PATCH', `/channels/${channelId}/messages/${messageId}`, { content }),
  deleteMessage: (channelId: Snowflake, messageId: Snowflake) =>
    call<void>('DELETE', `/channels/${channelId}/messages/${messageId}`),
  react: (channelId: Snowflake, messageId: Snowflake, emoji: string, userId: Snowflake) =>
    call<void>('PUT', reactionPath(channelId, messageId, emoji, userId)),
  unreact: (channelId: Snowflake, messageId: Snowflake, emoji: string, userId: Snowflake) =>
    call<void>('DELETE', reactionPath(channelId, messageId, emoji, userId)),
  pins: (channelId: Snowflake) => call<Message[]>('GET', `/channels/${channelId}/pins`),
  pin: (channelId: Snowflake, messageId: Snowflake, userId: Snowflake) =>
    call<void>('PUT', `/channels/${channelId}/pins/${messageId}`, { user_id: userId }),
  unpin: (channelId: Snowflake, messageId: Snowflake) =>
    call<void>('DELETE', `/channels/${channelId}/pins/${messageId}`),
  vote: (channelId: Snowflake, messageId: Snowflake, answerId: number, userId: Snowflake) =>
    call<void>('PUT', `/channels/${channelId}/polls/${messageId}/answers/${answerId}/${userId}`),
  unvote: (channelId: Snowflake, messageId: Snowflake, answerId: number, userId: Snowflake) =>
    call<void>('DELETE', `/channels/${channelId}/polls/${messageId}/answers/${answerId}/${userId}`),
  threads: (guildId: Snowflake) => call<Channel[]>('GET', `/guilds/${guildId}/threads`),
  startThread: (channelId: Snowflake, ownerId: Snowflake, name: string, messageId?: Snowflake) =>
    call<Channel>('POST', `/channels/${channelId}/threads`, {
      owner_id: ownerId,
      name,
      ...(messageId === undefined ? {} : { message_id: messageId }),
    }),
  type: (channelId: Snowflake, userId: Snowflake) =>
    call<void>('POST', `/channels/${channelId}/typing`, { user_id: userId }),
};

function queryOf({ after, limit, query }: Page): string {
  const parameters = new URLSearchParams({ limit: String(limit) });
  if (after !== undefined) parameters.set('after', after);
  if (query !== '') parameters.set('query', query);
  return `?${parameters}`;
}

function reactionPath(channelId: string, messageId: string, emoji: string, userId: string): string {
  return `/channels/${channelId}/messages/${messageId}/reactions/${encodeURIComponent(emoji)}/${userId}`;
}
