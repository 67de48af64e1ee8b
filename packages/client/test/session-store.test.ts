import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { FileSessionStore, type SessionRecord } from '@guildhall/client';
import { originOf, recordOf } from '../src/session-record.ts';
import { TOKEN } from './support/fixtures.ts';

interface Folder extends AsyncDisposable {
  readonly path: string;
}

async function makeFolder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'guildhall-store-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

function recordAt(seq: number): SessionRecord {
  const kept = { shardCount: 1, byShard: new Map([[0, { id: 's', resumeGatewayUrl: 'ws://x/', seq }]]) };
  const limit = { total: 1_000, remaining: 999, resetAfterMs: 1_000 };
  return recordOf(kept, originOf(TOKEN, 1, 'ws://x/'), limit, 1);
}

describe('the file of a session store', () => {
  test('gives back the last record, and nothing before the first', async () => {
    await using folder = await makeFolder();
    const store = new FileSessionStore(join(folder.path, 'sessions.json'));
    assert.equal(await store.load(), null);
    await store.save(recordAt(1));
    await store.save(recordAt(2));
    assert.deepEqual(await store.load(), recordAt(2));
    assert.deepEqual(await readdir(folder.path), ['sessions.json'], 'no draft is left');
  });

  test('is for its owner alone, also in place of one that was not', {
    skip: process.platform === 'win32',
  }, async () => {
    await using folder = await makeFolder();
    const path = join(folder.path, 'sessions.json');
    await writeFile(path, '{}', { mode: 0o644 });
    await new FileSessionStore(path).save(recordAt(1));
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });

  test('is never seen half written', async () => {
    await using folder = await makeFolder();
    const path = join(folder.path, 'sessions.json');
    const store = new FileSessionStore(path);
    await store.save(recordAt(0));
    let saving = true;
    const saved = (async () => {
      for (let seq = 1; seq <= 40; seq += 1) await store.save(recordAt(seq));
      saving = false;
    })();
    while (saving) JSON.parse(await readFile(path, 'utf8'));
    await saved;
  });

  test('that cannot be written leaves the one of before, and no draft', async () => {
    await using folder = await makeFolder();
    const missing = new FileSessionStore(join(folder.path, 'no', 'such', 'folder.json'));
    await assert.rejects(missing.save(recordAt(1)), { code: 'ENOENT' });
    const path = join(folder.path, 'sessions.json');
    const store = new FileSessionStore(path);
    await store.save(recordAt(1));
    await assert.rejects(
      store.save({
        ...recordAt(2),
        toJSON: () => {
          throw new Error('no');
        },
      } as never),
    );
    assert.deepEqual(await store.load(), recordAt(1));
    assert.deepEqual(await readdir(folder.path), ['sessions.json']);
  });

  test('that is not JSON is an error', async () => {
    await using folder = await makeFolder();
    const path = join(folder.path, 'sessions.json');
    await writeFile(path, '{"version":1,');
    await assert.rejects(async () => new FileSessionStore(path).load(), SyntaxError);
  });
});
