const SPACE = 0x20;
const CLOSE_BRACE = 0x7d;

/** Tells a whole gateway message from a part of one, by its encoding. One per connection. */
export interface MessageEnd {
  /** Whether uncompressed messages travel in binary frames. */
  readonly binary: boolean;
  /**
   * @param text of one message from its beginning; false is followed by a call with more of the same
   * @throws DecodeError when it can never become one
   */
  isWhole(text: Buffer): boolean;
}

/**
 * Gateway messages are JSON objects, so text that does not end in `}` is not the whole of one. White space behind the
 * object is legal; all of JSON's is at or below the space.
 */
export const jsonMessageEnd: MessageEnd = {
  binary: false,
  isWhole: (text) => {
    let last = text.length - 1;
    while (last >= 0 && (text[last] ?? 0) <= SPACE) last -= 1;
    return text[last] === CLOSE_BRACE;
  },
};
