/** Modals: a form that an application shows to one user. Parts are as on the wire, with their ids filled in. */
import type { Snowflake } from './entities.ts';
import { ComponentType } from './interaction-kinds.ts';

export interface Modal {
  readonly custom_id: string;
  readonly title: string;
  readonly components: readonly ModalPart[];
}

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

/** Anything in a modal that the user fills in; which fields there are depends on its type. */
export interface ModalInput {
  readonly type: number;
  readonly id: number;
  readonly custom_id: string;
  /** Default true. */
  readonly required?: boolean;
  readonly style?: number;
  readonly label?: string;
  readonly value?: string;
  readonly placeholder?: string;
  readonly min_length?: number;
  readonly max_length?: number;
  readonly min_values?: number;
  readonly max_values?: number;
  readonly options?: readonly ModalChoice[];
  readonly default_values?: readonly { readonly id: Snowflake; readonly type: string }[];
  readonly channel_types?: readonly number[];
  readonly default?: boolean;
}

export interface ModalChoice {
  readonly label: string;
  readonly value: string;
  readonly description?: string;
  readonly default?: boolean;
}

/** Everything that the user can fill in, in order. */
export function modalInputs(parts: readonly ModalPart[]): readonly ModalInput[] {
  return parts.flatMap((part) => {
    switch (part.type) {
      case ComponentType.ACTION_ROW:
        return part.components;
      case ComponentType.LABEL:
        return [part.component];
      default:
        return [];
    }
  });
}
