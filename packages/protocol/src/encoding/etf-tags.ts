/** Begins every term on the wire. */
export const ETF_VERSION = 131;

/**
 * The first byte of a term. Those of Erlang's own things (pids, ports, references, functions, bit strings) have no
 * counterpart in gateway messages and are left out.
 * @see https://www.erlang.org/doc/apps/erts/erl_ext_dist.html
 */
export const EtfTag = {
  NewFloat: 70,
  /** Only directly behind the version: a size, then the term in zlib format. */
  Compressed: 80,
  SmallInteger: 97,
  Integer: 98,
  /** 31 characters of decimal text. */
  Float: 99,
  /** Latin-1, as {@link EtfTag.SmallAtom}; the length has two bytes. */
  Atom: 100,
  SmallTuple: 104,
  LargeTuple: 105,
  /** The empty list. */
  Nil: 106,
  /** No text but a list of bytes, in short. */
  String: 107,
  List: 108,
  Binary: 109,
  SmallBig: 110,
  LargeBig: 111,
  SmallAtom: 115,
  Map: 116,
  AtomUtf8: 118,
  SmallAtomUtf8: 119,
} as const;
