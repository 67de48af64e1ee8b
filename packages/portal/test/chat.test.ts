/** What a conversation shows besides its messages, and how a command is typed, without a page. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Command, CommandOption, Interaction } from '../src/api/interactions.ts';
import type { Message } from '../src/api/types.ts';
import { keyOfPath, matchingPaths, pathsOf, typedPath } from '../src/views/chat/commands/command-paths.ts';
import { givenValue, isFilled, OptionType, shownOptions } from '../src/views/chat/commands/option-values.ts';
import { compareIds, type Private, privateRows, withPrivate } from '../src/views/chat/rows.ts';

const EPHEMERAL = 64;
const CHANNEL = '50';
const ADA = '7';

function messageOf(id: string, fields: Partial<Message> = {}): Message {
  return { id, flags: 0, content: '', ...fields } as Message;
}

function interactionOf(id: string, fields: Partial<Interaction> = {}): Interaction {
  return {
    id,
    type: 2,
    application_id: '9',
    user_id: ADA,
    channel_id: CHANNEL,
    createdAt: '2026-01-15T12:00:00.000Z',
    state: 'pending',
    followUps: [],
    ...fields,
  };
}

function privateOf(interactions: readonly Interaction[], dismissed: readonly string[] = []): Private {
  return {
    interactions: new Map(interactions.map((interaction) => [interaction.id, interaction])),
    begun: new Map(interactions.map(({ id }) => [id, { what: `/command-${id}` }])),
    dismissed: new Set(dismissed),
  };
}

function idsOf(known: Private): readonly string[] {
  return privateRows(known, ADA, CHANNEL).map(({ id }) => id);
}

describe('the rows that one user alone sees', () => {
  test('are what is ephemeral, the oldest first', () => {
    const hidden = (id: string) => messageOf(id, { flags: EPHEMERAL });
    const answered = interactionOf('100', {
      state: 'message',
      message: messageOf('101'),
      followUps: [hidden('1000'), messageOf('103'), hidden('104')],
    });
    assert.deepEqual(idsOf(privateOf([answered])), ['104', '1000']);
  });

  test('are attempts while the application is silent, and when it stays so', () => {
    const states = ['pending', 'expired', 'activity', 'deferred', 'message', 'modal'] as const;
    const known = states.map((state, index) => interactionOf(String(200 + index), { state }));
    assert.deepEqual(idsOf(privateOf(known)), ['200', '201', '202']);
    const [attempt] = privateRows(privateOf(known), ADA, CHANNEL);
    assert.deepEqual(attempt, {
      id: '200',
      applicationId: '9',
      what: '/command-200',
      state: 'pending',
      at: '2026-01-15T12:00:00.000Z',
    });
  });

  test('are not attempts of others, elsewhere, at components, or begun in another window', () => {
    const known = privateOf([
      interactionOf('300', { user_id: '8' }),
      interactionOf('301', { channel_id: '51' }),
      interactionOf('302', { type: 3 }),
      interactionOf('303', { type: 4 }),
      interactionOf('304', { type: 5 }),
      interactionOf('305'),
    ]);
    const begun = new Map([...known.begun].filter(([id]) => id !== '305'));
    assert.deepEqual(idsOf({ ...known, begun }), ['304']);
  });

  test('are not those that were dismissed, and of one that was changed the last', () => {
    const said = (content: string) => messageOf('401', { flags: EPHEMERAL, content });
    const first = interactionOf('400', { state: 'message', message: said('before') });
    const update = interactionOf('402', { type: 3, state: 'update', message: said('after') });
    const rows = privateRows(privateOf([first, update]), ADA, CHANNEL);
    assert.deepEqual(rows, [said('after')]);
    assert.deepEqual(idsOf(privateOf([first, update], ['401'])), []);
  });

  test('stand between the messages in the order of time', () => {
    const id = fc.bigInt({ min: 1n, max: 10n ** 19n }).map(String);
    const both = fc.uniqueArray(id, { maxLength: 40 });
    fc.assert(
      fc.property(both, fc.nat({ max: 40 }), (ids, cut) => {
        const sorted = (some: readonly string[]) => some.map((each) => messageOf(each)).sort(byId);
        const merged = withPrivate(sorted(ids.slice(0, cut)), sorted(ids.slice(cut)));
        assert.deepEqual(merged, sorted(ids));
      }),
    );
    const messages = [messageOf('1')];
    assert.equal(withPrivate(messages, []), messages);
  });
});

function byId(a: Message, b: Message): number {
  return compareIds(a.id, b.id);
}

const SAY: CommandOption = {
  type: OptionType.STRING,
  name: 'text',
  description: 'What to say',
  required: true,
};

function commandOf(name: string, fields: Partial<Command> = {}): Command {
  return { id: `${name}-id`, application_id: '9', type: 1, name, description: `Does ${name}`, ...fields };
}

const COMMANDS: readonly Command[] = [
  commandOf('say', { options: [SAY] }),
  commandOf('permissions', {
    options: [
      {
        type: 2,
        name: 'user',
        description: 'Of users',
        options: [
          { type: 1, name: 'get', description: 'Reads them' },
          { type: 1, name: 'edit', description: 'Changes them', options: [SAY] },
        ],
      },
      { type: 1, name: 'list', description: 'All of them' },
    ],
  }),
  commandOf('Report', { type: 3 }),
];

describe('the paths of commands', () => {
  const paths = pathsOf(COMMANDS);
  const names = (some: readonly { readonly name: string }[]) => some.map(({ name }) => name);

  test('are the ends of their groups, without those of menus', () => {
    assert.deepEqual(names(paths), [
      'permissions list',
      'permissions user edit',
      'permissions user get',
      'say',
    ]);
    const [, edit] = paths;
    assert.deepEqual([edit?.description, edit?.options], ['Changes them', [SAY]]);
    assert.equal(new Set(paths.map(keyOfPath)).size, paths.length);
  });

  test('are found by all words of what was typed, those first that begin so', () => {
    assert.deepEqual(names(matchingPaths(paths, 'permissions user')), [
      'permissions user edit',
      'permissions user get',
    ]);
    assert.deepEqual(names(matchingPaths(paths, 's')).slice(0, 1), ['say']);
    assert.deepEqual(names(matchingPaths(paths, 'user changes')), ['permissions user edit']);
    assert.deepEqual(matchingPaths(paths, 'nothing of this'), []);
    const many = pathsOf(Array.from({ length: 80 }, (_, index) => commandOf(`command-${index}`)));
    assert.equal(matchingPaths(many, 'command').length, 50);
  });

  test('are meant by their whole name and a blank, if there is one of that name', () => {
    assert.equal(typedPath(paths, 'permissions user get ')?.description, 'Reads them');
    for (const typed of ['say', 'sa ', 'permissions ']) assert.equal(typedPath(paths, typed), undefined);
    const ofTwo = pathsOf([commandOf('say'), commandOf('say', { id: 'other', application_id: '10' })]);
    assert.equal(typedPath(ofTwo, 'say '), undefined);
  });
});

describe('the value of an option', () => {
  const CASES: readonly (readonly [type: number, text: string, given: unknown])[] = [
    [OptionType.STRING, '12', '12'],
    [OptionType.INTEGER, '12', 12],
    [OptionType.INTEGER, ' -3 ', -3],
    [OptionType.NUMBER, '0.5', 0.5],
    [OptionType.NUMBER, 'half', 'half'],
    [OptionType.NUMBER, ' ', ' '],
    [OptionType.NUMBER, 'Infinity', 'Infinity'],
    [OptionType.BOOLEAN, 'True', true],
    [OptionType.BOOLEAN, 'false', false],
    [OptionType.BOOLEAN, 'yes', 'yes'],
    [OptionType.USER, '80351110224678912', '80351110224678912'],
  ];
  for (const [type, text, given] of CASES) {
    test(`of type ${type} is ${JSON.stringify(given)} for "${text}"`, () => {
      assert.equal(givenValue({ ...SAY, type }, { text }), given);
    });
  }

  test('is what was chosen, whatever its text is', () => {
    assert.equal(givenValue({ ...SAY, type: OptionType.INTEGER }, { text: 'Three', value: 3 }), 3);
    assert.equal(givenValue({ ...SAY, type: OptionType.BOOLEAN }, { text: 'True', value: false }), false);
  });

  test('is there once something was typed, chosen or added', () => {
    assert.equal(isFilled({ text: '' }), false);
    assert.equal(isFilled({ text: ' ' }), true);
    assert.equal(isFilled({ text: '', value: 0 }), true);
    assert.equal(isFilled({ text: '', file: new File([], 'notes.txt') }), true);
  });

  test('is asked for where it is required, and where one has added it', () => {
    const options = ['a', 'b', 'c'].map((name) => ({ ...SAY, name, required: name === 'a' }));
    const names = (added: readonly string[]) => shownOptions(options, new Set(added)).map(({ name }) => name);
    assert.deepEqual([names([]), names(['c', 'unknown'])], [['a'], ['a', 'c']]);
  });
});
