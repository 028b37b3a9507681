"""Pin every installed distribution (name==version) in a constraints file, ours excepted."""

from __future__ import annotations

import sys
from importlib.metadata import distributions
from pathlib import Path

#: Ours, and what every virtual environment brings along.
NOT_PINNED = {"zongdi", "pip", "setuptools"}
HEADER = "# What make demo, make test and CI install. Written by `make lock`; pyproject.toml holds the lower bounds.\n"


def main(target: Path) -> None:
    """Write the constraints of the running environment to `target`."""
    pins = {
        dist.metadata["Name"].lower(): f"{dist.metadata['Name']}=={dist.version}"
        for dist in distributions()
    }
    lines = [pin for name, pin in sorted(pins.items()) if name not in NOT_PINNED]
    target.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
