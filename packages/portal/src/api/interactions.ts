/** What users do with applications: the part of the owner's API for commands, components and modals. */
import { call, upload } from './client.ts';
import type { Modal } from './components.ts';
import type { Message, Snowflake } from './types.ts';

export const SLASH = 1;
export const ON_USER = 2;
export const ON_MESSAGE = 3;

export interface Choice {
  readonly name: string;
  readonly value: string | number;
}

export interface CommandOption {
  readonly type: number;
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  readonly choices?: readonly Choice[];
  readonly options?: readonly CommandOption[];
  readonly autocomplete?: boolean;
  readonly channel_types?: readonly number[];
}

export interface Command {
  readonly id: Snowflake;
  readonly application_id: Snowflake;
  readonly type: number;
  readonly name: string;
  readonly description: string;
  readonly options?: readonly CommandOption[];
}

export interface UploadedFile {
  readonly filename: string;
  readonly url: string;
  readonly size: number;
}

export type OptionValue = string | number | boolean | UploadedFile;
export type FieldValue = string | boolean | readonly string[] | readonly UploadedFile[];

export type InteractionState =
  | 'pending'
  | 'expired'
  | 'deferred'
  | 'message'
  | 'deferred-update'
  | 'update'
  | 'choices'
  | 'modal'
  | 'activity';

export interface Interaction {
  readonly id: Snowflake;
  /** 2 command, 3 component, 4 autocomplete, 5 modal. */
  readonly type: number;
  readonly application_id: Snowflake;
  readonly user_id: Snowflake;
  readonly channel_id: Snowflake;
  readonly createdAt: string;
  readonly state: InteractionState;
  readonly message?: Message;
  readonly choices?: readonly Choice[];
  readonly modal?: Modal;
  readonly followUps: readonly Message[];
}

/** Who runs which command with what. */
export interface CommandUse {
  readonly user_id: Snowflake;
  readonly application_id: Snowflake;
  /** With group and subcommand. */
  readonly command: string;
  readonly type?: number;
  readonly target_id?: Snowflake;
  readonly options?: Readonly<Record<string, OptionValue>>;
}

export const interactionApi = {
  commands: (channelId: Snowflake, userId: Snowflake) =>
    call<Command[]>('GET', `/channels/${channelId}/commands?user_id=${userId}`),
  upload: (channelId: Snowflake, files: readonly File[]) =>
    upload<UploadedFile[]>(`/channels/${channelId}/files`, {}, files),
  run: (channelId: Snowflake, use: CommandUse) =>
    call<Interaction>('POST', `/channels/${channelId}/commands`, use),
  autocomplete: (channelId: Snowflake, use: CommandUse & { readonly focused: string }) =>
    call<Interaction>('POST', `/channels/${channelId}/autocomplete`, use),
  pressComponent: (
    channelId: Snowflake,
    messageId: Snowflake,
    use: { readonly user_id: Snowflake; readonly custom_id: string; readonly values?: readonly string[] },
  ) => call<Interaction>('POST', `/channels/${channelId}/messages/${messageId}/components`, use),
  interaction: (id: Snowflake) => call<Interaction>('GET', `/interactions/${id}`),
  submitModal: (id: Snowflake, values: Readonly<Record<string, FieldValue>>) =>
    call<Interaction>('POST', `/interactions/${id}/modal`, { values }),
};
