/** The bytes of a dispatch that differ between sessions. A constant number of them, so that they can be changed in place. */
export interface DispatchHead {
  readonly byteLength: number;
  /** Writes the head with the number 0. */
  write(target: Buffer, offset: number): void;
  /** Changes the number of a head that stands at `offset`. Hot path: nothing is checked. */
  setSeq(seq: number, target: Buffer, offset: number): void;
}
