import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isGoodFor, makeCertificate } from '../../src/tls/certificate.ts';

const DAY_MS = 86_400_000;
const HOSTS = ['guildhall.test', '10.1.2.3', 'fe80::1:2', '::ffff:10.0.0.1'];

describe('makeCertificate', () => {
  const made = makeCertificate({ hosts: HOSTS });
  const leaf = new X509Certificate(made.cert);
  const ca = new X509Certificate(made.ca);

  test('the certificate is signed by the authority and no authority itself', () => {
    assert.ok(leaf.checkIssued(ca) && leaf.verify(ca.publicKey) && ca.verify(ca.publicKey));
    assert.equal(leaf.ca, false);
    assert.equal(ca.ca, true);
    assert.ok(leaf.checkPrivateKey(createPrivateKey(made.key)));
  });

  test('nobody has the key of the authority', () => {
    assert.ok(!ca.checkPrivateKey(createPrivateKey(made.key)));
    assert.deepEqual(Object.keys(made).sort(), ['ca', 'cert', 'key']);
  });

  for (const name of ['localhost', 'guildhall.test']) {
    test(`it is good for ${name}`, () => assert.equal(leaf.checkHost(name), name));
  }

  for (const address of ['127.0.0.1', '::1', '10.1.2.3', 'fe80::1:2', '::ffff:10.0.0.1']) {
    test(`it is good for ${address}`, () => assert.equal(leaf.checkIP(address), address));
  }

  test('it is good for nothing else', () => {
    assert.equal(leaf.checkHost('discord.com'), undefined);
    assert.equal(leaf.checkIP('127.0.0.2'), undefined);
  });

  test('two have nothing in common', () => {
    const other = makeCertificate();
    assert.notEqual(new X509Certificate(other.cert).serialNumber, leaf.serialNumber);
    assert.notEqual(new X509Certificate(other.ca).subject, ca.subject);
  });

  for (const year of [2030, 2048, 2049, 2050, 2070]) {
    test(`its dates are right when it is made in ${year}`, () => {
      const now = new Date(Date.UTC(year, 6, 1, 12));
      const { validFromDate, validToDate } = new X509Certificate(makeCertificate({ now }).cert);
      assert.equal(validFromDate.getTime(), now.getTime() - DAY_MS);
      assert.equal(validToDate.getTime(), now.getTime() + 365 * DAY_MS);
    });
  }

  test('OpenSSL finds nothing wrong with it, however strict', (t) => {
    if (spawnSync('openssl', ['version']).status !== 0) return t.skip('OpenSSL is not installed');
    const folder = mkdtempSync(join(tmpdir(), 'guildhall-certificate-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'ca'), made.ca);
    writeFileSync(join(folder, 'cert'), made.cert);
    const options = [
      '-x509_strict',
      '-check_ss_sig',
      '-purpose',
      'sslserver',
      '-verify_hostname',
      'localhost',
    ];
    const answer = execFileSync('openssl', ['verify', ...options, '-CAfile', 'ca', 'cert'], { cwd: folder });
    assert.match(String(answer), /cert: OK/);
  });
});

describe('isGoodFor', () => {
  const { cert } = makeCertificate({ hosts: ['guildhall.test'] });
  const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);

  test('a fresh certificate is, for its hosts', () => {
    assert.ok(isGoodFor(cert));
    assert.ok(isGoodFor(cert, { hosts: ['guildhall.test'], now: inDays(334) }));
  });

  test('one that runs out soon, that lacks a host, or that is none, is not', () => {
    assert.ok(!isGoodFor(cert, { now: inDays(336) }));
    assert.ok(!isGoodFor(cert, { hosts: ['other.test'] }));
    assert.ok(!isGoodFor(cert, { hosts: ['10.0.0.1'] }));
    assert.ok(!isGoodFor('-----BEGIN CERTIFICATE-----'));
  });
});
