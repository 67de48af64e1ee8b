/**
 * A certificate for a server on this machine, and the authority that has signed it. It is written here and not by a
 * library because the libraries for it bring some twenty packages, and this is two structures of RFC 5280.
 */
import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';
import {
  bitString,
  explicit,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  TRUE,
  time,
  utf8String,
} from './der.ts';

/** What a TLS server needs, in PEM. */
export interface KeyPair {
  /** The certificate, and those above it. */
  readonly cert: string;
  readonly key: string;
}

export interface MadeCertificate extends KeyPair {
  /** The certificate of the authority: what a client has to trust, in PEM. */
  readonly ca: string;
}

export interface CertificateRequest {
  /** Names and IP addresses beside localhost, 127.0.0.1 and ::1. */
  readonly hosts?: readonly string[];
  /** Begins a day earlier, for clocks that go slow. Default now. */
  readonly now?: Date;
}

const Oid = {
  COMMON_NAME: '2.5.4.3',
  ECDSA_WITH_SHA256: '1.2.840.10045.4.3.2',
  SUBJECT_KEY_IDENTIFIER: '2.5.29.14',
  KEY_USAGE: '2.5.29.15',
  SUBJECT_ALT_NAME: '2.5.29.17',
  BASIC_CONSTRAINTS: '2.5.29.19',
  AUTHORITY_KEY_IDENTIFIER: '2.5.29.35',
  EXTENDED_KEY_USAGE: '2.5.29.37',
  SERVER_AUTH: '1.3.6.1.5.5.7.3.1',
} as const;

const DAY_MS = 86_400_000;
/** Some systems take no server certificate that is good for longer than 825 days, others warn from 398 on. */
const LIFETIME_DAYS = 365;
/** A kept certificate is made anew when it has less left. */
const RENEWAL_DAYS = 30;
const SERIAL_BYTES = 16;
const HOME = ['localhost', '127.0.0.1', '::1'] as const;
/** Bit 0, and bit 5, of the key usage (RFC 5280, section 4.2.1.3). */
const DIGITAL_SIGNATURE: Buffer = bitString(Buffer.of(0b1000_0000), 7);
const KEY_CERT_SIGN: Buffer = bitString(Buffer.of(0b0000_0100), 2);
const ALGORITHM: Buffer = sequence(objectIdentifier(Oid.ECDSA_WITH_SHA256));

/**
 * Makes an authority, and by it a certificate for this machine. The authority's key is thrown away at once: whoever
 * trusts it trusts this one certificate and nothing else, ever.
 */
export function makeCertificate({ hosts = [], now = new Date() }: CertificateRequest = {}): MadeCertificate {
  const authority = newKeys();
  const server = newKeys();
  const validity = sequence(
    time(new Date(now.getTime() - DAY_MS)),
    time(new Date(now.getTime() + LIFETIME_DAYS * DAY_MS)),
  );
  // Two authorities of the same name would be taken for one another.
  const issuer = name(`Guildhall authority ${authority.id.toString('hex').slice(0, 8)}`);
  const ca = certificate(authority.privateKey, validity, {
    issuer,
    subject: issuer,
    keys: authority,
    extensions: [
      extension(Oid.BASIC_CONSTRAINTS, sequence(TRUE, integer(Buffer.of(0))), 'critical'),
      extension(Oid.KEY_USAGE, KEY_CERT_SIGN, 'critical'),
    ],
  });
  const cert = certificate(authority.privateKey, validity, {
    issuer,
    subject: name('Guildhall'),
    keys: server,
    extensions: [
      extension(Oid.BASIC_CONSTRAINTS, sequence(), 'critical'),
      extension(Oid.KEY_USAGE, DIGITAL_SIGNATURE, 'critical'),
      extension(Oid.EXTENDED_KEY_USAGE, sequence(objectIdentifier(Oid.SERVER_AUTH))),
      extension(Oid.AUTHORITY_KEY_IDENTIFIER, sequence(implicit(0, authority.id))),
      extension(Oid.SUBJECT_ALT_NAME, sequence(...[...new Set([...HOME, ...hosts])].map(alternativeName))),
    ],
  });
  return {
    cert: pem(cert) + pem(ca),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    ca: pem(ca),
  };
}

/**
 * Whether a kept certificate is still good for a while, and for all of these hosts.
 * @param cert PEM; text that is no certificate is not good
 */
export function isGoodFor(cert: string, { hosts = [], now = new Date() }: CertificateRequest = {}): boolean {
  try {
    const leaf = new X509Certificate(cert);
    if (leaf.validToDate.getTime() - now.getTime() < RENEWAL_DAYS * DAY_MS) return false;
    return [...HOME, ...hosts].every(
      (host) => (isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host)) !== undefined,
    );
  } catch {
    return false;
  }
}

interface Keys {
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Buffer;
  /** The key identifier. */
  readonly id: Buffer;
}

function newKeys(): Keys {
  // Every TLS stack knows this curve.
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' });
  return { privateKey: pair.privateKey, publicKey, id: createHash('sha1').update(publicKey).digest() };
}

interface Content {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly keys: Keys;
  readonly extensions: readonly Buffer[];
}

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1 */
function certificate(
  signer: KeyObject,
  validity: Buffer,
  { issuer, subject, keys, extensions }: Content,
): Buffer {
  const VERSION_3 = Buffer.of(2);
  const toBeSigned = sequence(
    explicit(0, integer(VERSION_3)),
    integer(serialNumber()),
    ALGORITHM,
    issuer,
    validity,
    subject,
    keys.publicKey,
    explicit(3, sequence(extension(Oid.SUBJECT_KEY_IDENTIFIER, octetString(keys.id)), ...extensions)),
  );
  return sequence(toBeSigned, ALGORITHM, bitString(sign('sha256', toBeSigned, signer)));
}

function extension(oid: string, content: Buffer, critical?: 'critical'): Buffer {
  return sequence(objectIdentifier(oid), ...(critical === undefined ? [] : [TRUE]), octetString(content));
}

function name(commonName: string): Buffer {
  return sequence(set(sequence(objectIdentifier(Oid.COMMON_NAME), utf8String(commonName))));
}

function alternativeName(host: string): Buffer {
  const DNS_NAME = 2;
  const IP_ADDRESS = 7;
  return isIP(host) === 0
    ? implicit(DNS_NAME, Buffer.from(host, 'latin1'))
    : implicit(IP_ADDRESS, addressBytes(host));
}

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  // The parser of URLs knows every spelling and leaves one: groups of hex digits, `::` for the longest run of zeros.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = new Array<number>(8 - before.length - after.length).fill(0);
  return Buffer.from([...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]));
}

function groups(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

/** Positive, and without zeros in front. */
function serialNumber(): Buffer {
  const bytes = randomBytes(SERIAL_BYTES);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return bytes;
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
