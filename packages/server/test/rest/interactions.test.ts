import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LightMyRequestResponse } from 'fastify';
import type { DispatchEvent } from '../../src/world/events.ts';
import { recordEvents } from '../support/events.ts';
import { leaves } from '../support/form-errors.ts';
import { BUTTON_ROW, callback, click, ping, putCommand, webhook } from '../support/interactions.ts';
import { multipart } from '../support/multipart.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const EPHEMERAL = 64;
const LOADING = 128;

function refusal(response: LightMyRequestResponse): readonly [status: number, code: number] {
  return [response.statusCode, response.json().code];
}

function dispatches(events: ReturnType<typeof recordEvents>): DispatchEvent[] {
  return events.filter((event) => event.kind === 'dispatch');
}

/** An ordinary user interaction of each kind, by name. */
const begin: Record<
  string,
  (server: TestServer) => ReturnType<typeof ping> | Promise<ReturnType<typeof ping>>
> = {
  command: ping,
  component: async (server) => (await click(server)).click,
  autocomplete: (server) => {
    putCommand(server, {
      name: 'find',
      options: [
        {
          type: 3,
          name: 'what',
          name_localizations: null,
          description: 'x',
          description_localizations: null,
          autocomplete: true,
        },
      ],
    });
    const actor = { userId: server.alice.id, channelId: server.channel.id };
    return server.world.clientActions.autocomplete({ ...actor, command: 'find', focused: 'what' });
  },
  'modal of a command': async (server) => submitted(server, ping(server)),
  'modal of a component': async (server) => submitted(server, (await click(server)).click),
};

async function submitted(server: TestServer, opened: ReturnType<typeof ping>) {
  await callback(server, opened, MODAL);
  return server.world.clientActions.submitModal({ interactionId: opened.id, values: { text: 'hi' } });
}

const MODAL = {
  type: 9,
  data: {
    custom_id: 'form',
    title: 'Form',
    components: [{ type: 18, label: 'Text', component: { type: 4, custom_id: 'text', style: 1 } }],
  },
};
const BODIES: Record<number, object> = {
  1: { type: 1 },
  4: { type: 4, data: { content: 'hi' } },
  5: { type: 5 },
  6: { type: 6 },
  7: { type: 7, data: { content: 'new' } },
  8: { type: 8, data: { choices: [{ name: 'a', value: 'a' }] } },
  9: MODAL,
  10: { type: 10 },
  12: { type: 12 },
};

describe('INTERACTION_CREATE', () => {
  test('tells the bot all that libraries insist on, and nobody else', async () => {
    await using server = await startTestServer();
    const { world, application, guild, channel, alice } = server;
    const events = recordEvents(server);
    const begun = ping(server);
    await world.committed();
    const [event] = dispatches(events);
    assert.ok(event !== undefined && event.name === 'INTERACTION_CREATE');
    assert.deepEqual(
      [event.guildId, event.onlyUserIds, event.ungatedUserIds],
      [guild.id, [application.botUserId], [application.botUserId]],
    );
    const d = event.d as Record<string, unknown> & { member: Record<string, unknown> };
    assert.deepEqual(
      {
        ...d,
        channel: Object.keys(d.channel as object).includes('permissions'),
        member: [Object.keys(d.member).includes('user'), d.member.permissions],
      },
      {
        id: begun.id,
        application_id: application.id,
        type: 2,
        token: begun.token,
        version: 1,
        data: {
          id: world.commands.find({ applicationId: application.id, guildId: null }, 1, 'ping')?.id,
          name: 'ping',
          type: 1,
        },
        channel_id: channel.id,
        channel: true,
        locale: 'en-US',
        entitlements: [],
        authorizing_integration_owners: { 0: guild.id },
        guild_id: guild.id,
        guild: { id: guild.id, locale: 'en-US', features: [] },
        guild_locale: 'en-US',
        member: [true, world.access.channelPermissions(alice.id, channel.id).toString()],
        app_permissions: world.access.channelPermissions(application.botUserId, channel.id).toString(),
        context: 0,
        attachment_size_limit: 10_485_760,
      },
    );
  });

  test('in a direct message has a user, and no guild', async () => {
    await using server = await startTestServer();
    const { world, application, alice } = server;
    const dm = world.channels.openDm(alice.id, application.botUserId);
    putCommand(server);
    const events = recordEvents(server);
    world.clientActions.invokeCommand({ userId: alice.id, channelId: dm.id, command: 'ping', locale: 'de' });
    await world.committed();
    const d = dispatches(events)[0]?.d as Record<string, unknown>;
    assert.deepEqual(
      [
        (d.user as { id: string }).id,
        d.member,
        d.guild_id,
        d.context,
        d.locale,
        d.authorizing_integration_owners,
      ],
      [alice.id, undefined, undefined, 1, 'de', { 0: '0' }],
    );
  });
});

describe('a first response', () => {
  const allowed: Record<string, readonly number[]> = {
    command: [4, 5, 9],
    component: [4, 5, 6, 7, 9],
    autocomplete: [8],
    'modal of a command': [4, 5],
    'modal of a component': [4, 5, 6, 7],
  };
  for (const [kind, types] of Object.entries(allowed)) {
    test(`to a ${kind} is of type ${types.join(', ')}`, async () => {
      await using server = await startTestServer();
      for (const [type, body] of Object.entries(BODIES)) {
        const begun = await begin[kind]?.(server);
        assert.ok(begun);
        const response = await callback(server, begun, body);
        if (types.includes(Number(type))) {
          assert.equal(response.statusCode, 204, `type ${type}: ${response.body}`);
          continue;
        }
        assert.deepEqual(refusal(response), [400, 50035], `type ${type}`);
        assert.deepEqual(leaves(response.json().errors), ['type BASE_TYPE_CHOICES']);
        assert.equal(
          (await callback(server, begun, BODIES[types[0] ?? 4] ?? {})).statusCode,
          204,
          'it still waits',
        );
      }
    });
  }

  test('launches an Activity when the application has an entry point to one', async () => {
    await using server = await startTestServer();
    putCommand(server, { type: 4, name: 'launch', handler: 1 });
    const { resource, interaction } = (
      await callback(server, ping(server), { type: 12 }, '?with_response=true')
    ).json();
    assert.equal(resource.type, 12);
    assert.equal(resource.activity_instance.id, interaction.activity_instance_id);
  });

  test('is refused with 40060 the second time', async () => {
    await using server = await startTestServer();
    const begun = ping(server);
    assert.equal((await callback(server, begun, { type: 5 })).statusCode, 204);
    assert.deepEqual(
      refusal(await callback(server, begun, { type: 4, data: { content: 'x' } })),
      [400, 40060],
    );
  });

  test('is refused with 10062 after three seconds, with another token, and for what never was', async () => {
    await using server = await startTestServer();
    const begun = ping(server);
    const body = { type: 4, data: { content: 'x' } };
    assert.deepEqual(refusal(await callback(server, { ...begun, token: 'x' }, body)), [404, 10062]);
    assert.deepEqual(refusal(await callback(server, { ...begun, id: '1' }, body)), [404, 10062]);
    server.clock.nowMs += 3_000;
    const inTime = ping(server);
    server.clock.nowMs += 3_000;
    assert.equal((await callback(server, inTime, body)).statusCode, 204);
    assert.deepEqual(refusal(await callback(server, begun, body)), [404, 10062]);
    assert.equal(server.world.interactions.get(begun.id)?.response.kind, 'expired');
    assert.deepEqual(
      refusal(await webhook(server, begun, 'PATCH', '/messages/@original', { content: 'x' })),
      [404, 10015],
    );
  });

  test('with_response tells what has become of it', async () => {
    await using server = await startTestServer();
    const { channel, guild } = server;
    const begun = ping(server);
    const { interaction, resource } = (
      await callback(
        server,
        begun,
        { type: 4, data: { content: 'hi', flags: EPHEMERAL } },
        '?with_response=true',
      )
    ).json();
    assert.deepEqual(interaction, {
      id: begun.id,
      type: 2,
      channel_id: channel.id,
      guild_id: guild.id,
      response_message_id: resource.message.id,
      response_message_loading: false,
      response_message_ephemeral: true,
    });
    assert.equal(resource.type, 4);
    const deferred = (await callback(server, ping(server), { type: 5 }, '?with_response=true')).json();
    assert.equal(deferred.interaction.response_message_loading, true);
    assert.equal('resource' in deferred, false);
  });

  const faults: readonly [what: string, body: object, faults: readonly string[]][] = [
    ['no type', {}, ['type BASE_TYPE_REQUIRED']],
    ['a long text', { type: 4, data: { content: 'x'.repeat(2_001) } }, ['data.content BASE_TYPE_MAX_LENGTH']],
    [
      'an embed of too many fields',
      {
        type: 4,
        data: { embeds: [{ fields: Array.from({ length: 26 }, () => ({ name: 'a', value: 'b' })) }] },
      },
      ['data.embeds.0.fields BASE_TYPE_MAX_LENGTH'],
    ],
    [
      'a modal without anything',
      { type: 9 },
      [
        'data.custom_id BASE_TYPE_REQUIRED',
        'data.title BASE_TYPE_REQUIRED',
        'data.components BASE_TYPE_REQUIRED',
      ],
    ],
    [
      'a long title',
      { ...MODAL, data: { ...MODAL.data, title: 'x'.repeat(46) } },
      ['data.title BASE_TYPE_BAD_LENGTH'],
    ],
    [
      'a button in a modal',
      { ...MODAL, data: { ...MODAL.data, components: [{ type: 2, style: 1, label: 'a', custom_id: 'b' }] } },
      ['data.components.0 UNION_TYPE_CHOICES'],
    ],
    [
      'a field twice',
      { ...MODAL, data: { ...MODAL.data, components: [...MODAL.data.components, ...MODAL.data.components] } },
      ['data.components COMPONENT_CUSTOM_ID_DUPLICATED'],
    ],
    [
      'a row of two fields without labels',
      {
        ...MODAL,
        data: {
          ...MODAL.data,
          components: [
            { type: 1, components: ['a', 'b'].map((custom_id) => ({ type: 4, style: 1, custom_id })) },
          ],
        },
      },
      [
        'data.components.0.components.0.label BASE_TYPE_REQUIRED',
        'data.components.0.components BASE_TYPE_BAD_LENGTH',
      ],
    ],
    [
      'a required select of nothing, disabled',
      {
        ...MODAL,
        data: {
          ...MODAL.data,
          components: [
            { type: 18, label: 'x', component: { type: 5, custom_id: 'a', min_values: 0, disabled: true } },
          ],
        },
      },
      [
        'data.components.0.component.disabled COMPONENT_DISABLED_IN_MODAL',
        'data.components.0.component.min_values NUMBER_TYPE_MIN',
      ],
    ],
  ];
  for (const [what, body, expected] of faults) {
    test(`is refused for ${what}, and may be tried again`, async () => {
      await using server = await startTestServer();
      const begun = ping(server);
      const response = await callback(server, begun, body);
      assert.deepEqual(refusal(response), [400, 50035]);
      assert.deepEqual(leaves(response.json().errors), expected);
      assert.equal((await callback(server, begun, { type: 5 })).statusCode, 204);
    });
  }

  test('without content is empty', async () => {
    await using server = await startTestServer();
    assert.deepEqual(refusal(await callback(server, ping(server), { type: 4, data: {} })), [400, 50006]);
  });

  test('suggests 25 choices at most, of the option’s type', async () => {
    await using server = await startTestServer();
    const suggest = async (choices: unknown) => {
      const begun = await begin.autocomplete?.(server);
      assert.ok(begun);
      const response = await callback(server, begun, { type: 8, data: { choices } });
      return response.statusCode === 204 ? [] : leaves(response.json().errors);
    };
    assert.deepEqual(await suggest([null, { name: 'a', value: 'a' }]), []);
    assert.deepEqual(await suggest(Array.from({ length: 26 }, () => ({ name: 'a', value: 'a' }))), [
      'data.choices BASE_TYPE_BAD_LENGTH',
    ]);
    assert.deepEqual(await suggest([{ name: '', value: 1 }]), [
      'data.choices.0.name BASE_TYPE_BAD_LENGTH',
      'data.choices.0.value STRING_TYPE_CONVERT',
    ]);
    assert.deepEqual(await suggest([{ name: 'a' }]), ['data.choices.0.value BASE_TYPE_REQUIRED']);
  });

  test('pings users alone unless it says otherwise', async () => {
    await using server = await startTestServer();
    const { world, alice, botRole, channel } = server;
    world.roles.update(botRole.id, { permissions: 8n });
    const content = `<@${alice.id}> <@&${botRole.id}> @everyone`;
    await callback(server, ping(server), { type: 4, data: { content } });
    const [message] = world.messages.list(channel.id, { limit: 1 });
    assert.deepEqual(
      [message?.mentions, message?.mention_roles, message?.mention_everyone],
      [[alice.id], [], false],
    );
  });

  test('needs no permission of the bot in the channel', async () => {
    await using server = await startTestServer();
    const { world, application, channel } = server;
    world.channels.setOverwrite(channel.id, { id: application.botUserId, type: 1, allow: '0', deny: '1024' });
    assert.equal((await callback(server, ping(server), BODIES[4] ?? {})).statusCode, 204);
  });
});

describe('messages of an interaction', () => {
  test('say where they come from', async () => {
    await using server = await startTestServer();
    const { application, alice, guild } = server;
    const begun = ping(server);
    await callback(server, begun, { type: 4, data: { content: 'one' } });
    const original = (await webhook(server, begun, 'GET', '/messages/@original')).json();
    const { id: userId } = original.interaction_metadata.user;
    assert.deepEqual(
      [original.type, original.application_id, original.webhook_id, userId],
      [20, application.id, application.id, alice.id],
    );
    assert.deepEqual(original.interaction_metadata.authorizing_integration_owners, { 0: guild.id });
    assert.deepEqual([original.interaction.name, original.interaction.id], ['ping', begun.id]);
    const followUp = (await webhook(server, begun, 'POST', '', { content: 'two' })).json();
    assert.deepEqual(
      [
        followUp.type,
        followUp.message_reference.message_id,
        followUp.interaction_metadata.original_response_message_id,
        followUp.interaction,
      ],
      [19, original.id, original.id, undefined],
    );

    const { click: clicked, messageId } = await click(server);
    await callback(server, clicked, { type: 4, data: { content: 'three' } });
    const reply = (await webhook(server, clicked, 'GET', '/messages/@original')).json();
    assert.deepEqual(
      [
        reply.type,
        reply.referenced_message.id,
        reply.interaction_metadata.interacted_message_id,
        reply.interaction,
      ],
      [19, messageId, messageId, undefined],
    );
    const opened = ping(server);
    const submit = await submitted(server, opened);
    await callback(server, submit, { type: 4, data: { content: 'four' } });
    const thanks = (await webhook(server, submit, 'GET', '/messages/@original')).json();
    assert.deepEqual(
      [thanks.interaction_metadata.type, thanks.interaction_metadata.triggering_interaction_metadata.id],
      [5, opened.id],
    );
  });

  test('an ephemeral one is in no history, told to its bot alone, and seen by its user', async () => {
    await using server = await startTestServer();
    const { world, application, guild, channel, alice } = server;
    const events = recordEvents(server);
    const begun = ping(server);
    await callback(server, begun, {
      type: 4,
      data: { content: 'psst', flags: EPHEMERAL, components: [BUTTON_ROW] },
    });
    const created = dispatches(events).find(({ name }) => name === 'MESSAGE_CREATE');
    assert.ok(created);
    assert.deepEqual(
      [created.guildId, created.onlyUserIds, created.ungatedUserIds],
      [null, [application.botUserId], []],
    );
    assert.equal('guild_id' in created.d, false);
    assert.deepEqual(world.messages.list(channel.id, { limit: 10 }), []);
    const original = (await webhook(server, begun, 'GET', '/messages/@original')).json();
    assert.equal(original.flags, EPHEMERAL);
    assert.deepEqual(
      refusal(await server.bot('GET', `/channels/${channel.id}/messages/${original.id}`)),
      [404, 10008],
    );

    const clickBy = (userId: string) =>
      world.clientActions.click({ userId, channelId: channel.id, messageId: original.id, button: 'go' });
    assert.throws(() => clickBy(guild.owner_id), /sees no message/);
    const clicked = clickBy(alice.id);
    await callback(server, clicked, { type: 7, data: { content: 'clicked', components: [] } });
    assert.equal(world.interactions.ephemeral(original.id)?.content, 'clicked');
    assert.equal((await webhook(server, begun, 'DELETE', '/messages/@original')).statusCode, 204);
    assert.equal(world.interactions.ephemeral(original.id), undefined);
    assert.deepEqual(
      dispatches(events).map(({ name }) => name),
      ['INTERACTION_CREATE', 'MESSAGE_CREATE', 'INTERACTION_CREATE', 'MESSAGE_UPDATE', 'MESSAGE_DELETE'],
    );
  });

  test('a deferred one loads until it is edited, or followed up as bots of old do', async () => {
    await using server = await startTestServer();
    const { world, channel } = server;
    const begun = ping(server);
    await callback(server, begun, { type: 5, data: { flags: 4 } });
    const [loading] = world.messages.list(channel.id, { limit: 1 });
    assert.deepEqual([loading?.flags, loading?.content], [LOADING, '']);
    const edited = (await webhook(server, begun, 'PATCH', '/messages/@original', { content: 'done' })).json();
    assert.deepEqual(
      [edited.id, edited.flags, edited.content, edited.edited_timestamp],
      [loading?.id, 0, 'done', null],
    );
    const again = (await webhook(server, begun, 'PATCH', '/messages/@original', { content: 'done!' })).json();
    assert.notEqual(again.edited_timestamp, null);

    const old = ping(server);
    await callback(server, old, { type: 5, data: { flags: EPHEMERAL } });
    const followUp = (await webhook(server, old, 'POST', '', { content: 'done' })).json();
    assert.equal(followUp.flags, EPHEMERAL, 'it stays as it was deferred');
    const original = (await webhook(server, old, 'GET', '/messages/@original')).json();
    assert.equal(original.id, followUp.id);
    const further = (await webhook(server, old, 'POST', '', { content: 'more' })).json();
    assert.notEqual(further.id, original.id);
    assert.equal(further.flags, 0);
  });

  test('a deferred update leaves the message until it is edited', async () => {
    await using server = await startTestServer();
    const { world, channel } = server;
    const { click: clicked, messageId } = await click(server);
    await callback(server, clicked, { type: 6 });
    assert.equal(world.messages.require(channel.id, messageId).content, 'menu');
    await webhook(server, clicked, 'PATCH', '/messages/@original', { content: 'changed', components: [] });
    const changed = world.messages.require(channel.id, messageId);
    assert.deepEqual([changed.content, changed.components], ['changed', []]);
    assert.equal(world.interactions.get(clicked.id)?.response.kind, 'update');
  });

  test('only its own can be had by a token, for 15 minutes', async () => {
    await using server = await startTestServer();
    const { channel } = server;
    const begun = ping(server);
    assert.deepEqual(refusal(await webhook(server, begun, 'POST', '', { content: 'early' })), [404, 10015]);
    await callback(server, begun, { type: 4, data: { content: 'one' } });
    const foreign = (
      await server.bot('POST', `/channels/${channel.id}/messages`, { content: 'other' })
    ).json();
    for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
      const body = method === 'PATCH' ? { content: 'x' } : undefined;
      assert.deepEqual(
        refusal(await webhook(server, begun, method, `/messages/${foreign.id}`, body)),
        [404, 10008],
      );
    }
    assert.deepEqual(
      refusal(await webhook(server, { ...begun, applicationId: '1' }, 'GET', '/messages/@original')),
      [404, 10015],
    );
    assert.deepEqual(
      refusal(await webhook(server, { ...begun, token: 'x' }, 'GET', '/messages/@original')),
      [404, 10015],
    );
    const { id } = (await webhook(server, begun, 'POST', '', { content: 'two', tts: true })).json();
    assert.equal(
      (await webhook(server, begun, 'PATCH', `/messages/${id}`, { content: 'three' })).json().content,
      'three',
    );
    assert.equal((await webhook(server, begun, 'DELETE', `/messages/${id}`)).statusCode, 204);
    assert.deepEqual(refusal(await webhook(server, begun, 'GET', `/messages/${id}`)), [404, 10008]);
    assert.equal((await webhook(server, begun, 'GET', '/messages/nonsense')).statusCode, 400);
    server.clock.nowMs += 15 * 60_000;
    assert.equal((await webhook(server, begun, 'GET', '/messages/@original')).statusCode, 200);
    server.clock.nowMs += 1;
    assert.deepEqual(refusal(await webhook(server, begun, 'GET', '/messages/@original')), [401, 50027]);
  });

  test('a message whose component was used and that is gone cannot be updated', async () => {
    await using server = await startTestServer();
    const { click: clicked, messageId } = await click(server);
    server.world.messages.delete(server.channel.id, messageId);
    assert.deepEqual(refusal(await callback(server, clicked, BODIES[7] ?? {})), [404, 10008]);
    assert.equal((await callback(server, clicked, BODIES[4] ?? {})).statusCode, 204);
  });
});

test('files and components of the second kind come in answers, too', async () => {
  await using server = await startTestServer();
  const begun = ping(server);
  const form = multipart(
    {
      type: 4,
      data: { flags: 1 << 15, components: [{ type: 13, file: { url: 'attachment://a.txt' } }, BUTTON_ROW] },
    },
    [{ field: 'files[0]', filename: 'a.txt', bytes: 'hello' }],
  );
  const path = `/interactions/${begun.id}/${begun.token}/callback`;
  assert.equal((await server.bot('POST', path, undefined, form)).statusCode, 204);
  const original = (await webhook(server, begun, 'GET', '/messages/@original')).json();
  assert.match(original.components[0].file.url, /\/a\.txt$/);
  const { world, alice, channel } = server;
  const clicked = world.clientActions.click({
    userId: alice.id,
    channelId: channel.id,
    messageId: original.id,
    button: 'go',
  });
  const components = [{ type: 10, content: 'clicked' }];
  assert.equal((await callback(server, clicked, { type: 7, data: { components } })).statusCode, 204);
  assert.equal(world.messages.require(channel.id, original.id).components[0]?.content, 'clicked');
});
