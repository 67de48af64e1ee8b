"""A Pycord bot."""

import os

import discord
import walk
from discord.http import Route

options = walk.options(discord)

# docs: begin
Route.API_BASE_URL = os.environ["GUILDHALL_API"] + "/v{API_VERSION}"
client = discord.Client(**options)
# docs: end

walk.walk(discord, client)
