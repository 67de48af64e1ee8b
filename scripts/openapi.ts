/** `npm run openapi`: writes docs/owner-api.openapi.json, which a test holds to what the server gives out. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startGuildhall } from '@guildhall/server';

const FILE = join(import.meta.dirname, '../docs/owner-api.openapi.json');

await using hall = await startGuildhall({ port: 0, log: 'silent' });
const response = await fetch(new URL('/owner/v1/openapi.json', hall.apiBase), {
  headers: { authorization: `Bearer ${hall.ownerKey}` },
});
writeFileSync(FILE, `${JSON.stringify(await response.json(), null, 2)}\n`);
