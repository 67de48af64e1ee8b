import type { Logger } from '@guildhall/client';

/** A logger, and what was written to it. */
export function recorder(): {
  readonly logger: Logger;
  readonly lines: [level: string, fields: object, message: string][];
} {
  const lines: [string, object, string][] = [];
  const level = (name: string) => (fields: object, message: string) =>
    void lines.push([name, fields, message]);
  return {
    logger: { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') },
    lines,
  };
}
