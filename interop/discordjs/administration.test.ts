/** discord.js 14 administers a guild: every act by its own method, every consequence by its own event. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import {
  AuditLogEvent,
  AutoModerationActionType,
  AutoModerationRuleEventType,
  AutoModerationRuleTriggerType,
  ChannelType,
  type Client,
  type ClientEvents,
  Events,
  GatewayIntentBits,
  GuildScheduledEventEntityType,
  GuildScheduledEventPrivacyLevel,
  GuildScheduledEventStatus,
  OverwriteType,
  PermissionFlagsBits,
  StickerFormatType,
} from 'discord.js';
import { openAdministratorScene } from './administrator.ts';

const DEADLINE = { timeout: 60_000 };
const EVENT_DEADLINE_MS = 5_000;
const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMembers,
  GatewayIntentBits.GuildModeration,
  GatewayIntentBits.GuildExpressions,
  GatewayIntentBits.GuildInvites,
  GatewayIntentBits.GuildVoiceStates,
  GatewayIntentBits.GuildScheduledEvents,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.MessageContent,
  GatewayIntentBits.AutoModerationConfiguration,
  GatewayIntentBits.AutoModerationExecution,
];
/** The head of a picture of 320 by 320 pixels. */
const STICKER = Buffer.from('89504e470d0a1a0a0000000d494844520000014000000140', 'hex');
const PNG = Buffer.from('89504e470d0a1a0a00', 'hex');

/** What the act gives, and the arguments of the event that it causes. */
async function heard<T, Name extends keyof ClientEvents>(
  client: Client,
  event: Name,
  act: () => Promise<T>,
): Promise<readonly [result: T, ...args: ClientEvents[Name]]> {
  const emitted = once(client, event, { signal: AbortSignal.timeout(EVENT_DEADLINE_MS) });
  const result = await act();
  return [result, ...((await emitted) as unknown as ClientEvents[Name])];
}

describe('discord.js', DEADLINE, () => {
  test('changes a guild, its channels and their overwrites', async () => {
    await using scene = await openAdministratorScene(INTENTS);
    const { client, guild } = scene;
    const [, , after] = await heard(client, Events.GuildUpdate, () => guild.setName('Renamed', 'why not'));
    assert.equal(after.name, 'Renamed');
    assert.match((await guild.setIcon(PNG)).icon ?? '', /^[0-9a-f]{32}$/);

    const [category] = await heard(client, Events.ChannelCreate, () =>
      guild.channels.create({ name: 'Rooms', type: ChannelType.GuildCategory }),
    );
    const [channel, created] = await heard(client, Events.ChannelCreate, () =>
      guild.channels.create({
        name: 'hidden',
        parent: category.id,
        permissionOverwrites: [{ id: guild.id, deny: [PermissionFlagsBits.ViewChannel] }],
      }),
    );
    assert.equal(created.id, channel.id);
    assert.equal(channel.permissionOverwrites.cache.get(guild.id)?.deny.has('ViewChannel'), true);
    await heard(client, Events.ChannelUpdate, () =>
      channel.permissionOverwrites.edit(guild.id, { SendMessages: false }, { type: OverwriteType.Role }),
    );
    await heard(client, Events.ChannelUpdate, () => channel.permissionOverwrites.delete(guild.id));
    await heard(client, Events.ChannelUpdate, () => channel.setPosition(0));
    await heard(client, Events.ChannelUpdate, () => channel.edit({ topic: 'new', rateLimitPerUser: 5 }));
    assert.equal(channel.topic, 'new');
    await channel.lockPermissions();
    await heard(client, Events.ChannelDelete, () => channel.delete());
    const stage = await guild.channels.create({ name: 'stage', type: ChannelType.GuildStageVoice });
    const [instance] = await heard(client, Events.StageInstanceCreate, () =>
      stage.createStageInstance({ topic: 'talk' }),
    );
    await heard(client, Events.StageInstanceUpdate, () => instance.setTopic('more talk'));
    await heard(client, Events.StageInstanceDelete, () => instance.delete());
  });

  test('makes, orders, gives and deletes roles', async () => {
    await using scene = await openAdministratorScene(INTENTS);
    const { client, guild, house } = scene;
    const [low] = await heard(client, Events.GuildRoleCreate, () => guild.roles.create({ name: 'low' }));
    const [high] = await heard(client, Events.GuildRoleCreate, () =>
      guild.roles.create({ name: 'high', colors: { primaryColor: 'Red' }, hoist: true }),
    );
    await heard(client, Events.GuildRoleUpdate, () => low.setPermissions(['KickMembers']));
    await heard(client, Events.GuildRoleUpdate, () => high.setPosition(2));
    assert.ok(high.comparePositionTo(low) > 0);
    const member = await guild.members.fetch(house.userId);
    await heard(client, Events.GuildMemberUpdate, () => member.roles.add([low, high]));
    assert.equal((await guild.members.fetch({ user: house.userId, force: true })).roles.highest.id, high.id);
    await heard(client, Events.GuildMemberUpdate, () => member.roles.remove(low));
    await heard(client, Events.GuildRoleDelete, () => high.delete());
    assert.equal((await guild.roles.fetch()).has(high.id), false);
  });

  test('moderates members, and reads in the audit log who did it and why', async () => {
    await using scene = await openAdministratorScene(INTENTS);
    const { client, guild, house } = scene;
    const { world } = house.hall;
    const member = await guild.members.fetch(house.userId);
    await heard(client, Events.GuildMemberUpdate, () => member.setNickname('Ada L.'));
    await heard(client, Events.GuildMemberUpdate, () => member.timeout(60_000, 'calm down'));
    assert.equal(member.isCommunicationDisabled(), true);
    await heard(client, Events.GuildMemberUpdate, () => member.timeout(null));

    const [, entry] = await heard(client, Events.GuildAuditLogEntryCreate, () => member.kick('bye & 再见'));
    const { action, reason, targetId } = entry;
    assert.deepEqual([action, reason, targetId], [AuditLogEvent.MemberKick, 'bye & 再见', house.userId]);

    const [, ban] = await heard(client, Events.GuildBanAdd, () =>
      guild.bans.create(house.userId, { reason: 'spam', deleteMessageSeconds: 60 }),
    );
    assert.equal(ban.user.id, house.userId);
    assert.equal((await guild.bans.fetch(house.userId)).reason, 'spam');
    assert.equal((await guild.bans.fetch()).size, 1);
    await heard(client, Events.GuildBanRemove, () => guild.bans.remove(house.userId));
    const other = await house.hall.createUser({ username: 'other' });
    const bulk = await guild.bans.bulkCreate([other.id, '1']);
    assert.deepEqual([bulk.bannedUsers, bulk.failedUsers], [[other.id], ['1']]);
    assert.equal(await guild.members.prune({ dry: true, days: 7 }), 0);

    const log = await guild.fetchAuditLogs({ type: AuditLogEvent.MemberKick });
    assert.equal(log.entries.first()?.executor?.id, client.user.id);
    assert.equal(log.entries.first()?.target?.id, house.userId);
    assert.ok(world.auditLog.list(guild.id, { limit: 100 }).length >= 6);

    await heard(client, Events.GuildMemberUpdate, async () => guild.members.me?.setNickname('Boss'));
    assert.equal(guild.members.me?.nickname, 'Boss');
    await client.user.setAvatar(PNG);
    assert.notEqual(client.user.avatar, null);
  });

  test('moves and mutes those who are in voice', async () => {
    await using scene = await openAdministratorScene(INTENTS);
    const { client, guild, house } = scene;
    const { world } = house.hall;
    const [one, two] = await Promise.all(
      ['one', 'two'].map((name) => guild.channels.create({ name, type: ChannelType.GuildVoice })),
    );
    assert.ok(one !== undefined && two !== undefined);
    await heard(client, Events.VoiceStateUpdate, async () => world.voiceStates.join(one.id, house.userId));
    const member = await guild.members.fetch(house.userId);
    assert.equal(member.voice.channelId, one.id);
    await heard(client, Events.VoiceStateUpdate, () => member.voice.setChannel(two));
    assert.equal(member.voice.channelId, two.id);
    await heard(client, Events.VoiceStateUpdate, () => member.voice.setMute(true));
    assert.equal(member.voice.serverMute, true);
    await heard(client, Events.VoiceStateUpdate, () => member.voice.disconnect());
    assert.equal(member.voice.channelId, null);
  });

  test('invites, and sees how it is used', async () => {
    await using scene = await openAdministratorScene(INTENTS);
    const { client, guild, house } = scene;
    const [invite, told] = await heard(client, Events.InviteCreate, () =>
      guild.invites.create(house.channelId, { maxUses: 2, unique: true }),
    );
    assert.equal(told.code, invite.code);
    const stranger = await house.hall.createUser({ username: 'sara' });
    await heard(client, Events.GuildMemberAdd, async () =>
      house.hall.world.invites.accept(invite.code, stranger.id),
    );
    assert.equal((await guild.invites.fetch()).get(invite.code)?.uses, 1);
    assert.equal((await client.fetchInvite(invite.code)).guild?.id, guild.id);
    await heard(client, Events.InviteDelete, () => invite.delete());
  });

  test('makes emojis and sounds, for the guild and for itself', async () => {
    await using scene = await openAdministratorScene(INTENTS);
    const { client, guild } = scene;
    const [emoji] = await heard(client, Events.GuildEmojiCreate, () =>
      guild.emojis.create({ attachment: PNG, name: 'blob' }),
    );
    await heard(client, Events.GuildEmojiUpdate, () => emoji.setName('blobby'));
    assert.equal((await guild.emojis.fetch(emoji.id)).name, 'blobby');
    await heard(client, Events.GuildEmojiDelete, () => emoji.delete());
    const own = await client.application.emojis.create({ attachment: PNG, name: 'own' });
    assert.equal((await client.application.emojis.fetch()).get(own.id)?.name, 'own');
    await own.delete();
    const [sound] = await heard(client, Events.GuildSoundboardSoundCreate, () =>
      guild.soundboardSounds.create({ file: Buffer.from('OggS'), name: 'horn', contentType: 'audio/ogg' }),
    );
    await heard(client, Events.GuildSoundboardSoundUpdate, () => sound.edit({ name: 'horns' }));
    await heard(client, Events.GuildSoundboardSoundDelete, () => sound.delete());
  });

  test('makes a sticker, sends it and takes it away', async () => {
    await using scene = await openAdministratorScene(INTENTS);
    const { client, guild, house } = scene;
    const [sticker, created] = await heard(client, Events.GuildStickerCreate, () =>
      guild.stickers.create({ file: STICKER, name: 'wave', tags: '👋', description: 'hello there' }),
    );
    assert.deepEqual([created.id, created.format], [sticker.id, StickerFormatType.PNG]);
    const url = new URL(new URL(sticker.url).pathname, house.hall.apiBase);
    assert.deepEqual(Buffer.from(await (await fetch(url)).arrayBuffer()), STICKER);
    const channel = await guild.channels.fetch(house.channelId);
    assert.ok(channel?.isTextBased());
    const message = await channel.send({ stickers: [sticker] });
    assert.equal(message.stickers.first()?.name, 'wave');
    await heard(client, Events.GuildStickerUpdate, () => sticker.edit({ name: 'waves' }));
    assert.equal((await guild.stickers.fetch(sticker.id)).name, 'waves');
    assert.equal((await client.fetchSticker(sticker.id)).name, 'waves');
    assert.equal((await client.fetchStickerPacks()).size, 0);
    await heard(client, Events.GuildStickerDelete, () => sticker.delete());
  });

  test('plans an event, starts it and sees who is interested', async () => {
    await using scene = await openAdministratorScene(INTENTS);
    const { client, guild, house } = scene;
    const [event] = await heard(client, Events.GuildScheduledEventCreate, () =>
      guild.scheduledEvents.create({
        name: 'party',
        entityType: GuildScheduledEventEntityType.External,
        entityMetadata: { location: 'the square' },
        privacyLevel: GuildScheduledEventPrivacyLevel.GuildOnly,
        scheduledStartTime: Date.now() + 60_000,
        scheduledEndTime: Date.now() + 120_000,
      }),
    );
    // discord.js tells only of users that it knows.
    await client.users.fetch(house.userId);
    await heard(client, Events.GuildScheduledEventUserAdd, async () =>
      house.hall.world.scheduledEvents.setInterested(guild.id, event.id, house.userId, true),
    );
    assert.deepEqual([...(await event.fetchSubscribers()).keys()], [house.userId]);
    await heard(client, Events.GuildScheduledEventUpdate, () =>
      event.setStatus(GuildScheduledEventStatus.Active),
    );
    await heard(client, Events.GuildScheduledEventDelete, () => event.delete());
  });

  test('lays down a rule, and hears of who breaks it', async () => {
    await using scene = await openAdministratorScene(INTENTS);
    const { client, guild, house } = scene;
    const [rule] = await heard(client, Events.AutoModerationRuleCreate, () =>
      guild.autoModerationRules.create({
        name: 'no badgers',
        eventType: AutoModerationRuleEventType.MessageSend,
        triggerType: AutoModerationRuleTriggerType.Keyword,
        triggerMetadata: { keywordFilter: ['badger'] },
        actions: [
          { type: AutoModerationActionType.BlockMessage },
          { type: AutoModerationActionType.Timeout, metadata: { durationSeconds: 60 } },
        ],
        enabled: true,
      }),
    );
    const [, execution] = await heard(client, Events.AutoModerationActionExecution, () =>
      assert.rejects(house.hall.say(house.userId, house.channelId, 'a badger'), /blocks this message/),
    );
    const { matchedKeyword, content } = execution;
    assert.deepEqual([matchedKeyword, content], ['badger', 'a badger']);
    assert.equal(guild.members.cache.get(house.userId)?.isCommunicationDisabled(), true);
    await heard(client, Events.AutoModerationRuleUpdate, () => rule.setEnabled(false));
    await heard(client, Events.AutoModerationRuleDelete, () => rule.delete());
  });

  test('reads what a guild shows of itself', async () => {
    await using scene = await openAdministratorScene(INTENTS);
    const { client, guild, house } = scene;
    assert.equal((await client.fetchGuildPreview(guild.id)).approximateMemberCount, 3);
    assert.ok((await client.fetchVoiceRegions()).size > 0);
    assert.equal((await guild.fetchIntegrations()).first()?.application?.id, client.application.id);
    await guild.setWidgetSettings({ enabled: true, channel: house.channelId });
    assert.equal((await guild.fetchWidgetSettings()).channel?.id, house.channelId);
    const welcomeChannels = [{ channel: house.channelId, description: 'talk', emoji: '👋' }];
    await guild.editWelcomeScreen({ enabled: true, welcomeChannels });
    const screen = await guild.fetchWelcomeScreen();
    assert.equal(screen.welcomeChannels.first()?.emoji.name, '👋');
    await heard(client, Events.GuildDelete, () => guild.leave());
  });
});
