export type StoreErrorCode =
  /** Another process (or another world of this one) has the file open. */
  | 'STORE_IN_USE'
  /** The file was written by a newer version of this program. */
  | 'STORE_TOO_NEW'
  /** The file cannot be opened, is no database, or holds what no version of this program writes. */
  | 'STORE_UNREADABLE';

/** A store that cannot be opened or read. The message names the file and says what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
