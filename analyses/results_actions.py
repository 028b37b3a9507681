"""Further columns of the recommendations: documents, what comes first, and the parts of the score."""

from __future__ import annotations

from analyses.result_columns import result_column as _c

__all__ = ["ACTION_COLUMNS"]

ACTION_COLUMNS = (
    _c("due_basis", "text", "期限依据", "what the deadline rests on"),
    _c("due_missing", "text", "期限未知时所缺资料", "what is missing to know the deadline"),
    _c("since_on", "date", "法定起算日", "statutory day passed"),
    _c("documents", "text", "需用文书", "documents"),
    _c("depends_on", "text", "先行事项（宗地:建议代码）", "what comes first (parcel:action)"),
    _c("score", "number", "得分", "score"),
    _c("score_deadline", "number", "得分：期限", "score: deadline"),
    _c("score_area", "number", "得分：面积", "score: area"),
    _c("score_floor_area", "number", "得分：建筑面积", "score: floor area"),
    _c("score_amount", "number", "得分：金额", "score: amount"),
    _c("score_readiness", "number", "得分：就绪", "score: readiness"),
    _c("score_certainty", "number", "得分：可信度", "score: certainty"),
    _c("clause_en", "text", "条款（英文）", "clause"),
    _c("decided_by_en", "text", "决定单位（英文）", "decided by"),
    _c("approved_by_en", "text", "批准单位（英文）", "approved by"),
    _c("assists_en", "text", "配合单位（英文）", "assists"),
    _c("blocked_by_en", "text", "前置条件（英文）", "blocked by"),
    _c("documents_en", "text", "需用文书（英文）", "documents"),
    _c("due_basis_en", "text", "期限依据（英文）", "what the deadline rests on"),
)
