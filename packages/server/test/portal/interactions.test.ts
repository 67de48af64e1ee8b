import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BUTTON_ROW, putCommand } from '../support/interactions.ts';
import { multipart, pngHead } from '../support/multipart.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const OPTION = { name_localizations: null, description: 'x', description_localizations: null };

function respond(server: TestServer, interactionId: string, body: object) {
  const { token } = server.world.interactions.require(interactionId);
  return server.bot('POST', `/interactions/${interactionId}/${token}/callback`, body);
}

test('a command is run for a user, and what the bot made of it is seen', async () => {
  await using server = await startTestServer();
  const { alice, channel, application } = server;
  putCommand(server, {
    options: [
      { ...OPTION, type: 3, name: 'text', required: true },
      { ...OPTION, type: 11, name: 'file' },
    ],
  });
  const path = `/channels/${channel.id}/commands`;
  const run = (body: object) => server.owner('POST', path, { user_id: alice.id, command: 'ping', ...body });
  const file = { filename: 'a.txt', url: 'https://files.example/a.txt', size: 3 };
  const begun = await run({ options: { text: 'hi', file }, application_id: application.id, locale: 'de' });
  assert.equal(begun.statusCode, 201);
  const { id, state, data } = begun.json();
  assert.equal(state, 'pending');
  assert.deepEqual(data.options[0], { name: 'text', type: 3, value: 'hi' });
  assert.equal(data.resolved.attachments[data.options[1].value].filename, 'a.txt');

  await respond(server, id, { type: 4, data: { content: 'answer', flags: 64, components: [BUTTON_ROW] } });
  await server.bot('POST', `/webhooks/${application.id}/${server.world.interactions.require(id).token}`, {
    content: 'more',
  });
  const seen = (await server.owner('GET', `/interactions/${id}`)).json();
  assert.deepEqual(
    [seen.state, seen.message.content, seen.followUps[0].content],
    ['message', 'answer', 'more'],
  );
  const clicked = await server.owner(
    'POST',
    `/channels/${channel.id}/messages/${seen.message.id}/components`,
    { user_id: alice.id, custom_id: 'go' },
  );
  assert.deepEqual([clicked.statusCode, clicked.json().data.custom_id], [201, 'go']);

  const refusals: readonly [body: object, text: RegExp][] = [
    [{}, /\/ping needs its option text/],
    [{ options: { text: 1 } }, /option text of \/ping takes a text/],
    [{ options: { texte: 'a' } }, /has no option texte; it has text, file/],
    [{ command: 'pong' }, /no command pong here; there is ping/],
  ];
  for (const [body, text] of refusals) {
    const response = await run(body);
    assert.equal(response.statusCode, 400);
    assert.match(response.body, text);
  }
  const { errors } = (await run({ options: { text: 1 } })).json();
  assert.match(errors.options.text._errors[0].message, /takes a text/);
  assert.equal((await server.owner('GET', '/interactions/1')).json().code, 10062);
  server.clock.nowMs += 4_000;
  const late = (await run({ options: { text: 'hi' } })).json();
  server.clock.nowMs += 4_000;
  assert.equal((await server.owner('GET', `/interactions/${late.id}`)).json().state, 'expired');
});

test('context menus, autocomplete, a select and a modal', async () => {
  await using server = await startTestServer();
  const { alice, channel, world } = server;
  putCommand(server, { type: 2, name: 'High Five', description: '' });
  putCommand(server, { type: 3, name: 'Bookmark', description: '' });
  putCommand(server, { name: 'find', options: [{ ...OPTION, type: 3, name: 'what', autocomplete: true }] });
  const commands = `/channels/${channel.id}/commands`;
  const onUser = { user_id: alice.id, command: 'High Five', type: 2, target_id: alice.id };
  assert.equal((await server.owner('POST', commands, onUser)).json().data.target_id, alice.id);
  assert.equal((await server.owner('POST', commands, { ...onUser, target_id: undefined })).statusCode, 400);
  const message = world.messages.create({ channelId: channel.id, authorId: alice.id, content: 'this' });
  const onMessage = { user_id: alice.id, command: 'Bookmark', type: 3, target_id: message.id };
  const marked = (await server.owner('POST', commands, onMessage)).json();
  assert.equal(marked.data.resolved.messages[message.id].content, 'this');

  const typed = (
    await server.owner('POST', `/channels/${channel.id}/autocomplete`, {
      user_id: alice.id,
      command: 'find',
      focused: 'what',
      options: { what: 'a' },
    })
  ).json();
  await respond(server, typed.id, { type: 8, data: { choices: [{ name: 'A', value: 'a' }] } });
  const suggested = (await server.owner('GET', `/interactions/${typed.id}`)).json();
  assert.deepEqual([suggested.state, suggested.choices[0].value], ['choices', 'a']);

  await respond(server, marked.id, {
    type: 4,
    data: { components: [{ type: 1, components: [{ type: 5, custom_id: 'who' }] }] },
  });
  const shown = (await server.owner('GET', `/interactions/${marked.id}`)).json();
  const components = `/channels/${channel.id}/messages/${shown.message.id}/components`;
  const chosen = (
    await server.owner('POST', components, { user_id: alice.id, custom_id: 'who', values: [alice.id] })
  ).json();
  assert.equal(chosen.data.resolved.users[alice.id].username, 'alice');
  await respond(server, chosen.id, {
    type: 9,
    data: {
      custom_id: 'form',
      title: 'Form',
      components: [{ type: 18, label: 'Yes', component: { type: 23, custom_id: 'yes' } }],
    },
  });
  const modal = `/interactions/${chosen.id}/modal`;
  const submitted = (await server.owner('POST', modal, { values: { yes: true } })).json();
  assert.deepEqual([submitted.type, submitted.data.components[0].component.value], [5, true]);
  assert.match(
    (await server.owner('POST', modal, { values: { no: true } })).body,
    /has no field no; it has yes/,
  );
  assert.match(
    (await server.owner('POST', `/interactions/${typed.id}/modal`, {})).body,
    /shows no modal \(choices\)/,
  );
});

test('registered commands, their permissions and access tokens', async () => {
  await using server = await startTestServer();
  const { application, guild, alice, channel } = server;
  const { id } = putCommand(server);
  const base = `/applications/${application.id}`;
  assert.equal((await server.owner('GET', `${base}/commands`)).json()[0].id, id);
  assert.deepEqual((await server.owner('GET', `${base}/commands?guild_id=${guild.id}`)).json(), []);
  const permissions = [{ id: alice.id, type: 2, permission: false }];
  const path = `${base}/guilds/${guild.id}/commands/${id}/permissions`;
  assert.deepEqual((await server.owner('PUT', path, { permissions })).json().permissions, permissions);
  const refused = await server.owner('POST', `/channels/${channel.id}/commands`, {
    user_id: alice.id,
    command: 'ping',
  });
  assert.match(refused.body, /may not use ping in this channel/);

  const scopes = ['applications.commands.permissions.update'];
  const token = (
    await server.owner('POST', `${base}/access-tokens`, { user_id: guild.owner_id, scopes })
  ).json();
  assert.deepEqual([token.token_type, token.expires_in, token.scope], ['Bearer', 604_800, scopes[0]]);
  const headers = { authorization: `Bearer ${token.access_token}` };
  assert.equal((await server.bot('PUT', path, { permissions: [] }, { headers })).statusCode, 200);
});

test('a user is offered the commands that the user may use there', async () => {
  await using server = await startTestServer();
  const { alice, channel, world } = server;
  putCommand(server, { name: 'ping' });
  putCommand(server, { type: 3, name: 'Bookmark', description: '' });
  putCommand(server, { name: 'ban', default_member_permissions: '4' });
  const offered = (userId: string) =>
    server.owner('GET', `/channels/${channel.id}/commands?user_id=${userId}`);
  const names = async (userId: string) =>
    (await offered(userId)).json().map(({ name }: { readonly name: string }) => name);
  assert.deepEqual(await names(alice.id), ['ping', 'Bookmark']);
  assert.deepEqual(await names(server.guild.owner_id), ['ping', 'Bookmark', 'ban']);
  const stranger = world.users.create({ username: 'stranger' });
  assert.equal((await offered(stranger.id)).json().code, 10007);
  assert.equal((await offered('1')).json().code, 10013);
});

test('files for commands and forms are served, and the oldest go', async () => {
  await using server = await startTestServer();
  const { alice, channel, world } = server;
  putCommand(server, { options: [{ ...OPTION, type: 11, name: 'file', required: true }] });
  const upload = async (): Promise<{ readonly url: string }[]> => {
    const form = multipart({}, [
      { field: 'files[0]', filename: 'my picture.png', bytes: pngHead(64, 32) },
      { field: 'files[1]', filename: 'notes.txt', bytes: 'hello' },
    ]);
    const response = await server.owner('POST', `/channels/${channel.id}/files`, undefined, form);
    assert.equal(response.statusCode, 201, response.body);
    return response.json();
  };
  const read = (url = '') => server.app.inject({ method: 'GET', url: new URL(url).pathname });
  const [picture, notes] = await upload();
  assert.match(String(picture?.url), /\/ephemeral-attachments\/\d+\/\d+\/my_picture\.png$/);
  const { url: _, ...described } = { ...picture };
  assert.deepEqual(described, {
    filename: 'my_picture.png',
    size: 33,
    contentType: 'image/png',
    width: 64,
    height: 32,
  });
  assert.equal((await read(notes?.url)).body, 'hello');
  const { data } = (
    await server.owner('POST', `/channels/${channel.id}/commands`, {
      user_id: alice.id,
      command: 'ping',
      options: { file: picture },
    })
  ).json();
  const given = data.resolved.attachments[data.options[0].value];
  assert.deepEqual([given.url, given.width, given.ephemeral], [picture?.url, 64, true]);
  for (let count = 0; count < 100; count += 1) await upload();
  assert.deepEqual([(await read(picture?.url)).statusCode, (await read(notes?.url)).statusCode], [404, 404]);
  await world.committed();
});
