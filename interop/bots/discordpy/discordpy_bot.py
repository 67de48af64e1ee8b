"""A discord.py bot. With `zstandard` installed the library speaks zstd-stream by itself, otherwise zlib-stream."""

import os

import discord
import walk
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

options = walk.options(discord)

# docs: begin
Route.BASE = os.environ["GUILDHALL_API"] + "/v10"
DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["GUILDHALL_GATEWAY"])
client = discord.Client(**options)
# docs: end

walk.walk(discord, client)
