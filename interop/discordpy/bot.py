"""An ordinary discord.py bot. Besides its own lines it sets the two class attributes that hold Discord's addresses."""

import os

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

Route.BASE = os.environ["GUILDHALL_API"] + "/v10"
DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["GUILDHALL_GATEWAY"])

intents = discord.Intents.default()
intents.message_content = True
intents.members = bool(os.environ.get("WITH_MEMBERS"))
client = discord.Client(intents=intents, chunk_guilds_at_startup=intents.members)
tree = app_commands.CommandTree(client)


class Form(discord.ui.Modal, title="Form"):
    answer = discord.ui.TextInput(label="Answer", custom_id="answer")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"you said {self.answer.value}", ephemeral=True)


class Menu(discord.ui.View):
    @discord.ui.button(label="Form", custom_id="form")
    async def form(self, interaction: discord.Interaction, button: discord.ui.Button) -> None:
        await interaction.response.send_modal(Form())

    @discord.ui.select(cls=discord.ui.UserSelect, custom_id="who")
    async def who(self, interaction: discord.Interaction, select: discord.ui.UserSelect) -> None:
        await interaction.response.edit_message(content=f"chosen {select.values[0].name}")


@tree.command()
async def menu(interaction: discord.Interaction, title: str, who: discord.Member) -> None:
    """A message with components."""
    await interaction.response.send_message(f"{title} for {who.display_name}", view=Menu())
    await interaction.followup.send("more")


@menu.autocomplete("title")
async def titles(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=current.title(), value=current)]


@tree.context_menu(name="Quote")
async def quote(interaction: discord.Interaction, message: discord.Message) -> None:
    await interaction.response.defer(thinking=True)
    await interaction.edit_original_response(content=f"> {message.content}")


def say(*words: object) -> None:
    print(*words, flush=True)


@client.event
async def on_ready() -> None:
    guild = client.guilds[0]
    await tree.sync()
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
