/** What the figures were measured on. */
import { cpus, release, totalmem } from 'node:os';
import { canPin } from './child.ts';

const GIB = 2 ** 30;

export type Machine = typeof machine;

export const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGib: Math.round(totalmem() / GIB),
  system: `${process.platform} ${release()} ${process.arch}`,
  node: process.versions.node,
  zlib: process.versions.zlib ?? '',
  zstd: process.versions.zstd ?? '',
  /** Whether the measured process and its opposite ran on cores of their own. */
  pinned: canPin,
} as const;
