/** Components of messages and modals, as Discord writes them. @see https://docs.discord.com/developers/components/reference */
import type { Emoji, Snowflake } from './types.ts';

export interface Button {
  readonly type: 2;
  /** 1 primary, 2 secondary, 3 success, 4 danger, 5 link, 6 premium. */
  readonly style: number;
  readonly label?: string;
  readonly emoji?: Partial<Emoji>;
  readonly custom_id?: string;
  readonly url?: string;
  readonly disabled?: boolean;
}

export interface SelectOption {
  readonly label: string;
  readonly value: string;
  readonly description?: string;
  readonly emoji?: Partial<Emoji>;
  readonly default?: boolean;
}

/** 3 of texts, 5 of users, 6 of roles, 7 of both, 8 of channels. */
export interface Select {
  readonly type: 3 | 5 | 6 | 7 | 8;
  readonly custom_id: string;
  readonly placeholder?: string;
  readonly options?: readonly SelectOption[];
  readonly min_values?: number;
  readonly max_values?: number;
  readonly disabled?: boolean;
  readonly required?: boolean;
  readonly channel_types?: readonly number[];
  readonly default_values?: readonly { readonly id: Snowflake }[];
}

export interface Media {
  readonly url: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly content_type: string | null;
}

export interface MediaItem {
  readonly media: Media;
  readonly description?: string | null;
  readonly spoiler?: boolean;
}

export type Component =
  | { readonly type: 1; readonly components: readonly Component[] }
  | Button
  | Select
  | { readonly type: 9; readonly components: readonly Component[]; readonly accessory: Component }
  | { readonly type: 10; readonly content: string }
  | ({ readonly type: 11 } & MediaItem)
  | { readonly type: 12; readonly items: readonly MediaItem[] }
  | { readonly type: 13; readonly file: Media; readonly name: string | null; readonly size: number | null }
  | { readonly type: 14; readonly divider?: boolean; readonly spacing?: number }
  | {
      readonly type: 17;
      readonly components: readonly Component[];
      readonly accent_color?: number | null;
      readonly spoiler?: boolean;
    };

export interface TextInput {
  readonly type: 4;
  readonly custom_id: string;
  /** 1 one line, 2 many. */
  readonly style?: number;
  readonly label?: string;
  readonly value?: string;
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly min_length?: number;
  readonly max_length?: number;
}

export type ModalInput =
  | TextInput
  | Select
  | {
      readonly type: 19;
      readonly custom_id: string;
      readonly required?: boolean;
      readonly min_values?: number;
      readonly max_values?: number;
    }
  | {
      /** 21 radio buttons, 22 boxes. */
      readonly type: 21 | 22;
      readonly custom_id: string;
      readonly required?: boolean;
      readonly options: readonly SelectOption[];
      readonly min_values?: number;
      readonly max_values?: number;
    }
  | { readonly type: 23; readonly custom_id: string; readonly default?: boolean };

export type ModalPart =
  | { readonly type: 1; readonly id: number; readonly components: readonly ModalInput[] }
  | { readonly type: 10; readonly id: number; readonly content: string }
  | {
      readonly type: 18;
      readonly id: number;
      readonly label: string;
      readonly description?: string;
      readonly component: ModalInput;
    };

export interface Modal {
  readonly custom_id: string;
  readonly title: string;
  readonly components: readonly ModalPart[];
}
