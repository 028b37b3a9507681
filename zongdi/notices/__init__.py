"""Draft documents of the idle-land procedure: texts in TOML, filled from ledger, case and rule pack."""

from __future__ import annotations

from zongdi.notices.drafts import Draft, draft_notices
from zongdi.notices.folder import write_notices

__all__ = ["Draft", "draft_notices", "write_notices"]
