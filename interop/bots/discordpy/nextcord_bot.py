"""A Nextcord bot."""

import os

import nextcord
import walk
from nextcord.http import Route

options = walk.options(nextcord)

# docs: begin
Route.BASE = os.environ["GUILDHALL_API"] + "/v10"
client = nextcord.Client(**options)
# docs: end

walk.walk(nextcord, client)
