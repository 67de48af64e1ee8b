"""An ordinary discord.py bot. With `zstandard` installed the library speaks zstd-stream by itself, otherwise zlib-stream."""

import os

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

if os.environ.get("WALK_COMPRESSION") == "zlib-stream":
    discord.utils._ActiveDecompressionContext = discord.utils._ZlibDecompressionContext

intents = discord.Intents(guilds=True, guild_messages=True, guild_reactions=True, message_content=True)
intents.members = bool(os.environ.get("WALK_MEMBERS"))

# docs: begin
Route.BASE = os.environ["GUILDHALL_API"] + "/v10"
DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["GUILDHALL_GATEWAY"])
client = discord.Client(intents=intents)
# docs: end

last: discord.Message


def say(*words: object) -> None:
    print(*words, flush=True)


@client.event
async def on_ready() -> None:
    say("READY", client.user.id)
    for guild in client.guilds:
        say("GUILD", guild.id, guild.name, len(guild.channels))


@client.event
async def on_message(message: discord.Message) -> None:
    global last
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
            say("MEMBERS", len(await message.guild.chunk(cache=False)))


@client.event
async def on_message_edit(before: discord.Message, after: discord.Message) -> None:
    say("EDITED", after.content)


@client.event
async def on_raw_message_delete(event: discord.RawMessageDeleteEvent) -> None:
    say("DELETED", event.message_id)


@client.event
async def on_raw_reaction_add(event: discord.RawReactionActionEvent) -> None:
    say("REACTION", event.emoji.name, event.user_id)


with open(os.environ["GUILDHALL_TOKEN_FILE"], encoding="utf-8") as file:
    token = file.read().strip()
try:
    client.run(token, log_handler=None)
except discord.PrivilegedIntentsRequired:
    say("STOPPED privileged intents")
except discord.LoginFailure:
    say("STOPPED token")
except discord.ConnectionClosed as closed:
    say("STOPPED", closed.code)
