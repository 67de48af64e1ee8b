import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ApplicationCommand, Component } from '../../src/world/entities.ts';
import { WorldError, type WorldErrorCode } from '../../src/world/errors.ts';
import type { Modal, ModalInput } from '../../src/world/modal.ts';
import type { ModalValues } from '../../src/world/modal-input.ts';
import type { OptionValues } from '../../src/world/slash-input.ts';
import { openTown, PING, type Town } from './support.ts';

const BASE = { name_localizations: null, description: 'x', description_localizations: null };

function actorOf({ human, channel }: Town) {
  return { userId: human.id, channelId: channel.id };
}

function put(town: Town, more: Partial<typeof PING>): ApplicationCommand {
  const scope = { applicationId: town.application.id, guildId: null };
  return town.world.commands.put(scope, { ...PING, ...more }).command;
}

function refuses(code: WorldErrorCode, text: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof WorldError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, text);
    return true;
  };
}

describe('an option takes', () => {
  const OPTIONS: typeof PING.options = [
    { ...BASE, type: 3, name: 'text', min_length: 2, max_length: 4 },
    { ...BASE, type: 3, name: 'choice', choices: [{ name: 'Red', name_localizations: null, value: 'r' }] },
    { ...BASE, type: 4, name: 'whole', min_value: 1, max_value: 5 },
    { ...BASE, type: 10, name: 'real', max_value: 1.5 },
    { ...BASE, type: 5, name: 'yes' },
    { ...BASE, type: 6, name: 'who' },
    { ...BASE, type: 7, name: 'where', channel_types: [2] },
    { ...BASE, type: 8, name: 'role' },
    { ...BASE, type: 9, name: 'any' },
    { ...BASE, type: 11, name: 'file' },
  ];
  const refusals: readonly [what: string, options: (town: Town) => OptionValues, text: RegExp][] = [
    [
      'at least so many characters',
      () => ({ text: 'a' }),
      /option text of \/ping takes 2 to 4 characters, not 1/,
    ],
    ['characters, not bytes', () => ({ text: '😀😀😀😀😀' }), /not 5/],
    ['a text', () => ({ text: 1 }), /takes a text/],
    ['one of its choices', () => ({ choice: 'green' }), /takes one of "r"/],
    ['a whole number', () => ({ whole: 1.5 }), /takes a whole number/],
    ['a number in its bounds', () => ({ whole: 6 }), /takes 1 to 5, not 6/],
    ['no more than its bound', () => ({ real: 1.6 }), /not 1.6/],
    ['a boolean', () => ({ yes: 'yes' }), /takes true or false/],
    ['an id', () => ({ who: 'hugo' }), /takes an id/],
    ['a channel of its types', (town) => ({ where: town.channel.id }), /has type 0; allowed are 2/],
    ['a file', () => ({ file: 'a.txt' }), /takes a file/],
    ['nothing that it is not', () => ({ colour: 'r' }), /has no option colour; it has text, choice/],
  ];
  for (const [what, options, text] of refusals) {
    test(what, async () => {
      const town = await openTown();
      put(town, { options: OPTIONS });
      assert.throws(
        () =>
          town.world.clientActions.invokeCommand({
            ...actorOf(town),
            command: 'ping',
            options: options(town),
          }),
        refuses('INVALID_VALUE', text),
      );
    });
  }

  test('who is there, and resolves it', async () => {
    const town = await openTown();
    const { world, human, guild, owner } = town;
    put(town, { options: OPTIONS });
    const stranger = world.users.create({ username: 'stranger' });
    const role = world.roles.create(guild.id, { name: 'blue' });
    const options = { who: stranger.id, any: role.id, role: role.id, choice: 'Red' };
    const { data } = world.clientActions.invokeCommand({ ...actorOf(town), command: 'ping', options });
    const { resolved, options: sent } = data as {
      readonly resolved: Record<string, Record<string, object>>;
      readonly options: readonly { readonly name: string; readonly value: unknown }[];
    };
    assert.deepEqual(
      [Object.keys(resolved.users ?? {}), resolved.members, Object.keys(resolved.roles ?? {})],
      [[stranger.id], undefined, [role.id]],
    );
    assert.equal(sent.find(({ name }) => name === 'choice')?.value, 'r');
    const known = world.clientActions.invokeCommand({
      ...actorOf(town),
      command: 'ping',
      options: { any: human.id },
    });
    const member = (known.data as { resolved: { members: Record<string, object> } }).resolved.members[
      human.id
    ];
    assert.deepEqual([member && 'permissions' in member, member && 'deaf' in member], [true, false]);
    for (const [name, id, code] of [
      ['who', '1', 'UNKNOWN_USER'],
      ['role', owner.id, 'UNKNOWN_ROLE'],
      ['where', '1', 'UNKNOWN_CHANNEL'],
    ] as const) {
      assert.throws(
        () =>
          world.clientActions.invokeCommand({ ...actorOf(town), command: 'ping', options: { [name]: id } }),
        refuses(code, /./),
      );
    }
  });
});

describe('a command is found', () => {
  const TREE: typeof PING.options = [
    { ...BASE, type: 1, name: 'show', options: [{ ...BASE, type: 3, name: 'what', required: true }] },
    { ...BASE, type: 2, name: 'user', options: [{ ...BASE, type: 1, name: 'get' }] },
  ];
  test('by its whole path, which wraps the options', async () => {
    const town = await openTown();
    put(town, { name: 'tree', options: TREE });
    const { clientActions } = town.world;
    const dataOf = (command: string, options: OptionValues = {}) =>
      (clientActions.invokeCommand({ ...actorOf(town), command, options }).data as { options: unknown })
        .options;
    assert.deepEqual(dataOf('/tree show', { what: 'it' }), [
      { name: 'show', type: 1, options: [{ name: 'what', type: 3, value: 'it' }] },
    ]);
    assert.deepEqual(dataOf('tree user get'), [
      { name: 'user', type: 2, options: [{ name: 'get', type: 1, options: [] }] },
    ]);
    for (const path of ['tree', 'tree user', 'tree show get', 'tree nothing']) {
      assert.throws(() => dataOf(path), refuses('INVALID_VALUE', /there is \/tree show, \/tree user get/));
    }
    assert.throws(() => dataOf('tree show'), refuses('INVALID_VALUE', /\/tree show needs its option what/));
  });

  test('of the application that is named, when several have one', async () => {
    const town = await openTown();
    const { world, guild, application } = town;
    put(town, {});
    const { application: other } = world.applications.create({ name: 'Other' });
    world.members.add({ guildId: guild.id, userId: other.botUserId });
    world.commands.put({ applicationId: other.id, guildId: null }, PING);
    const run = (applicationId?: string) =>
      world.clientActions.invokeCommand({
        ...actorOf(town),
        command: 'ping',
        ...(applicationId === undefined ? {} : { applicationId }),
      });
    assert.throws(
      () => run(),
      refuses('COMMAND_NOT_OFFERED', new RegExp(`${application.id}, ${other.id} all have`)),
    );
    assert.equal(run(other.id).applicationId, other.id);
    world.members.remove(guild.id, other.botUserId);
    assert.equal(run().applicationId, application.id);
    assert.throws(() => run(other.id), refuses('COMMAND_NOT_OFFERED', /no command ping here; there is none/));
  });

  test('only where the user is', async () => {
    const town = await openTown();
    const { world, channel, guild, owner, bot } = town;
    put(town, {});
    const stranger = world.users.create({ username: 'stranger' });
    const run = (userId: string, channelId: string) =>
      world.clientActions.invokeCommand({ userId, channelId, command: 'ping' });
    assert.throws(() => run(stranger.id, channel.id), refuses('UNKNOWN_MEMBER', /./));
    const dm = world.channels.openDm(owner.id, bot.id);
    assert.throws(() => run(town.human.id, dm.id), refuses('UNKNOWN_MEMBER', /./));
    world.channels.setOverwrite(channel.id, { id: guild.id, type: 0, allow: '0', deny: '1024' });
    assert.throws(() => run(town.human.id, channel.id), refuses('UNKNOWN_CHANNEL', /does not see/));
  });

  test('while somebody types: other options may be missing, and what is typed is a text', async () => {
    const town = await openTown();
    put(town, {
      options: [
        { ...BASE, type: 3, name: 'need', required: true },
        { ...BASE, type: 4, name: 'number', autocomplete: true },
      ],
    });
    const { clientActions } = town.world;
    const type = (focused: string, options: OptionValues) =>
      clientActions.autocomplete({ ...actorOf(town), command: 'ping', focused, options });
    const { data, focusedType } = type('number', { number: 4 });
    assert.deepEqual((data as { options: unknown }).options, [
      { name: 'number', type: 4, value: '4', focused: true },
    ]);
    assert.equal(focusedType, 4);
    assert.throws(() => type('need', {}), refuses('INVALID_VALUE', /has no autocomplete/));
    assert.throws(() => type('nothing', {}), refuses('INVALID_VALUE', /has no option nothing/));
  });
});

describe('components', () => {
  const button = (id: number, more: object): Component => ({ type: 2, id, style: 1, ...more });
  const COMPONENTS: readonly Component[] = [
    {
      type: 1,
      id: 1,
      components: [
        button(2, { custom_id: 'go', label: 'Go' }),
        button(3, { style: 5, url: 'https://x.example' }),
      ],
    },
    {
      type: 17,
      id: 4,
      components: [{ type: 9, id: 5, components: [], accessory: button(6, { custom_id: 'deep' }) }],
    },
    {
      type: 1,
      id: 7,
      components: [{ type: 8, id: 8, custom_id: 'where', channel_types: [0], max_values: 2 }],
    },
  ];

  async function openMenu() {
    const town = await openTown();
    const { world, channel, bot } = town;
    const input = { channelId: channel.id, authorId: bot.id, content: 'menu', components: COMPONENTS };
    const { id: messageId } = world.messages.create(input);
    return { ...town, actor: { ...actorOf(town), messageId } };
  }

  test('are found wherever they stand', async () => {
    const { world, actor } = await openMenu();
    assert.deepEqual(world.clientActions.click({ ...actor, button: 'go' }).data, {
      custom_id: 'go',
      component_type: 2,
      id: 2,
    });
    assert.deepEqual(world.clientActions.click({ ...actor, button: 'deep' }).data, {
      custom_id: 'deep',
      component_type: 2,
      id: 6,
    });
  });

  test('bring what was chosen', async () => {
    const { world, actor, channel } = await openMenu();
    const choose = (values: readonly string[]) =>
      world.clientActions.select({ ...actor, select: 'where', values });
    const { data } = choose([channel.id]);
    assert.deepEqual(Object.keys((data as { resolved: { channels: object } }).resolved.channels), [
      channel.id,
    ]);
    assert.throws(() => choose(['general']), refuses('INVALID_VALUE', /takes ids, not "general"/));
    assert.throws(() => choose([channel.id, channel.id]), refuses('INVALID_VALUE', /a value is there twice/));
    assert.throws(() => choose([]), refuses('INVALID_VALUE', /takes 1 to 2 values, not 0/));
  });

  test('are those of messages that applications have written', async () => {
    const { world, actor, channel, human } = await openMenu();
    const { id } = world.messages.create({ channelId: channel.id, authorId: human.id, content: 'mine' });
    const click = (messageId: string) => world.clientActions.click({ ...actor, messageId, button: 'go' });
    assert.throws(() => click(id), refuses('UNKNOWN_COMPONENT', /is not an application's/));
    assert.throws(() => click('1'), refuses('UNKNOWN_MESSAGE', /./));
  });
});

describe('a modal takes', () => {
  const input = (more: Partial<ModalInput> & { readonly type: number }): ModalInput => ({
    id: 9,
    custom_id: 'it',
    ...more,
  });
  const OPTIONS = [
    { label: 'Red', value: 'r' },
    { label: 'Green', value: 'g', default: true },
  ];
  const rows: readonly [what: string, field: ModalInput, values: ModalValues, expected: unknown | RegExp][] =
    [
      ['a text', input({ type: 4 }), { it: 'hi' }, 'hi'],
      ['the text that it shows', input({ type: 4, value: 'preset' }), {}, 'preset'],
      ['no text where none is required', input({ type: 4, required: false, min_length: 3 }), {}, ''],
      ['a text where one is required', input({ type: 4 }), {}, /field it is required/],
      [
        'a text of its length',
        input({ type: 4, max_length: 2 }),
        { it: 'abc' },
        /takes 0 to 2 characters, not 3/,
      ],
      ['a choice by its label', input({ type: 21, options: OPTIONS }), { it: 'Red' }, 'r'],
      ['the choice that it shows', input({ type: 21, options: OPTIONS }), {}, 'g'],
      ['no choice where none is required', input({ type: 21, required: false, options: [] }), {}, null],
      ['one of its choices', input({ type: 21, options: OPTIONS }), { it: 'b' }, /it has no option "b"/],
      ['checks', input({ type: 22, options: OPTIONS }), { it: ['r', 'g'] }, ['r', 'g']],
      ['the checks that it shows', input({ type: 22, options: OPTIONS }), {}, ['g']],
      [
        'no more checks than it may',
        input({ type: 22, max_values: 1, options: OPTIONS }),
        { it: ['r', 'g'] },
        /takes 1 to 1 values, not 2/,
      ],
      ['a check', input({ type: 23 }), { it: true }, true],
      ['no check', input({ type: 23 }), {}, false],
      ['a check and nothing else', input({ type: 23 }), { it: 'yes' }, /takes true or false/],
      ['a selection', input({ type: 3, options: OPTIONS }), { it: 'r' }, ['r']],
      ['files where they are required', input({ type: 19 }), {}, /takes 1 to 1 values, not 0/],
      ['fields that it has', input({ type: 4 }), { other: 'x' }, /no field other; it has it/],
    ];
  for (const [what, field, values, expected] of rows) {
    test(what, async () => {
      const town = await openTown();
      put(town, {});
      const { clientActions, interactions } = town.world;
      const modal: Modal = {
        custom_id: 'form',
        title: 'Form',
        components: [{ type: 18, id: 1, label: 'It', component: field }],
      };
      const opened = clientActions.invokeCommand({ ...actorOf(town), command: 'ping' });
      interactions.respond(opened.id, opened.token, { type: 9, modal });
      const submit = () => clientActions.submitModal({ interactionId: opened.id, values });
      if (expected instanceof RegExp) {
        assert.throws(submit, refuses('INVALID_VALUE', expected));
        return;
      }
      const { components } = submit().data as {
        components: [{ component: { value?: unknown; values?: unknown } }];
      };
      const [{ component }] = components;
      assert.deepEqual('value' in component ? component.value : component.values, expected);
    });
  }

  test('files, and resolves them', async () => {
    const town = await openTown();
    put(town, {});
    const { clientActions, interactions } = town.world;
    const opened = clientActions.invokeCommand({ ...actorOf(town), command: 'ping' });
    const components = [{ type: 18 as const, id: 1, label: 'It', component: input({ type: 19 }) }];
    interactions.respond(opened.id, opened.token, {
      type: 9,
      modal: { custom_id: 'f', title: 'F', components },
    });
    const file = { filename: 'a.png', url: 'https://files.example/a.png', size: 9, width: 1, height: 2 };
    const { data } = clientActions.submitModal({ interactionId: opened.id, values: { it: [file] } });
    const { resolved } = data as {
      resolved: { attachments: Record<string, { filename: string; width: number }> };
    };
    assert.deepEqual(
      Object.values(resolved.attachments).map(({ filename, width }) => [filename, width]),
      [['a.png', 1]],
    );
  });
});
