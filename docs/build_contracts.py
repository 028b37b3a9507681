"""Write the generated parts of docs/contracts.md anew: ``python docs/build_contracts.py``."""

from __future__ import annotations

from pathlib import Path

from analyses import results
from layers.columns import Contract
from layers.contracts import CONTRACTS
from layers.dictionary import (
    codes_markdown,
    dictionary_markdown,
    options_markdown,
    replace_generated,
)

DOCUMENT = Path(__file__).parent / "contracts.md"


def result_contracts() -> list[Contract]:
    """Return the contracts of the result files, in the order in which they are declared."""
    return [value for value in vars(results).values() if isinstance(value, Contract)]


def build(document: str) -> str:
    """Return the document with its generated parts as the code has them."""
    return replace_generated(
        document,
        {
            "options": options_markdown(),
            "inputs": dictionary_markdown(CONTRACTS.values()),
            "codes": codes_markdown(),
            "results": dictionary_markdown(result_contracts(), aliases=False),
        },
    )


if __name__ == "__main__":
    DOCUMENT.write_text(build(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
