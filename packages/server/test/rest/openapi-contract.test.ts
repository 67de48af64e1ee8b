/** Drives every endpoint of the bot API and holds each answer against Discord's own OpenAPI document. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { InjectOptions } from 'fastify';
import { ping } from '../support/interactions.ts';
import { multipart, pngHead } from '../support/multipart.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';
import { callAdministration } from './support/administration-calls.ts';

const DOCUMENT_PATH =
  process.env.GUILDHALL_OPENAPI ??
  fileURLToPath(new URL('../../../../../shared/data/discord-openapi.json', import.meta.url));

interface Operation {
  readonly responses: Record<string, { readonly content?: Record<string, unknown>; readonly $ref?: string }>;
}
interface OpenApiDocument {
  readonly paths: Record<string, Record<string, Operation>>;
}

const skip = existsSync(DOCUMENT_PATH) ? false : `no OpenAPI document at ${DOCUMENT_PATH}`;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
type Method = (typeof METHODS)[number];

/** JSON pointer segment. */
const escaped = (segment: string) => segment.replaceAll('~', '~0').replaceAll('/', '~1');

class Contract {
  readonly #document: OpenApiDocument;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();
  readonly called = new Set<string>();

  constructor(text: string) {
    this.#document = JSON.parse(text) as OpenApiDocument;
    addFormats.default(this.#ajv, ['date-time', 'uri', 'int32', 'int64', 'double']);
    this.#ajv.addFormat('snowflake', /^(0|[1-9]\d*)$/);
    this.#ajv.addFormat('nonce', true);
    this.#ajv.addSchema(this.#document, 'discord');
  }

  /** Every operation of the document. */
  *operations(): Generator<[method: Method, path: string]> {
    for (const [path, operations] of Object.entries(this.#document.paths)) {
      for (const method of METHODS) {
        if (operations[method.toLowerCase()] !== undefined) yield [method, path];
      }
    }
  }

  /** @throws AssertionError when the document has no such answer, or describes another */
  check(path: string, method: string, status: number, body: unknown): void {
    const operation = this.#document.paths[path]?.[method.toLowerCase()];
    assert.ok(operation, `${method} ${path} is in the document`);
    const key = operation.responses[String(status)] === undefined ? `${String(status)[0]}XX` : String(status);
    const response = operation.responses[key];
    assert.ok(response, `${method} ${path} may answer ${status}`);
    this.called.add(`${method} ${path}`);
    if (status === 204) {
      assert.equal(body, undefined);
      return;
    }
    const pointer =
      response.$ref?.slice(1) ?? `/paths/${escaped(path)}/${method.toLowerCase()}/responses/${escaped(key)}`;
    const ref = `discord#${encodeURI(`${pointer}/content/${escaped('application/json')}/schema`)}`;
    const validate = this.#validators.get(ref) ?? this.#ajv.compile({ $ref: ref });
    this.#validators.set(ref, validate);
    assert.ok(validate(body), `${method} ${path} ${status}: ${this.#ajv.errorsText(validate.errors)}`);
  }
}

describe('the OpenAPI contract', { skip }, () => {
  let server: TestServer;
  let contract: Contract;

  before(async () => {
    server = await startTestServer();
    contract = new Contract(readFileSync(DOCUMENT_PATH, 'utf8'));
    const { world, application, guild, botRole } = server;
    world.applications.setPrivilegedIntents(application.id, ['GUILD_MEMBERS', 'MESSAGE_CONTENT']);
    world.roles.update(botRole.id, { permissions: 8n });
    const category = world.channels.create(guild.id, { name: 'rooms', type: 4 });
    world.channels.create(guild.id, { name: 'voice', type: 2, parentId: category.id });
    world.channels.create(guild.id, { name: 'news', type: 5 });
  });
  after(() => server[Symbol.asyncDispose]());

  async function call(
    method: Method,
    template: string,
    parameters: Record<string, string> = {},
    body?: object,
    query = '',
    more: InjectOptions = {},
  ) {
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(parameters[name] ?? ''),
    );
    const response = await server.bot(method, `${path}${query}`, body, more);
    const json = response.body === '' ? undefined : response.json();
    // The document gives the leaves of `errors` integer codes; the reference and Discord itself have names there.
    const { errors: _named, ...refusal } = json ?? {};
    contract.check(template, method, response.statusCode, response.statusCode < 400 ? json : refusal);
    return { status: response.statusCode, json };
  }

  const button = (custom_id: string) => ({ type: 2, style: 1, label: 'press', custom_id });
  const CHANNEL = '/channels/{channel_id}';
  const MESSAGES = `${CHANNEL}/messages`;
  const MESSAGE = `${MESSAGES}/{message_id}`;
  const REACTIONS = `${MESSAGE}/reactions`;

  test('holds for gateway, users and applications', async () => {
    const results = [
      await call('GET', '/gateway'),
      await call('GET', '/gateway/bot'),
      await call('GET', '/users/@me'),
      await call('PATCH', '/users/@me', {}, { username: 'renamed' }),
      await call('GET', '/users/{user_id}', { user_id: server.alice.id }),
      await call('GET', '/users/@me/guilds', {}, undefined, '?with_counts=true'),
      await call('POST', '/users/@me/channels', {}, { recipient_id: server.alice.id }),
      await call('GET', '/applications/@me'),
      await call('PATCH', '/applications/@me', {}, { description: 'new' }),
      await call('GET', '/applications/{application_id}', { application_id: server.application.id }),
      await call(
        'PATCH',
        '/applications/{application_id}',
        { application_id: server.application.id },
        { description: 'newer' },
      ),
      await call('GET', '/oauth2/applications/@me'),
    ];
    assert.deepEqual(
      results.map(({ status }) => status),
      results.map(() => 200),
    );
    assert.equal((await call('GET', '/oauth2/@me')).status, 401);
  });

  test('holds for guilds, members and roles', async () => {
    const guild_id = server.guild.id;
    const results = [
      await call('GET', '/guilds/{guild_id}', { guild_id }, undefined, '?with_counts=true'),
      await call('GET', '/guilds/{guild_id}', { guild_id }),
      await call('GET', '/guilds/{guild_id}/channels', { guild_id }),
      await call('GET', '/guilds/{guild_id}/members', { guild_id }, undefined, '?limit=1000'),
      await call('GET', '/guilds/{guild_id}/members/search', { guild_id }, undefined, '?query=al'),
      await call('GET', '/guilds/{guild_id}/members/{user_id}', { guild_id, user_id: server.alice.id }),
      await call('GET', '/guilds/{guild_id}/roles', { guild_id }),
      await call('GET', '/guilds/{guild_id}/roles/{role_id}', { guild_id, role_id: guild_id }),
    ];
    assert.deepEqual(
      results.map(({ status }) => status),
      results.map(() => 200),
    );
  });

  test('holds for channels of each kind', async () => {
    for (const { id } of server.world.channels.ofGuild(server.guild.id).values()) {
      assert.equal((await call('GET', CHANNEL, { channel_id: id })).status, 200);
    }
    const dm = await call('POST', '/users/@me/channels', {}, { recipient_id: server.alice.id });
    assert.equal((await call('GET', CHANNEL, { channel_id: dm.json.id })).status, 200);
    assert.equal((await call('POST', `${CHANNEL}/typing`, { channel_id: server.channel.id })).status, 204);
  });

  test('holds for messages and reactions', async () => {
    const channel_id = server.channel.id;
    const plain = await call(
      'POST',
      MESSAGES,
      { channel_id },
      { content: `<@${server.alice.id}> hi`, nonce: '1' },
    );
    assert.equal(plain.status, 200);
    const message_id = plain.json.id;
    const rich = await call(
      'POST',
      MESSAGES,
      { channel_id },
      {
        embeds: [
          {
            title: 'title',
            description: 'text',
            url: 'https://example.test/',
            timestamp: '2026-01-01T00:00:00Z',
            color: 1,
            footer: { text: 'footer', icon_url: 'https://example.test/a.png' },
            image: { url: 'https://example.test/b.png' },
            thumbnail: { url: 'https://example.test/c.png' },
            author: { name: 'author', url: 'https://example.test/' },
            fields: [{ name: 'name', value: 'value', inline: true }],
          },
        ],
        message_reference: { message_id },
        nonce: 12,
      },
    );
    assert.equal(rich.status, 200);
    assert.equal(
      (await call('PATCH', MESSAGE, { channel_id, message_id }, { content: 'edited' })).status,
      200,
    );
    for (const emoji_name of ['👍', 'blob:41771983429993937']) {
      const place = { channel_id, message_id, emoji_name };
      assert.equal((await call('PUT', `${REACTIONS}/{emoji_name}/@me`, place)).status, 204);
    }
    server.world.reactions.add(channel_id, message_id, server.alice.id, { id: null, name: '👍' });
    const thumbs = { channel_id, message_id, emoji_name: '👍', user_id: server.alice.id };
    assert.equal((await call('GET', `${REACTIONS}/{emoji_name}`, thumbs)).json.length, 2);
    assert.equal((await call('GET', MESSAGE, { channel_id, message_id })).json.reactions.length, 2);
    assert.equal((await call('GET', MESSAGES, { channel_id })).json.length, 2);
    assert.equal((await call('DELETE', `${REACTIONS}/{emoji_name}/{user_id}`, thumbs)).status, 204);
    assert.equal((await call('DELETE', `${REACTIONS}/{emoji_name}/@me`, thumbs)).status, 204);
    const blob = { ...thumbs, emoji_name: 'blob:41771983429993937' };
    assert.equal((await call('DELETE', `${REACTIONS}/{emoji_name}`, blob)).status, 204);
    assert.equal((await call('DELETE', REACTIONS, thumbs)).status, 204);
    assert.equal((await call('DELETE', MESSAGE, { channel_id, message_id })).status, 204);
    const more = await call('POST', MESSAGES, { channel_id }, { content: 'more' });
    const search = '/guilds/{guild_id}/messages/search';
    const found = await call('GET', search, { guild_id: server.guild.id }, undefined, '?content=more');
    assert.equal(found.json.total_results, 1);
    const messages = [rich.json.id, more.json.id];
    assert.equal((await call('POST', `${MESSAGES}/bulk-delete`, { channel_id }, { messages })).status, 204);
  });

  test('holds for the administration of guilds', () => callAdministration(server, call));

  test('holds for application commands', async () => {
    const application_id = server.application.id;
    const option = { name: 'o', description: 'd', name_localizations: { de: 'o' } };
    const full = {
      name: 'full',
      description: 'd',
      description_localizations: { de: 'd' },
      options: [
        {
          ...option,
          type: 3,
          name: 'text',
          required: true,
          choices: [{ name: 'c', value: 'v' }],
          max_length: 5,
        },
        { ...option, type: 4, name: 'whole', autocomplete: true, min_value: 1 },
        { ...option, type: 7, name: 'channel', channel_types: [0, 5] },
        { ...option, type: 10, name: 'number', max_value: 1.5 },
        ...[5, 6, 8, 9, 11].map((type) => ({ ...option, type, name: `o${type}` })),
      ],
    };
    const tree = {
      name: 'tree',
      description: 'd',
      options: [{ type: 2, ...option, options: [{ type: 1, ...option, options: [{ type: 3, ...option }] }] }],
    };
    for (const [base, place] of [
      ['/applications/{application_id}/commands', { application_id }],
      [
        '/applications/{application_id}/guilds/{guild_id}/commands',
        { application_id, guild_id: server.guild.id },
      ],
    ] as const) {
      const made = await call('POST', base, place, full);
      assert.equal(made.status, 201);
      assert.equal((await call('POST', base, place, full)).status, 200);
      const list = await call('PUT', base, place, [full, tree, { name: 'High Five', type: 2 }]);
      assert.equal(list.json.length, 3);
      assert.equal((await call('GET', base, place)).json.length, 3);
      await call('GET', base, place, undefined, '?with_localizations=true');
      const one = { ...place, command_id: made.json.id };
      assert.equal((await call('GET', `${base}/{command_id}`, one)).status, 200);
      assert.equal((await call('PATCH', `${base}/{command_id}`, one, { description: 'e' })).status, 200);
      if ('guild_id' in place) {
        const { world } = server;
        world.commandAccess.set(application_id, place.guild_id, made.json.id, [
          { id: server.alice.id, type: 2, permission: true },
        ]);
        const permissions = `${base}/{command_id}/permissions`;
        assert.equal((await call('GET', `${base}/permissions`, place)).json.length, 1);
        assert.equal((await call('GET', permissions, one)).status, 200);
        assert.equal((await call('PUT', permissions, one, { permissions: [] })).status, 403);
      }
      assert.equal((await call('DELETE', `${base}/{command_id}`, one)).status, 204);
    }
  });

  test('holds for entitlements and subscriptions', async () => {
    const { world, alice, guild, application } = server;
    const application_id = application.id;
    const ENTITLEMENTS = '/applications/{application_id}/entitlements';
    const ENTITLEMENT = `${ENTITLEMENTS}/{entitlement_id}`;
    const { id: sku_id } = world.skus.create(application_id, { name: 'premium' });
    const owners = [
      { owner_id: alice.id, owner_type: 2 },
      { owner_id: guild.id, owner_type: 1 },
    ];
    for (const owner of owners) {
      const made = await call('POST', ENTITLEMENTS, { application_id }, { sku_id, ...owner });
      const place = { application_id, entitlement_id: made.json.id };
      assert.equal((await call('GET', ENTITLEMENT, place)).status, 200);
      assert.equal((await call('DELETE', ENTITLEMENT, place)).status, 204);
    }
    const { id: coins } = world.skus.create(application_id, { name: 'coins', type: 3 });
    const bag = world.entitlements.purchase(application_id, { skuId: coins, userId: alice.id });
    const place = { application_id, entitlement_id: bag.id };
    assert.equal((await call('POST', `${ENTITLEMENT}/consume`, place)).status, 204);
    const { subscription_id } = world.entitlements.purchase(application_id, {
      skuId: sku_id,
      userId: alice.id,
    });
    const all = await call('GET', ENTITLEMENTS, { application_id }, undefined, `?sku_ids=${sku_id}`);
    assert.equal(all.json.length, 1);
    const SUBSCRIPTIONS = '/skus/{sku_id}/subscriptions';
    const query = `?user_id=${alice.id}`;
    assert.equal((await call('GET', SUBSCRIPTIONS, { sku_id }, undefined, query)).json.length, 1);
    const one = { sku_id, subscription_id: subscription_id ?? '' };
    assert.equal((await call('GET', `${SUBSCRIPTIONS}/{subscription_id}`, one)).status, 200);
  });

  test('holds for interactions and their messages', async () => {
    const { world, application, alice } = server;
    const WEBHOOK = '/webhooks/{webhook_id}/{webhook_token}';
    const CALLBACK = '/interactions/{interaction_id}/{interaction_token}/callback';
    const respond = ({ id, token }: { id: string; token: string }, body: object) =>
      call('POST', CALLBACK, { interaction_id: id, interaction_token: token }, body, '?with_response=true');
    const place = ({ token }: { token: string }) => ({ webhook_id: application.id, webhook_token: token });

    const begun = ping(server);
    const row = { type: 1, components: [{ type: 2, style: 1, label: 'Go', custom_id: 'go' }] };
    const answered = await respond(begun, { type: 4, data: { content: 'one', components: [row] } });
    assert.equal(answered.status, 200);
    const messageId = answered.json.resource.message.id;
    const ORIGINAL = `${WEBHOOK}/messages/@original`;
    assert.equal((await call('GET', ORIGINAL, place(begun))).status, 200);
    assert.equal((await call('PATCH', ORIGINAL, place(begun), { content: 'two' })).status, 200);
    const followUp = await call('POST', WEBHOOK, place(begun), { content: 'three', flags: 64 });
    assert.equal(followUp.status, 200);
    const one = { ...place(begun), message_id: followUp.json.id };
    assert.equal((await call('GET', `${WEBHOOK}/messages/{message_id}`, one)).status, 200);
    assert.equal(
      (await call('PATCH', `${WEBHOOK}/messages/{message_id}`, one, { content: 'four' })).status,
      200,
    );
    assert.equal((await call('DELETE', `${WEBHOOK}/messages/{message_id}`, one)).status, 204);

    const actor = { userId: alice.id, channelId: server.channel.id, messageId, button: 'go' };
    const updated = await respond(world.clientActions.click(actor), { type: 7, data: { content: 'five' } });
    assert.equal(updated.json.resource.type, 7);
    const clicked = world.clientActions.click(actor);
    await respond(clicked, {
      type: 9,
      data: { custom_id: 'f', title: 'F', components: [{ type: 10, content: 'Nothing to fill in' }] },
    });
    const submit = world.clientActions.submitModal({ interactionId: clicked.id });
    assert.equal((await respond(submit, { type: 5, data: { flags: 64 } })).status, 200);
    assert.equal((await respond(submit, { type: 5 })).status, 400);
    assert.equal((await call('DELETE', ORIGINAL, place(begun))).status, 204);
    assert.equal((await call('GET', ORIGINAL, place(begun))).status, 404);
  });

  test('holds for files, components, polls and pins', async () => {
    const channel_id = server.channel.id;
    const file = multipart(
      {
        flags: 1 << 15,
        components: [
          { type: 10, content: 'text' },
          { type: 9, components: [{ type: 10, content: 'x' }], accessory: button('in a section') },
          { type: 12, items: [{ media: { url: 'attachment://a.png' } }] },
          { type: 13, file: { url: 'attachment://a.png' } },
          { type: 14 },
          {
            type: 17,
            components: [
              {
                type: 9,
                components: [{ type: 10, content: 'y' }],
                accessory: { type: 11, media: { url: 'https://example.test/b.png' } },
              },
              { type: 1, components: [{ type: 5, custom_id: 'user' }] },
            ],
          },
        ],
      },
      [{ field: 'files[0]', filename: 'a.png', bytes: pngHead(2, 3) }],
    );
    assert.equal((await call('POST', MESSAGES, { channel_id }, undefined, '', file)).status, 200);
    const rows = {
      content: 'rows',
      components: [
        {
          type: 1,
          components: [button('a'), { type: 2, style: 5, url: 'https://example.test', label: 'b' }],
        },
        { type: 1, components: [{ type: 3, custom_id: 'menu', options: [{ label: 'l', value: 'v' }] }] },
      ],
    };
    const message = await call('POST', MESSAGES, { channel_id }, rows);
    assert.equal(message.status, 200);
    const message_id = message.json.id;
    const files = multipart({ content: 'notes' }, [{ field: 'files[0]', filename: 'n.txt', bytes: 'n' }]);
    const noted = await call('POST', MESSAGES, { channel_id }, undefined, '', files);
    assert.equal(noted.json.attachments.length, 1);

    const fields = { name: 'wave', description: '', tags: '👋' };
    const picture = multipart(fields, [{ field: 'file', filename: 'w.png', bytes: pngHead(1, 1) }]);
    const guild_id = server.guild.id;
    const sticker = await call('POST', '/guilds/{guild_id}/stickers', { guild_id }, undefined, '', picture);
    assert.equal(sticker.status, 201);
    const sticker_ids = [sticker.json.id];
    const waved = await call('POST', MESSAGES, { channel_id }, { sticker_ids });
    assert.equal(waved.json.sticker_items[0].id, sticker_ids[0]);
    assert.equal((await call('GET', '/sticker-packs/{pack_id}', { pack_id: '1' })).status, 404);

    const poll = { question: { text: '?' }, answers: [{ poll_media: { text: 'a', emoji: { name: '👍' } } }] };
    const asked = await call('POST', MESSAGES, { channel_id }, { poll });
    assert.equal(asked.status, 200);
    server.world.polls.vote(channel_id, asked.json.id, server.alice.id, 1);
    const ballot = { channel_id, message_id: asked.json.id, answer_id: '1' };
    const POLL = `${CHANNEL}/polls/{message_id}`;
    assert.equal((await call('GET', `${POLL}/answers/{answer_id}`, ballot)).json.users.length, 1);
    assert.equal((await call('POST', `${POLL}/expire`, ballot)).json.poll.results.is_finalized, true);

    for (const path of [`${MESSAGES}/pins`, `${CHANNEL}/pins`]) {
      assert.equal((await call('PUT', `${path}/{message_id}`, { channel_id, message_id })).status, 204);
      const { json } = await call('GET', path, { channel_id });
      assert.equal((json.items ?? json).length, 1);
      assert.equal((await call('DELETE', `${path}/{message_id}`, { channel_id, message_id })).status, 204);
    }
    assert.equal((await call('GET', MESSAGES, { channel_id })).status, 200);
  });

  test('holds for threads', async () => {
    const { world, guild, channel, alice, application } = server;
    const channel_id = channel.id;
    const message = await call('POST', MESSAGES, { channel_id }, { content: 'thread of this' });
    const message_id = message.json.id;
    const started = await call('POST', `${MESSAGE}/threads`, { channel_id, message_id }, { name: 'one' });
    assert.equal(started.status, 201);
    assert.equal((await call('GET', MESSAGE, { channel_id, message_id })).json.thread.id, message_id);
    const thread = { channel_id: message_id, user_id: alice.id };
    const secret = await call('POST', `${CHANNEL}/threads`, { channel_id }, { name: 'two', type: 12 });
    const forum = world.channels.create(guild.id, {
      name: 'forum',
      type: 15,
      availableTags: [{ name: 'tag', emoji_name: '👍' }],
    });
    assert.equal((await call('GET', CHANNEL, { channel_id: forum.id })).status, 200);
    const post = await call(
      'POST',
      `${CHANNEL}/threads`,
      { channel_id: forum.id },
      { name: 'post', message: { content: 'x' }, applied_tags: [forum.available_tags?.[0]?.id] },
    );
    assert.deepEqual([post.status, post.json.message.id], [201, post.json.id]);

    const MEMBERS = `${CHANNEL}/thread-members`;
    for (const path of [`${MEMBERS}/{user_id}`, `${MEMBERS}/@me`]) {
      assert.equal((await call('PUT', path, thread)).status, 204);
    }
    assert.equal((await call('GET', MEMBERS, thread, undefined, '?with_member=true')).json.length, 2);
    assert.equal((await call('GET', MEMBERS, thread)).json.length, 2);
    assert.equal((await call('GET', `${MEMBERS}/{user_id}`, thread)).json.user_id, alice.id);
    assert.equal((await call('GET', CHANNEL, thread)).json.member.user_id, application.botUserId);
    assert.equal((await call('DELETE', `${MEMBERS}/{user_id}`, thread)).status, 204);
    const active = await call('GET', '/guilds/{guild_id}/threads/active', { guild_id: guild.id });
    assert.equal(active.json.threads.length, 3);
    for (const id of [thread.channel_id, secret.json.id]) {
      const { json } = await call('PATCH', CHANNEL, { channel_id: id }, { archived: true });
      assert.equal(json.thread_metadata.archived, true);
    }
    for (const path of [
      'threads/archived/public',
      'threads/archived/private',
      'users/@me/threads/archived/private',
    ]) {
      assert.equal((await call('GET', `${CHANNEL}/${path}`, { channel_id })).json.threads.length, 1);
    }
    world.threads.update(secret.json.id, { archived: false }, alice.id);
    assert.equal((await call('DELETE', `${MEMBERS}/@me`, { channel_id: secret.json.id })).status, 204);
    assert.equal((await call('DELETE', CHANNEL, { channel_id: secret.json.id })).status, 200);
  });

  test('holds for webhooks, and for what is published and followed', async () => {
    const { world, guild, channel } = server;
    const channel_id = channel.id;
    const made = await call('POST', `${CHANNEL}/webhooks`, { channel_id }, { name: 'hook' });
    assert.equal(made.status, 200);
    const { id: webhook_id, token: webhook_token } = made.json;
    const hook = { webhook_id, webhook_token };
    const WEBHOOK = '/webhooks/{webhook_id}';
    const SPEAK = `${WEBHOOK}/{webhook_token}`;
    assert.equal((await call('POST', SPEAK, hook, { content: 'silent' })).status, 204);
    const said = await call('POST', SPEAK, hook, { content: 'x', username: 'Other' }, '?wait=true');
    const SAID = `${SPEAK}/messages/{message_id}`;
    const message = { ...hook, message_id: said.json.id };
    assert.equal((await call('GET', SAID, message)).json.author.username, 'Other');
    assert.equal((await call('PATCH', SAID, message, { content: 'y' })).json.content, 'y');
    assert.equal((await call('DELETE', SAID, message)).status, 204);
    // The document lists them apart; a webhook of one's own has no original message.
    for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
      const body = method === 'PATCH' ? {} : undefined;
      assert.equal((await call(method, `${SPEAK}/messages/@original`, hook, body)).status, 404);
    }
    assert.equal((await call('GET', WEBHOOK, hook)).json.user.id, server.application.botUserId);
    assert.equal((await call('PATCH', WEBHOOK, hook, { name: 'renamed' })).json.name, 'renamed');
    assert.equal((await call('GET', SPEAK, hook)).json.user, undefined);
    assert.equal((await call('PATCH', SPEAK, hook, { name: 'again' })).json.name, 'again');

    const news = [...world.channels.ofGuild(guild.id).values()].find(({ type }) => type === 5);
    const source = { channel_id: news?.id ?? '' };
    const follow = { webhook_channel_id: channel_id };
    assert.equal((await call('POST', `${CHANNEL}/followers`, source, follow)).status, 200);
    const published = await call('POST', MESSAGES, source, { content: 'news' });
    const place = { ...source, message_id: published.json.id };
    assert.equal((await call('POST', `${MESSAGE}/crosspost`, place)).json.flags, 1);
    assert.equal((await call('GET', MESSAGES, { channel_id })).json[0].content, 'news');
    assert.equal((await call('GET', `${CHANNEL}/webhooks`, { channel_id })).json.length, 2);
    assert.equal((await call('GET', '/guilds/{guild_id}/webhooks', { guild_id: guild.id })).json.length, 2);
    assert.equal((await call('DELETE', SPEAK, hook)).status, 204);
    const other = await call('POST', `${CHANNEL}/webhooks`, { channel_id }, { name: 'second' });
    assert.equal((await call('DELETE', WEBHOOK, { webhook_id: other.json.id })).status, 204);
  });

  test('holds for refusals', async () => {
    assert.equal((await call('GET', CHANNEL, { channel_id: '1' })).status, 404);
    assert.equal((await call('GET', CHANNEL, { channel_id: 'x' })).status, 400);
    const channel_id = server.channel.id;
    assert.equal((await call('POST', MESSAGES, { channel_id }, {})).status, 400);
    const long = { content: 'x'.repeat(2_001), embeds: [{ title: 'x'.repeat(257) }] };
    assert.equal((await call('POST', MESSAGES, { channel_id }, long)).status, 400);
  });

  test('holds when the bot leaves, and has been tried on every endpoint that is served', async () => {
    assert.equal(
      (await call('DELETE', '/users/@me/guilds/{guild_id}', { guild_id: server.guild.id })).status,
      204,
    );
    const served: string[] = [];
    for (const [method, path] of contract.operations()) {
      const response = await server.bot(method, path.replace(/\{\w+\}/g, '1'));
      const isUnserved = response.statusCode === 405 || response.body.includes('404: Not Found');
      if (!isUnserved) served.push(`${method} ${path}`);
    }
    assert.deepEqual(
      served.filter((operation) => !contract.called.has(operation)),
      [],
    );
    assert.ok(served.length >= 30, `found only ${served.length} operations`);
  });
});
