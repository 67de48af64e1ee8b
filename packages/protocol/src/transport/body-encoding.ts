import type { EncodingName } from '../encoding/encoding.ts';
import { type DispatchHead, jsonDispatchHead } from '../envelope/splice.ts';
import type { BodyForms } from './body-forms.ts';
import type { SharedBody } from './shared-body.ts';

/** What the transports need to know of an encoding. */
export interface BodyEncoding {
  readonly name: EncodingName;
  /** Whether uncompressed messages travel in binary frames. */
  readonly binary: boolean;
  readonly head: DispatchHead;
  forms(body: SharedBody): BodyForms;
  encode(value: object): Buffer;
}

export const jsonBodies: BodyEncoding = {
  name: 'json',
  binary: false,
  head: jsonDispatchHead,
  forms: (body) => body.json,
  encode: (value) => Buffer.from(JSON.stringify(value)),
};
