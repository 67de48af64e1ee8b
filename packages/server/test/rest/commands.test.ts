import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { dispatchNames, recordEvents } from '../support/events.ts';
import { leaves } from '../support/form-errors.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const command = (more: object = {}) => ({ name: 'ping', description: 'Answers', ...more });
const option = (more: object = {}) => ({ type: 3, name: 'text', description: 'Some text', ...more });

const globalPath = ({ application }: TestServer) => `/applications/${application.id}/commands`;
const guildPath = ({ application, guild }: TestServer) =>
  `/applications/${application.id}/guilds/${guild.id}/commands`;

describe('application commands', () => {
  test('a command is made (201), made again under its name (200), and keeps its id', async () => {
    await using server = await startTestServer();
    const path = globalPath(server);
    const first = await server.bot('POST', path, command());
    assert.equal(first.statusCode, 201);
    const made = first.json();
    assert.deepEqual(
      { ...made, id: '', version: '' },
      {
        id: '',
        version: '',
        application_id: server.application.id,
        type: 1,
        name: 'ping',
        name_localizations: null,
        description: 'Answers',
        description_localizations: null,
        default_member_permissions: null,
        dm_permission: true,
        contexts: null,
        integration_types: [0],
        nsfw: false,
      },
    );
    const again = await server.bot('POST', path, command({ description: 'Answers twice' }));
    assert.equal(again.statusCode, 200);
    assert.equal(again.json().id, made.id);
    assert.notEqual(again.json().version, made.version);
    const unchanged = await server.bot('POST', path, command({ description: 'Answers twice' }));
    assert.equal(unchanged.json().version, again.json().version);
    assert.equal((await server.bot('GET', path)).json().length, 1);
  });

  test('PATCH changes what it names; DELETE takes the command away', async () => {
    await using server = await startTestServer();
    const path = guildPath(server);
    const made = (await server.bot('POST', path, command({ options: [option()] }))).json();
    assert.equal(made.guild_id, server.guild.id);
    assert.equal('dm_permission' in made, false);
    const edited = (
      await server.bot('PATCH', `${path}/${made.id}`, { default_member_permissions: '8' })
    ).json();
    assert.equal(edited.default_member_permissions, '8');
    assert.deepEqual(edited.options, made.options);
    assert.notEqual(edited.version, made.version);
    assert.deepEqual((await server.bot('GET', `${path}/${made.id}`)).json(), edited);
    assert.equal((await server.bot('DELETE', `${path}/${made.id}`)).statusCode, 204);
    for (const method of ['GET', 'DELETE', 'PATCH'] as const) {
      const gone = await server.bot(method, `${path}/${made.id}`);
      assert.deepEqual([gone.statusCode, gone.json().code], [404, 10063]);
    }
  });

  test('a name is free once per type and scope', async () => {
    await using server = await startTestServer();
    const path = globalPath(server);
    const ping = (await server.bot('POST', path, command())).json();
    assert.equal((await server.bot('POST', path, { name: 'ping', type: 2 })).statusCode, 201);
    assert.equal((await server.bot('POST', guildPath(server), command())).statusCode, 201);
    await server.bot('POST', path, command({ name: 'pong' }));
    const refused = await server.bot('PATCH', `${path}/${ping.id}`, { name: 'pong' });
    assert.deepEqual([refused.statusCode, refused.json().code], [400, 40041]);
  });

  test('PUT leaves exactly its list: known names keep their ids, ids their new names', async () => {
    await using server = await startTestServer();
    const path = globalPath(server);
    const before = (
      await server.bot('PUT', path, [command(), command({ name: 'pong' }), { name: 'High Five', type: 2 }])
    ).json();
    assert.deepEqual(
      before.map(({ name, type }: { name: string; type: number }) => [name, type]),
      [
        ['ping', 1],
        ['pong', 1],
        ['High Five', 2],
      ],
    );
    const [ping, pong] = before;
    const after = (
      await server.bot('PUT', path, [command({ name: 'renamed', id: pong.id }), command({ nsfw: true })])
    ).json();
    assert.deepEqual([after[0].id, after[0].name], [pong.id, 'renamed']);
    assert.deepEqual([after[1].id, after[1].name, after[1].nsfw], [ping.id, 'ping', true]);
    assert.equal((await server.bot('GET', path)).json().length, 2);
    assert.deepEqual((await server.bot('PUT', path, [])).json(), []);
    assert.deepEqual((await server.bot('GET', path)).json(), []);
  });

  test('a list shows translations for the asker’s language, or all of them', async () => {
    await using server = await startTestServer();
    const path = globalPath(server);
    const color = command({
      name: 'color',
      name_localizations: { de: 'farbe', 'en-GB': 'colour' },
      description_localizations: { de: 'Antwortet' },
      options: [
        option({
          name_localizations: { de: 'wort' },
          choices: [{ name: 'red', value: 'r', name_localizations: { de: 'Rot' } }],
        }),
      ],
    });
    await server.bot('POST', path, color);
    const listed = async (headers: Record<string, string>, query = '') =>
      (await server.bot('GET', `${path}${query}`, undefined, { headers })).json()[0];
    const german = await listed({ 'x-discord-locale': 'de' });
    assert.deepEqual(
      [german.name_localized, german.description_localized, german.options[0].name_localized],
      ['farbe', 'Antwortet', 'wort'],
    );
    assert.equal(german.options[0].choices[0].name_localized, 'Rot');
    assert.equal('name_localizations' in german, false);
    assert.equal((await listed({ 'accept-language': 'de;q=0.9, en' })).name_localized, 'farbe');
    assert.equal((await listed({})).name_localized, 'colour', 'en-US falls back to en-GB');
    assert.equal('name_localized' in (await listed({ 'x-discord-locale': 'fr' })), false);
    const whole = await listed({}, '?with_localizations=true');
    assert.deepEqual(whole.name_localizations, { de: 'farbe', 'en-GB': 'colour' });
  });

  test('commands are counted by type, and new ones by day', async () => {
    await using server = await startTestServer();
    const path = globalPath(server);
    const many = (count: number, from: number) =>
      Array.from({ length: count }, (_, i) => command({ name: `c${from + i}` }));
    assert.equal((await server.bot('PUT', path, many(100, 0))).statusCode, 200);
    const full = await server.bot('POST', path, command({ name: 'one-more' }));
    assert.deepEqual([full.statusCode, full.json().code], [400, 30032]);
    assert.equal((await server.bot('POST', path, command({ name: 'c5' }))).statusCode, 200);
    for (let i = 0; i < 15; i++) await server.bot('POST', path, { name: `menu ${i}`, type: 3 });
    assert.equal((await server.bot('POST', path, { name: 'menu 15', type: 3 })).json().code, 30032);
    const tooMany = await server.bot('PUT', path, many(101, 0));
    assert.equal(tooMany.json().code, 30032);

    assert.equal((await server.bot('PUT', path, many(85, 200))).statusCode, 200);
    assert.equal((await server.bot('PUT', path, many(2, 400))).json().code, 30034);
    server.clock.nowMs += 24 * 60 * 60 * 1_000;
    assert.equal((await server.bot('PUT', path, many(2, 400))).statusCode, 200);
  });

  test('only the application itself, in guilds of its bot', async () => {
    await using server = await startTestServer();
    const { application: other } = server.world.applications.create({ name: 'Other' });
    const strange = server.world.guilds.create({ name: 'Strange', ownerId: server.alice.id });
    const cases: readonly [path: string, status: number, code: number][] = [
      [`/applications/${other.id}/commands`, 403, 20012],
      ['/applications/1/commands', 404, 10002],
      [`/applications/${server.application.id}/guilds/${strange.id}/commands`, 403, 50001],
      [`/applications/${server.application.id}/guilds/1/commands`, 404, 10004],
    ];
    for (const [path, status, code] of cases) {
      const response = await server.bot('GET', path);
      assert.deepEqual([response.statusCode, response.json().code], [status, code], path);
    }
  });
});

describe('a command is refused with the place of each fault', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server[Symbol.asyncDispose]());
  const refusals: readonly [what: string, body: object, faults: readonly string[]][] = [
    ['no name', { description: 'x' }, ['name BASE_TYPE_REQUIRED']],
    ['a long name', command({ name: 'x'.repeat(33) }), ['name BASE_TYPE_BAD_LENGTH']],
    ['capitals', command({ name: 'Ping' }), ['name APPLICATION_COMMAND_INVALID_NAME']],
    ['a space', command({ name: 'pi ng' }), ['name APPLICATION_COMMAND_INVALID_NAME']],
    ['no description', { name: 'ping' }, ['description BASE_TYPE_REQUIRED']],
    ['a long description', command({ description: 'x'.repeat(101) }), ['description BASE_TYPE_MAX_LENGTH']],
    ['an unknown type', command({ type: 9 }), ['type BASE_TYPE_CHOICES']],
    [
      'an unknown language',
      command({ name_localizations: { xx: 'a' } }),
      ['name_localizations.xx BASE_TYPE_CHOICES'],
    ],
    [
      'capitals in a translation',
      command({ name_localizations: { de: 'Farbe' } }),
      ['name_localizations.de APPLICATION_COMMAND_INVALID_NAME'],
    ],
    [
      'a user command with a description',
      { name: 'High Five', type: 2, description: 'x' },
      ['description APPLICATION_COMMAND_CONTEXT_MENU_INVALID'],
    ],
    [
      'a message command with options',
      { name: 'High Five', type: 3, options: [option()] },
      ['options APPLICATION_COMMAND_CONTEXT_MENU_INVALID'],
    ],
    [
      '26 options',
      command({ options: Array.from({ length: 26 }, (_, i) => option({ name: `o${i}` })) }),
      ['options BASE_TYPE_MAX_LENGTH'],
    ],
    [
      'options without what they need',
      command({ options: [{}] }),
      [
        'options.0.type BASE_TYPE_REQUIRED',
        'options.0.name BASE_TYPE_REQUIRED',
        'options.0.description BASE_TYPE_REQUIRED',
      ],
    ],
    [
      'a name twice',
      command({ options: [option(), option()] }),
      ['options.1.name APPLICATION_COMMAND_OPTIONS_NAME_INVALID'],
    ],
    [
      'a required option after an optional one',
      command({ options: [option(), option({ name: 'other', required: true })] }),
      ['options.1 APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID'],
    ],
    [
      'the same in a subcommand',
      command({
        options: [
          {
            type: 1,
            name: 'sub',
            description: 'x',
            options: [option(), option({ name: 'other', required: true })],
          },
        ],
      }),
      ['options.0.options.1 APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID'],
    ],
    [
      'subcommands beside parameters',
      command({ options: [{ type: 1, name: 'sub', description: 'x' }, option()] }),
      ['options APPLICATION_COMMAND_OPTIONS_TYPE_INVALID'],
    ],
    [
      'a group in a group',
      command({
        options: [
          { type: 2, name: 'a', description: 'x', options: [{ type: 2, name: 'b', description: 'x' }] },
        ],
      }),
      ['options.0.options.0.type APPLICATION_COMMAND_OPTIONS_TYPE_INVALID'],
    ],
    [
      'a subcommand in a subcommand',
      command({
        options: [
          { type: 1, name: 'a', description: 'x', options: [{ type: 1, name: 'b', description: 'x' }] },
        ],
      }),
      ['options.0.options.0.type APPLICATION_COMMAND_OPTIONS_TYPE_INVALID'],
    ],
    [
      'choices of a boolean',
      command({ options: [option({ type: 5, choices: [{ name: 'a', value: 'a' }] })] }),
      ['options.0.choices BASE_TYPE_INVALID'],
    ],
    [
      'choices beside autocomplete',
      command({ options: [option({ autocomplete: true, choices: [{ name: 'a', value: 'a' }] })] }),
      ['options.0.choices APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES'],
    ],
    [
      'a choice twice',
      command({
        options: [
          option({
            choices: [
              { name: 'a', value: 'a' },
              { name: 'a', value: 'b' },
            ],
          }),
        ],
      }),
      ['options.0.choices.1 APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_INVALID'],
    ],
    [
      'a choice of another type',
      command({ options: [option({ type: 4, choices: [{ name: 'a', value: 1.5 }] })] }),
      ['options.0.choices.0.value NUMBER_TYPE_COERCE'],
    ],
    [
      '26 choices',
      command({
        options: [option({ choices: Array.from({ length: 26 }, (_, i) => ({ name: `c${i}`, value: 'v' })) })],
      }),
      ['options.0.choices BASE_TYPE_MAX_LENGTH'],
    ],
    [
      'bounds that cross',
      command({ options: [option({ type: 10, min_value: 2, max_value: 1 })] }),
      ['options.0.max_value NUMBER_TYPE_MIN'],
    ],
    [
      'bounds of a text on a number',
      command({ options: [option({ type: 4, min_length: 1 })] }),
      ['options.0.min_length BASE_TYPE_INVALID'],
    ],
    [
      'a length out of range',
      command({ options: [option({ max_length: 6_001 })] }),
      ['options.0.max_length NUMBER_TYPE_MAX'],
    ],
    [
      'channel types of a user',
      command({ options: [option({ type: 6, channel_types: [0] })] }),
      ['options.0.channel_types BASE_TYPE_INVALID'],
    ],
    [
      '8,001 characters',
      command({
        options: Array.from({ length: 25 }, (_, o) =>
          option({
            name: `o${o}`,
            choices: Array.from({ length: 4 }, (_, c) => ({
              name: `${c}`.padEnd(40, 'x'),
              value: 'v'.repeat(40),
            })),
          }),
        ),
      }),
      [' APPLICATION_COMMAND_TOO_LARGE'],
    ],
    ['no context', command({ contexts: [] }), ['contexts BASE_TYPE_BAD_LENGTH']],
    ['a context twice', command({ contexts: [0, 0] }), ['contexts SET_TYPE_ALREADY_CONTAINS_VALUE']],
    ['a handler of a slash command', command({ handler: 1 }), ['handler BASE_TYPE_INVALID']],
  ];
  for (const [what, body, faults] of refusals) {
    test(what, async () => {
      const response = await server.bot('POST', globalPath(server), body);
      assert.equal(response.statusCode, 400);
      assert.equal(response.json().code, 50035);
      assert.deepEqual(leaves(response.json().errors), faults);
    });
  }

  test('in a list, below its index; and two of one name', async () => {
    await using server = await startTestServer();
    const path = globalPath(server);
    const bad = await server.bot('PUT', path, [command(), command({ name: 'Pong' })]);
    assert.deepEqual(leaves(bad.json().errors), ['1.name APPLICATION_COMMAND_INVALID_NAME']);
    const twice = await server.bot('PUT', path, [command(), command()]);
    assert.deepEqual(leaves(twice.json().errors), ['1 APPLICATION_COMMANDS_DUPLICATE_NAME']);
    assert.deepEqual((await server.bot('GET', path)).json(), [], 'nothing has been changed');
  });

  test('and an edit that would leave it so', async () => {
    await using server = await startTestServer();
    const path = globalPath(server);
    const { id } = (await server.bot('POST', path, command())).json();
    const response = await server.bot('PATCH', `${path}/${id}`, { description: '' });
    assert.deepEqual(leaves(response.json().errors), ['description BASE_TYPE_REQUIRED']);
  });

  test('what scripts write: any letters, digits, dash, underscore, apostrophe', async () => {
    await using server = await startTestServer();
    for (const name of ['生日', 'γενέθλια', "l'heure", 'snake_case-2', 'สวัสดี', 'नमस्ते']) {
      const response = await server.bot('POST', globalPath(server), command({ name }));
      assert.equal(response.statusCode, 201, name);
    }
  });
});

describe('command permissions', () => {
  async function withToken(server: TestServer, scopes = ['applications.commands.permissions.update']) {
    const { world, application, guild } = server;
    const token = world.accessTokens.issue(application.id, guild.owner_id, scopes);
    const { id } = (await server.bot('POST', guildPath(server), command())).json();
    return {
      id,
      path: `${guildPath(server)}/${id}/permissions`,
      headers: { authorization: `Bearer ${token}` },
    };
  }

  test('are set with an access token, told to the guild, and found again', async () => {
    await using server = await startTestServer();
    const { id, path, headers } = await withToken(server);
    assert.equal((await server.bot('GET', path)).json().code, 10066);
    const events = recordEvents(server);
    const permissions = [{ id: server.alice.id, type: 2, permission: false }];
    const set = await server.bot('PUT', path, { permissions }, { headers });
    const expected = { id, application_id: server.application.id, guild_id: server.guild.id, permissions };
    assert.deepEqual(set.json(), expected);
    assert.deepEqual(dispatchNames(events), [
      'APPLICATION_COMMAND_PERMISSIONS_UPDATE',
      'GUILD_AUDIT_LOG_ENTRY_CREATE',
    ]);
    const [entry] = server.world.auditLog.list(server.guild.id, { limit: 1 });
    const [role] = [{ id: server.botRole.id, type: 1, permission: true }];
    assert.deepEqual(
      [entry?.action_type, entry?.target_id, entry?.user_id, entry?.options, entry?.changes],
      [
        121,
        id,
        server.guild.owner_id,
        { application_id: server.application.id },
        [{ key: server.alice.id, new_value: permissions[0] }],
      ],
    );
    await server.bot('PUT', path, { permissions: [role] }, { headers });
    const [next] = server.world.auditLog.list(server.guild.id, { limit: 1 });
    assert.deepEqual(
      next?.changes?.toSorted((a, b) => a.key.localeCompare(b.key)),
      [
        { key: server.alice.id, old_value: permissions[0] },
        { key: server.botRole.id, new_value: role },
      ].sort((a, b) => a.key.localeCompare(b.key)),
    );
    await server.bot('PUT', path, { permissions }, { headers });
    assert.deepEqual((await server.bot('GET', path)).json(), expected);
    assert.deepEqual((await server.bot('GET', `${guildPath(server)}/permissions`)).json(), [expected]);
    await server.bot('PATCH', `${guildPath(server)}/${id}`, { name: 'renamed' });
    assert.equal((await server.bot('GET', path)).json().code, 10066, 'a new name takes them away');
  });

  test('cannot be set by the bot, by a stranger, or by one who may not', async () => {
    await using server = await startTestServer();
    const { path, headers } = await withToken(server);
    const { world, application, alice } = server;
    const body = { permissions: [] };
    assert.equal((await server.bot('PUT', path, body)).json().code, 20001);
    const put = async (authorization: string) => {
      const response = await server.bot('PUT', path, body, { headers: { authorization } });
      return [response.statusCode, response.json().code];
    };
    const scope = ['applications.commands.permissions.update'];
    assert.deepEqual(await put('Bearer nonsense'), [401, 0]);
    assert.deepEqual(
      await put(`Bearer ${world.accessTokens.issue(application.id, alice.id, scope)}`),
      [403, 50013],
    );
    const unscoped = world.accessTokens.issue(application.id, server.guild.owner_id, ['identify']);
    assert.deepEqual(await put(`Bearer ${unscoped}`), [403, 50013]);
    const { application: other } = world.applications.create({ name: 'Other' });
    const foreign = world.accessTokens.issue(other.id, server.guild.owner_id, scope);
    assert.deepEqual(await put(`Bearer ${foreign}`), [403, 20012]);
    server.clock.nowMs += 8 * 24 * 60 * 60 * 1_000;
    assert.deepEqual(await put(headers.authorization), [401, 0]);
  });
});
