"""A disnake bot."""

import os

import disnake
import walk
from disnake.http import Route

options = walk.options(disnake)

# docs: begin
Route.BASE = os.environ["GUILDHALL_API"] + "/v10"
client = disnake.Client(**options)
# docs: end

walk.walk(disnake, client)
