"""A Hikari bot. With `backports.zstd` installed the library speaks zstd-stream by itself, otherwise zlib-stream."""

import os

import hikari

intents = (
    hikari.Intents.GUILDS
    | hikari.Intents.GUILD_MESSAGES
    | hikari.Intents.GUILD_MESSAGE_REACTIONS
    | hikari.Intents.MESSAGE_CONTENT
)
if os.environ.get("WALK_MEMBERS"):
    intents |= hikari.Intents.GUILD_MEMBERS
with open(os.environ["GUILDHALL_TOKEN_FILE"], encoding="utf-8") as file:
    token = file.read().strip()

# docs: begin
bot = hikari.GatewayBot(token, intents=intents, rest_url=os.environ["GUILDHALL_API"] + "/v10", auto_chunk_members=False)
# docs: end

last = None
members = 0


def say(*words: object) -> None:
    print(*words, flush=True)


@bot.listen()
async def on_ready(event: hikari.ShardReadyEvent) -> None:
    say("READY", event.my_user.id)


@bot.listen()
async def on_guild(event: hikari.GuildAvailableEvent) -> None:
    say("GUILD", event.guild.id, event.guild.name, len(event.channels))


@bot.listen()
async def on_message(event: hikari.GuildMessageCreateEvent) -> None:
    global last
    message = event.message
    say("OWN" if message.author.id == bot.get_me().id else "MESSAGE", message.content)
    match message.content:
        case "!reply":
            last = await message.respond("pong", reply=True)
        case "!edit":
            await last.edit("pong, edited")
        case "!delete":
            await last.delete()
        case "!react":
            await message.add_reaction("👍")
        case "!history":
            found = await bot.rest.fetch_messages(message.channel_id).limit(2)
            say("HISTORY", *[one.id for one in found])
        case "!members":
            await bot.request_guild_members(event.guild_id)
        case "!thread":
            thread = await bot.rest.create_message_thread(message.channel_id, message, "walk")
            await thread.send("in the thread")
        case "!command":
            await bot.rest.create_slash_command(bot.get_me().id, "walk", "answers later", guild=event.guild_id)
            say("COMMAND walk")


@bot.listen()
async def on_chunk(event: hikari.MemberChunkEvent) -> None:
    global members
    members += len(event.members)
    if event.chunk_index == event.chunk_count - 1:
        say("MEMBERS", members)
        members = 0


@bot.listen()
async def on_edit(event: hikari.GuildMessageUpdateEvent) -> None:
    say("EDITED", event.message.content)


@bot.listen()
async def on_delete(event: hikari.GuildMessageDeleteEvent) -> None:
    say("DELETED", event.message_id)


@bot.listen()
async def on_reaction(event: hikari.GuildReactionAddEvent) -> None:
    say("REACTION", event.emoji_name, event.user_id)



@bot.listen()
async def on_thread(event: hikari.GuildThreadCreateEvent) -> None:
    say("THREAD", event.thread.id, event.thread.name)


@bot.listen()
async def on_interaction(event: hikari.InteractionCreateEvent) -> None:
    interaction = event.interaction
    await interaction.create_initial_response(hikari.ResponseType.DEFERRED_MESSAGE_CREATE)
    await interaction.edit_initial_response("walked")


try:
    bot.run(check_for_updates=False)
except hikari.GatewayServerClosedConnectionError as closed:
    say("STOPPED", closed.code)
