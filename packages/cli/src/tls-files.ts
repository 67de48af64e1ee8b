import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isGoodFor, type KeyPair, makeCertificate } from '@guildhall/server';
import { UsageError } from './arguments.ts';
import { readSecret, writeSecret } from './secret-file.ts';

export interface TlsFiles {
  readonly pair: KeyPair;
  /** The certificate that a client has to trust. */
  readonly caFile: string;
}

/**
 * The certificate that is kept in the folder: made at the first start, and anew when it runs out or lacks one of the hosts.
 * Its key is for its owner's eyes only.
 */
export async function keptCertificate(folder: string, hosts: readonly string[]): Promise<TlsFiles> {
  const certFile = join(folder, 'tls.crt');
  const keyFile = join(folder, 'tls.key');
  const caFile = join(folder, 'tls-ca.crt');
  const [cert, key, ca] = await Promise.all([certFile, keyFile, caFile].map(readSecret));
  if (cert && key && ca && isGoodFor(cert, { hosts })) return { pair: { cert, key }, caFile };
  const made = makeCertificate({ hosts });
  await writeSecret(keyFile, made.key);
  await writeFile(caFile, made.ca);
  await writeFile(certFile, made.cert);
  return { pair: made, caFile };
}

/**
 * A certificate of the user's own. Who trusts it, or what stands above it, is the user's business.
 * @throws UsageError when a file cannot be read
 */
export async function givenCertificate(files: {
  readonly certFile: string;
  readonly keyFile: string;
}): Promise<TlsFiles> {
  const [cert, key] = await Promise.all([
    textOf('--tls-cert', files.certFile),
    textOf('--tls-key', files.keyFile),
  ]);
  return { pair: { cert, key }, caFile: files.certFile };
}

async function textOf(option: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${option}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
