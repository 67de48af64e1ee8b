import type { FastifyRequest } from 'fastify';
import { RestError } from './errors.ts';

const HEADER = 'x-audit-log-reason';
const MAX_CHARS = 512;

/**
 * Why the caller does it: `X-Audit-Log-Reason`, percent-encoded. Null when there is none. A text that is not well encoded
 * is taken as it stands, as older clients send it.
 * @throws RestError 50035 above 512 characters
 * @see https://docs.discord.com/developers/resources/audit-log#audit-log-entry-object
 */
export function auditReason({ headers }: FastifyRequest): string | null {
  const header = headers[HEADER];
  if (typeof header !== 'string') return null;
  const reason = decoded(header).trim();
  if (reason === '') return null;
  if ([...reason].length > MAX_CHARS) {
    throw RestError.form({
      path: ['reason'],
      code: 'BASE_TYPE_MAX_LENGTH',
      message: `Must be ${MAX_CHARS} or fewer in length.`,
    });
  }
  return reason;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
