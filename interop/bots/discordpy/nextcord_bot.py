"""A Nextcord bot."""

import os

import nextcord
import walk
from nextcord.http import Route

intents = walk.intents(nextcord)

# docs: begin
Route.BASE = os.environ["GUILDHALL_API"] + "/v10"
client = nextcord.Client(intents=intents, heartbeat_timeout=10)
# docs: end

walk.walk(nextcord, client)
