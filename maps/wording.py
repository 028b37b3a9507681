"""What the tables of an edition say in the words of the rule packs: clauses, units, conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maps.labels import WORDED
from policies.model import CONFIDENCE, STATUSES
from policies.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from maps.view import MapView

__all__ = ["texts_of", "wording"]

_UNKNOWN = Text("未知", "unknown")
_CONFIDENCE = {"P": Text("项目自有数据", "the project's own data"), **CONFIDENCE}


def texts_of(frame: pd.DataFrame, name: str) -> set[str]:
    """Return the distinct texts of a column, none where there is no such column."""
    return set(frame[name].dropna().astype(str).unique()) if name in frame.columns else set()


def _pair(text: Text) -> list[str]:
    return [text.zh, text.en]


def wording(view: MapView) -> dict[str, Any]:
    """Return the clauses that the tables of this edition cite, and the words of packs in them."""
    tables = {
        "findings": view.findings,
        "recommendations": view.recommendations,
        "deadlines": view.deadlines,
        "plan": view.plan,
        "surplus": view.surplus,
    }
    said = {
        part
        for name, frame in tables.items()
        for column in WORDED
        if view.shows(name, column)
        for cell in texts_of(frame, column)
        for whole in (cell, *cell.split("；"))
        for part in (whole.strip(), *(piece.strip() for piece in whole.split("、")))
    }
    return {
        "clauses": {
            citation: {
                "en": clause["en"],
                "text": [clause["text"]["zh"], clause["text"]["en"]],
                "title": [clause["title"]["zh"], clause["title"]["en"]],
                "confidence": _pair(_CONFIDENCE.get(clause["confidence"], _UNKNOWN)),
                "status": _pair(STATUSES.get(clause["status"], _UNKNOWN)),
                "sound": clause["status"] == "in_force",
            }
            for citation, clause in sorted(view.clauses.items())
            if citation in said
        },
        "words": {zh: en for zh, en in sorted(view.words.items()) if zh in said},
    }
