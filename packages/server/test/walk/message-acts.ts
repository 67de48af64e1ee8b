/** What bots write, and where: messages, reactions, pins, threads, webhooks. */
import type { Act, Scene } from './acts.ts';
import * as choose from './choices.ts';

export const EMOJIS = ['🔥', '👍'];

export function messageBody(scene: Scene): Record<string, unknown> {
  const { draw, party } = scene;
  const content = draw.pick([
    'hello',
    `hey <@${party.guest.userId}>`,
    '@everyone look',
    'this is forbidden',
    '',
    `to <@${party.people[1]}> and <@&${choose.role(scene)}>`,
  ]);
  return {
    content,
    ...draw.pick<object>([
      {},
      {},
      {},
      { embeds: [{ title: 'embed', description: 'text' }] },
      { message_reference: { message_id: choose.anyMessage(scene).id, fail_if_not_exists: draw.oneIn(2) } },
      {
        poll: {
          question: { text: 'which?' },
          answers: [{ poll_media: { text: 'a' } }, { poll_media: { text: 'b' } }],
          duration: 1,
          allow_multiselect: draw.oneIn(2),
        },
      },
      { components: [{ type: 1, components: [{ type: 2, style: 1, label: 'Go', custom_id: 'go' }] }] },
      { nonce: 'nonce' },
    ]),
  };
}

const at = ({ channel_id, id }: { channel_id: string; id: string }) =>
  `/channels/${channel_id}/messages/${id}`;
const path = (scene: Scene) => at(choose.anyMessage(scene));
const emoji = (scene: Scene) => {
  const { draw, party } = scene;
  const own = [...party.guild.emojis.values()].map(({ id, name }) => `${String(name)}:${id}`);
  return encodeURIComponent(draw.pick([...EMOJIS, ...own, 'none']));
};
/** A reaction that is there, now and then one that is not. */
const reactionPath = (scene: Scene) => {
  const { draw } = scene;
  const message = choose.anyMessage(scene, ({ reactions }) => reactions !== undefined);
  const { reactions = [] } = scene.party.guild.messagesOf(message.channel_id).get(message.id) ?? {};
  const known = draw.pick(reactions, null)?.emoji;
  if (known === undefined || draw.oneIn(8)) return `${path(scene)}/reactions/${emoji(scene)}`;
  const name = known.id === null ? known.name : `${known.name}:${known.id}`;
  return `${at(message)}/reactions/${encodeURIComponent(name)}`;
};

export const messageActs: Readonly<Record<string, Act>> = {
  say: (scene) =>
    scene.party.as(scene.bot, 'POST', `/channels/${choose.place(scene)}/messages`, messageBody(scene)),
  'edit own message': async (scene) => {
    const { party, bot, draw } = scene;
    const own = choose.anyMessage(scene, ({ author }) => author.id === bot.userId);
    return party.as(
      bot,
      'PATCH',
      at(own),
      draw.fields({ content: 'edited', embeds: [], flags: draw.pick([0, 4]) }),
    );
  },
  'edit any message': (scene) =>
    scene.party.as(
      scene.bot,
      'PATCH',
      path(scene),
      scene.draw.pick<object>([{ flags: 4 }, { content: 'not mine' }]),
    ),
  'delete message': (scene) => scene.party.as(scene.bot, 'DELETE', path(scene), undefined, scene.reason),
  'delete messages': async (scene) => {
    const where = choose.place(scene);
    const messages = [
      choose.message(scene, where),
      choose.message(scene, where),
      choose.message(scene, where),
    ];
    return scene.party.as(
      scene.bot,
      'POST',
      `/channels/${where}/messages/bulk-delete`,
      { messages: [...new Set(messages)] },
      scene.reason,
    );
  },
  react: (scene) => scene.party.as(scene.bot, 'PUT', `${path(scene)}/reactions/${emoji(scene)}/@me`),
  unreact: (scene) => scene.party.as(scene.bot, 'DELETE', `${reactionPath(scene)}/@me`),
  'take reaction': (scene) =>
    scene.party.as(scene.bot, 'DELETE', `${reactionPath(scene)}/${choose.member(scene)}`),
  'clear emoji': (scene) => scene.party.as(scene.bot, 'DELETE', reactionPath(scene)),
  'clear reactions': (scene) => scene.party.as(scene.bot, 'DELETE', `${path(scene)}/reactions`),
  pin: (scene) => {
    const { channel_id, id } = choose.anyMessage(scene, ({ pinned }) => !pinned);
    return scene.party.as(
      scene.bot,
      'PUT',
      `/channels/${channel_id}/messages/pins/${id}`,
      undefined,
      scene.reason,
    );
  },
  unpin: (scene) => {
    const { channel_id, id } = choose.anyMessage(scene, ({ pinned }) => pinned);
    return scene.party.as(
      scene.bot,
      'DELETE',
      `/channels/${channel_id}/messages/pins/${id}`,
      undefined,
      scene.reason,
    );
  },
  crosspost: (scene) => scene.party.as(scene.bot, 'POST', `${path(scene)}/crosspost`),
  'end poll': async (scene) => {
    const { channel_id, id } = choose.anyMessage(scene, ({ poll }) => poll !== undefined);
    return scene.party.as(scene.bot, 'POST', `/channels/${channel_id}/polls/${id}/expire`);
  },
  type: (scene) => scene.party.as(scene.bot, 'POST', `/channels/${choose.place(scene)}/typing`),

  'thread of message': (scene) =>
    scene.party.as(
      scene.bot,
      'POST',
      `${path(scene)}/threads`,
      { name: scene.draw.pick(['talk', '']), auto_archive_duration: 60 },
      scene.reason,
    ),
  'start thread': (scene) =>
    scene.party.as(
      scene.bot,
      'POST',
      `/channels/${choose.channel(scene, 0, 5)}/threads`,
      { name: 'thread', type: scene.draw.pick([11, 12, 10]), invitable: scene.draw.oneIn(2) },
      scene.reason,
    ),
  post: (scene) =>
    scene.party.as(
      scene.bot,
      'POST',
      `/channels/${choose.channel(scene, 15)}/threads`,
      { name: 'post', message: messageBody(scene) },
      scene.reason,
    ),
  'edit thread': (scene) =>
    scene.party.as(
      scene.bot,
      'PATCH',
      `/channels/${choose.thread(scene)}`,
      scene.draw.fields({
        name: 'renamed',
        archived: scene.draw.oneIn(2),
        locked: scene.draw.oneIn(4),
        rate_limit_per_user: scene.draw.below(5),
      }),
      scene.reason,
    ),
  'delete thread': (scene) =>
    scene.party.as(scene.bot, 'DELETE', `/channels/${choose.thread(scene)}`, undefined, scene.reason),
  'join thread': (scene) =>
    scene.party.as(scene.bot, 'PUT', `/channels/${choose.thread(scene)}/thread-members/@me`),
  'leave thread': (scene) =>
    scene.party.as(scene.bot, 'DELETE', `/channels/${choose.thread(scene)}/thread-members/@me`),
  'add to thread': (scene) =>
    scene.party.as(
      scene.bot,
      'PUT',
      `/channels/${choose.thread(scene)}/thread-members/${choose.member(scene)}`,
    ),
  'put out of thread': (scene) =>
    scene.party.as(
      scene.bot,
      'DELETE',
      `/channels/${choose.thread(scene)}/thread-members/${choose.member(scene)}`,
    ),

  'create webhook': (scene) =>
    scene.party.as(
      scene.bot,
      'POST',
      `/channels/${choose.channel(scene, 0, 15)}/webhooks`,
      { name: scene.draw.pick(['hook', 'clyde']) },
      scene.reason,
    ),
  'edit webhook': async (scene) =>
    withWebhook(scene, ({ id }) =>
      scene.party.as(
        scene.bot,
        'PATCH',
        `/webhooks/${id}`,
        scene.draw.fields({ name: 'hooked', channel_id: choose.channel(scene, 0) }),
        scene.reason,
      ),
    ),
  'delete webhook': async (scene) =>
    withWebhook(scene, ({ id }) =>
      scene.party.as(scene.bot, 'DELETE', `/webhooks/${id}`, undefined, scene.reason),
    ),
  'speak through webhook': async (scene) =>
    withWebhook(scene, ({ id, token }) =>
      scene.party.as(scene.bot, 'POST', `/webhooks/${id}/${token}${scene.draw.pick(['', '?wait=true'])}`, {
        ...scene.draw.fields({ username: 'persona', thread_name: 'by webhook' }),
        content: scene.draw.pick(['through the hook', '']),
      }),
    ),
  follow: (scene) =>
    scene.party.as(
      scene.bot,
      'POST',
      `/channels/${choose.channel(scene, 5)}/followers`,
      { webhook_channel_id: choose.channel(scene, 0) },
      scene.reason,
    ),
};

/** Of webhooks no event tells, so the walk asks for them as the keeper. */
async function withWebhook(
  scene: Scene,
  act: (webhook: { id: string; token?: string }) => ReturnType<Act>,
): ReturnType<Act> {
  const { party, draw } = scene;
  const { json } = await party.as(party.keeper, 'GET', `/guilds/${party.guildId}/webhooks`);
  const webhook = draw.pick(json as readonly { id: string; token?: string }[], null);
  return webhook === null ? null : act(webhook);
}
