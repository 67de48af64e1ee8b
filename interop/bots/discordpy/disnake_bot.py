"""A disnake bot."""

import os

import disnake
import walk
from disnake.http import Route

intents = walk.intents(disnake)

# docs: begin
Route.BASE = os.environ["GUILDHALL_API"] + "/v10"
client = disnake.Client(intents=intents, heartbeat_timeout=10)
# docs: end

walk.walk(disnake, client)
