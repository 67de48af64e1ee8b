/** A command of the test server's bot, and a member who uses it. */
import type { Interaction } from '../../src/world/interaction.ts';
import { PING } from '../world/support.ts';
import type { TestServer } from './test-server.ts';

export function putCommand(server: TestServer, more: Partial<typeof PING> = {}) {
  const { world, application } = server;
  return world.commands.put({ applicationId: application.id, guildId: null }, { ...PING, ...more }).command;
}

/** Alice runs `/ping`, which is made on first need. */
export function ping(server: TestServer): Interaction {
  const { world, alice, channel } = server;
  putCommand(server);
  return world.clientActions.invokeCommand({ userId: alice.id, channelId: channel.id, command: 'ping' });
}

export const BUTTON_ROW = {
  type: 1,
  components: [{ type: 2, style: 1, label: 'Go', custom_id: 'go' }],
};

/** A public message of the bot with a button, and a click on it. */
export async function click(
  server: TestServer,
): Promise<{ readonly click: Interaction; readonly messageId: string }> {
  const { world, alice, channel } = server;
  const { id: messageId } = (
    await server.bot('POST', `/channels/${channel.id}/messages`, {
      content: 'menu',
      components: [BUTTON_ROW],
    })
  ).json();
  const begun = world.clientActions.click({
    userId: alice.id,
    channelId: channel.id,
    messageId,
    button: 'go',
  });
  return { click: begun, messageId };
}

export function callback(server: TestServer, { id, token }: Interaction, body: object, query = '') {
  return server.bot('POST', `/interactions/${id}/${token}/callback${query}`, body, NO_AUTHORIZATION);
}

export function webhook(
  server: TestServer,
  { applicationId, token }: Interaction,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path = '',
  body?: object,
) {
  return server.bot(method, `/webhooks/${applicationId}/${token}${path}`, body, NO_AUTHORIZATION);
}

/** The token in the path is all that these routes ask for. */
const NO_AUTHORIZATION = { headers: { authorization: '' } };
