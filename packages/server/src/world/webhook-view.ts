import type { Webhook } from './entities.ts';
import type { World } from './world.ts';

/**
 * @param withUser whether it tells who made it, which nobody learns by the token alone
 * @see https://docs.discord.com/developers/resources/webhook#webhook-object
 */
export function webhookView(world: World, webhook: Webhook, withUser: boolean): object {
  const { user_id, token, source, ...fields } = webhook;
  const user = world.users.get(user_id);
  return {
    ...fields,
    ...(withUser && user !== undefined ? { user: world.views.user(user) } : {}),
    ...(token === null ? {} : { token, url: world.urlOf(`/api/webhooks/${webhook.id}/${token}`) }),
    ...(source === null ? {} : sourceView(world, source)),
  };
}

function sourceView(world: World, source: NonNullable<Webhook['source']>): object {
  const guild = world.guilds.get(source.guild_id);
  const channel = world.channels.get(source.channel_id);
  if (guild === undefined || channel === undefined || !('name' in channel)) return {};
  return {
    source_guild: { id: guild.id, name: guild.name, icon: guild.icon },
    source_channel: { id: channel.id, name: channel.name },
  };
}
