"""What discord.py and the libraries that have come from it have in common. Each has its own way to be pointed here."""

import os


def options(discord) -> dict[str, object]:
    """Of the client, but for those that point it here."""
    intents = discord.Intents(
        guilds=True,
        guild_messages=True,
        guild_reactions=True,
        message_content=True,
        members=bool(os.environ.get("WALK_MEMBERS")),
    )
    # A minute by default, for which the walk does not wait.
    return {"intents": intents, "heartbeat_timeout": 10}


def say(*words: object) -> None:
    print(*words, flush=True)


def walk(discord, client) -> None:
    """Runs the bot until the library gives up."""
    last = None

    @client.event
    async def on_ready() -> None:
        say("READY", client.user.id)
        for guild in client.guilds:
            say("GUILD", guild.id, guild.name, len(guild.channels))

    @client.event
    async def on_message(message) -> None:
        nonlocal last
        say("OWN" if message.author == client.user else "MESSAGE", message.content)
        match message.content:
            case "!reply":
                last = await message.reply("pong")
            case "!edit":
                await last.edit(content="pong, edited")
            case "!delete":
                await last.delete()
            case "!react":
                await message.add_reaction("👍")
            case "!history":
                say("HISTORY", *[found.id async for found in message.channel.history(limit=2)])
            case "!members":
                # Ids go out as bare integers, too large for a double.
                found = await message.guild.query_members(user_ids=[message.author.id])
                assert [member.id for member in found] == [message.author.id]
                await message.guild.chunk()
                say("MEMBERS", len(message.guild.members))
            case "!thread":
                thread = await message.create_thread(name="walk")
                await thread.send("in the thread")
            case "!command":
                command = {"name": "walk", "description": "answers later", "type": 1}
                await client.http.bulk_upsert_guild_commands(client.application_id, message.guild.id, [command])
                say("COMMAND walk")

    @client.event
    async def on_message_edit(before, after) -> None:
        say("EDITED", after.content)

    @client.event
    async def on_raw_message_delete(event) -> None:
        say("DELETED", event.message_id)

    @client.event
    async def on_raw_reaction_add(event) -> None:
        say("REACTION", event.emoji.name, event.user_id)

    @client.event
    async def on_thread_create(thread) -> None:
        say("THREAD", thread.id, thread.name)

    @client.event
    async def on_interaction(interaction) -> None:
        await interaction.response.defer()
        # Nextcord has kept the name that discord.py had before.
        edit = getattr(interaction, "edit_original_response", None) or interaction.edit_original_message
        await edit(content="walked")

    with open(os.environ["GUILDHALL_TOKEN_FILE"], encoding="utf-8") as file:
        token = file.read().strip()
    try:
        client.run(token)
    except discord.PrivilegedIntentsRequired:
        say("STOPPED privileged intents")
    except discord.LoginFailure:
        say("STOPPED token")
    except discord.ConnectionClosed as closed:
        say("STOPPED", closed.code)
