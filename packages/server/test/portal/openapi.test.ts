/** The owner's API in OpenAPI: valid by another's measure, true of the server, and as the docs say. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { startTestServer } from '../support/test-server.ts';

const DOCS = new URL('../../../../docs/', import.meta.url);

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}
interface Schema {
  readonly properties?: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

async function served(): Promise<Document> {
  await using server = await startTestServer();
  const response = await server.owner('GET', '/openapi.json');
  assert.equal(response.statusCode, 200);
  return response.json();
}

describe('the OpenAPI document', () => {
  test('is valid by the schema of OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate({ ...(await served()) });
    assert.deepEqual([valid, errors], [true, undefined]);
    assert.equal(validator.version, '3.1');
  });

  test('is the file in docs; `npm run openapi` writes it anew', async () => {
    const file: unknown = JSON.parse(readFileSync(new URL('owner-api.openapi.json', DOCS), 'utf8'));
    assert.deepEqual(file, await served());
  });

  test('answers each route with the status that docs/owner-api.md says', async () => {
    const { paths } = await served();
    const rows = readFileSync(new URL('owner-api.md', DOCS), 'utf8').matchAll(
      /^\| `([A-Z]+) (\/\S+)` \|.*\| (\d{3})\b.*\|.*\|$/gm,
    );
    let count = 0;
    for (const [, method = '', path = '', status = ''] of rows) {
      const operation = paths[path.replace('{emoji}', '{emoji_name}')]?.[method.toLowerCase()];
      assert.deepEqual(Object.keys(operation?.responses ?? {}), [status, 'default'], `${method} ${path}`);
      count += 1;
    }
    assert.equal(count, Object.values(paths).flatMap((operations) => Object.keys(operations)).length);
  });

  test('holds what the schemas of the routes say', async () => {
    const { paths } = await served();
    const created = paths['/guilds']?.post?.requestBody?.content['application/json']?.schema;
    assert.deepEqual(created?.properties?.name, { type: 'string', minLength: 1, maxLength: 100 });
    assert.deepEqual(created?.required, ['name']);
    const said = paths['/channels/{channel_id}/messages']?.post?.requestBody?.content;
    assert.deepEqual(Object.keys(said ?? {}), ['application/json', 'multipart/form-data']);
    const listed = paths['/channels/{channel_id}/commands']?.get?.parameters?.map(
      ({ name, in: place, required }) => [name, place, required],
    );
    assert.deepEqual(listed, [
      ['channel_id', 'path', true],
      ['user_id', 'query', true],
    ]);
    // None of the words that nobody else knows.
    assert.doesNotMatch(
      JSON.stringify(paths),
      /"(snowflake|queryBoolean|permissions|webUrl|unserved)":"(required|nullable)"/,
    );
  });
});
