import { type EncodingName, etfEncoding, jsonEncoding } from '../encoding/encoding.ts';
import type { DispatchHead } from '../envelope/dispatch-head.ts';
import { etfDispatchHead, etfPaddedDispatchHead, padEtfMessage } from '../envelope/etf-splice.ts';
import { jsonDispatchHead } from '../envelope/splice.ts';
import type { BodyForms } from './body-forms.ts';
import type { SharedBody } from './shared-body.ts';

/** What the transports need to know of an encoding. */
export interface BodyEncoding {
  readonly name: EncodingName;
  /** Whether uncompressed messages travel in binary frames. */
  readonly binary: boolean;
  readonly head: DispatchHead;
  /** In front of what comes out of a zstd block with 33 spaces before it. */
  readonly paddedHead: DispatchHead;
  forms(body: SharedBody): BodyForms;
  encode(value: object): Buffer;
  /** The same, cut where 33 spaces may come between. */
  encodePadded(value: object): { readonly head: Buffer; readonly rest: Buffer };
}

const NOTHING: Buffer = Buffer.alloc(0);

export const jsonBodies: BodyEncoding = {
  name: 'json',
  binary: false,
  head: jsonDispatchHead,
  // White space may stand between any two tokens.
  paddedHead: jsonDispatchHead,
  forms: (body) => body.json,
  encode: (value) => jsonEncoding.encode(value),
  encodePadded: (value) => ({ head: NOTHING, rest: jsonEncoding.encode(value) }),
};

const etf = etfEncoding();

export const etfBodies: BodyEncoding = {
  name: 'etf',
  binary: true,
  head: etfDispatchHead,
  paddedHead: etfPaddedDispatchHead,
  forms: (body) => body.etf,
  encode: (value) => etf.encode(value),
  encodePadded: (value) => padEtfMessage(etf.encode(value)),
};
