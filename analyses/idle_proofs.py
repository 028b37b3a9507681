"""What proves a cause: the papers that the holder hands in and the authority checks, by cause.

Order 53 says that the holder proves a cause of art. 8 and the authority verifies it; which papers do is
practice, listed here as a reminder. An authority may ask for others.
"""

from __future__ import annotations

from policies.text import Text

__all__ = ["PROOFS", "proof_text"]

#: By cause code.
PROOFS: dict[str, Text] = {
    "holder": Text(
        "调查笔录、权利人说明材料、现场核查记录",
        "record of the inquiry, the holder's explanation, record of the site visit",
    ),
    "gov_delivery": Text(
        "合同交地条款、交地确认书（实际交地日期和条件）、催告交地的函件",
        "the contract's clause on delivery, the delivery record (day and condition), letters asking for delivery",
    ),
    "gov_plan": Text(
        "规划修改的批准文件和公告、修改前后的规划条件",
        "approval and notice of the plan revision, planning conditions before and after",
    ),
    "gov_policy": Text(
        "国家政策文件、主管部门要求变更规划或建设条件的通知",
        "the national policy document, the department's request to change planning or building conditions",
    ),
    "gov_petition": Text(
        "信访受理和处理记录、停工或者不能动工的书面证明",
        "records of the petition and its handling, written proof that works could not start",
    ),
    "gov_control": Text(
        "军事管制或者文物部门的书面通知、起止日期",
        "written notice of the military or the relics authority, from when to when",
    ),
    "gov_other": Text(
        "造成迟延的政府或部门行为的文件、该部门的书面意见",
        "the document of the act that caused the delay, written opinion of that department",
    ),
    "force_majeure": Text(
        "不可抗力的官方证明、影响的起止日期、与动工迟延的因果关系说明",
        "official proof of the event, from when to when, how it delayed the start",
    ),
    "preparatory": Text(
        "前期工作的内容、期限和法定要求，证明其为动工开发所必需",
        "what the preparatory work was, how long it took, by which provision the start needed it",
    ),
}


def proof_text(codes: str, lang: str) -> str:
    """Return the papers that prove some comma-separated causes.

    Examples
    --------
    >>> proof_text("gov_plan", "en")
    'approval and notice of the plan revision, planning conditions before and after'
    >>> proof_text("", "zh")
    ''
    """
    named = [PROOFS[code] for code in codes.split(",") if code in PROOFS]
    texts = [text.zh if lang == "zh" else text.en for text in named]
    return ("；" if lang == "zh" else "; ").join(texts)
