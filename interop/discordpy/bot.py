"""An ordinary discord.py bot. Besides its own lines it sets the two class attributes that hold Discord's addresses."""

import os

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

Route.BASE = os.environ["GUILDHALL_API"] + "/v10"
DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["GUILDHALL_GATEWAY"])

intents = discord.Intents.default()
intents.message_content = True
intents.members = bool(os.environ.get("WITH_MEMBERS"))
client = discord.Client(intents=intents, chunk_guilds_at_startup=intents.members)


def say(*words: object) -> None:
    print(*words, flush=True)


@client.event
async def on_ready() -> None:
    guild = client.guilds[0]
    say("READY", client.user.id, guild.name, len(guild.members))


@client.event
async def on_message(message: discord.Message) -> None:
    if message.author == client.user:
        say("OWN", message.content)
        return
    say("CREATE", message.content)
    if message.content == "!ping":
        async with message.channel.typing():
            reply = await message.reply("pong")
        await reply.edit(content="pong, edited")
        await reply.add_reaction("👍")
        say("HISTORY", [found.content async for found in message.channel.history(limit=2)])
        await reply.delete()
        # Ids go out as bare integers, too large for a double.
        members = await message.guild.query_members(user_ids=[message.author.id])
        say("MEMBERS", [member.id for member in members])


@client.event
async def on_message_edit(before: discord.Message, after: discord.Message) -> None:
    say("UPDATE", before.content, "->", after.content)


@client.event
async def on_raw_message_delete(event: discord.RawMessageDeleteEvent) -> None:
    say("DELETE", event.message_id)


@client.event
async def on_resumed() -> None:
    say("RESUMED")


with open(os.environ["GUILDHALL_TOKEN_FILE"], encoding="utf-8") as file:
    token = file.read().strip()
try:
    client.run(token, log_handler=None)
except discord.PrivilegedIntentsRequired:
    say("REFUSED privileged intents")
except discord.LoginFailure:
    say("REFUSED token")
except discord.ConnectionClosed as closed:
    say("REFUSED", closed.code)
