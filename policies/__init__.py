"""Rule packs: data (TOML) by jurisdiction and date, and their loader.

Officers edit the packs; this room imports nothing of the project.
"""
