import type { Finding, Severity } from '@guildhall/client';
import { parseConnectArguments } from './connect-arguments.ts';
import { connectClient, eventsOf } from './connect-client.ts';
import { printable } from './printable.ts';

const LABELS: Readonly<Record<Severity, string>> = {
  error: 'ERROR',
  warning: 'warning',
  info: 'info',
  ok: 'ok',
};
const LABEL_WIDTH = 9;

/**
 * `guildhall doctor`: what keeps a bot from hearing anything, without connecting as it.
 * @returns 1 when there is an error, else 0
 * @throws UsageError
 */
export async function doctor(args: readonly string[]): Promise<number> {
  const options = parseConnectArguments(args);
  const events = eventsOf(options);
  const client = await connectClient(options);
  for (const name of events) client.on(name, () => {});
  const findings = await client.explain({ scope: 'setup' });
  process.stdout.write(options.json ? `${JSON.stringify({ findings })}\n` : findingsText(findings));
  return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
}

/** Each finding with its cure below it, and a last line that sums up. */
export function findingsText(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ severity, code, seen, cure }) => [
    `${LABELS[severity].padEnd(LABEL_WIDTH)}${code}: ${printable(seen)}`,
    ...(cure === null ? [] : [`${''.padEnd(LABEL_WIDTH)}-> ${printable(cure)}`]),
  ]);
  const count = (wanted: Severity): number => findings.filter(({ severity }) => severity === wanted).length;
  return `${[...lines, '', `${count('error')} error(s), ${count('warning')} warning(s)`].join('\n')}\n`;
}
