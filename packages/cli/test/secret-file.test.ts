import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readSecret, writeSecret } from '../src/secret-file.ts';

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'guildhall-secret-'));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

test('a secret is read back, and no draft is left', async (t) => {
  const path = await folder(t);
  await writeSecret(join(path, 'key'), 'abc');
  assert.equal(await readSecret(join(path, 'key')), 'abc');
  assert.deepEqual(await readdir(path), ['key']);
});

test('a missing or empty file holds no secret; an unreadable one is an error', async (t) => {
  const path = await folder(t);
  assert.equal(await readSecret(join(path, 'none')), null);
  await writeFile(join(path, 'empty'), '\n');
  assert.equal(await readSecret(join(path, 'empty')), null);
  await assert.rejects(readSecret(path), /EISDIR/);
});

test('only the owner may read it, also where an open file was there before', {
  skip: process.platform === 'win32',
}, async (t) => {
  const file = join(await folder(t), 'key');
  await writeFile(file, 'old', { mode: 0o644 });
  await writeSecret(file, 'new');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.equal(await readSecret(file), 'new');
});
