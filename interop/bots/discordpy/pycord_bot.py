"""A Pycord bot."""

import os

import discord
import walk
from discord.http import Route

intents = walk.intents(discord)

# docs: begin
Route.API_BASE_URL = os.environ["GUILDHALL_API"] + "/v{API_VERSION}"
client = discord.Client(intents=intents, heartbeat_timeout=10, cache_default_sounds=False)
# docs: end

walk.walk(discord, client)
