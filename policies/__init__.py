"""Rule packs: data (TOML) by jurisdiction and date, and their loader.

Officers edit the packs; this room imports nothing of the project.
"""

from policies.errors import PackError, PolicyError
from policies.loader import load_policy, pack_ids
from policies.model import Policy
from policies.text import Text

__all__ = ["PackError", "Policy", "PolicyError", "Text", "load_policy", "pack_ids"]
