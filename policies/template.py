"""The skeleton of a pack of one's own, with a line of help for each key."""

from __future__ import annotations

from policies.loader import load_policy

__all__ = ["new_pack"]

_TEMPLATE = """\
# 本地规则包。只写与下层规则包不同的内容；格式说明见 docs/policies.md。
# A rule pack of your own: write only what differs from the packs beneath; see docs/policies.md.

format = 1
id = "{pack_id}"
extends = "{extends}"
title = {{ zh = "（名称）", en = "(title)" }}
jurisdiction = {{ zh = "（适用地区）", en = "(where it applies)" }}

# 依据文件及其效力。 The document behind your rules, and its validity.
# [documents.notice]
# number = {{ zh = "（文号）", en = "(number)" }}
# title = {{ zh = "（标题）", en = "(title)" }}
# issued = 2025-01-02
# validity = [{{ from = 2025-01-02, status = "in_force" }}]

# 条款：用自己的话概括，不抄原文。 A clause, in your own words.
# [clauses.notice-1]
# document = "notice"
# article = {{ zh = "第一条", en = "art. 1" }}
# topic = "idle"
# text = {{ zh = "（概括）", en = "(paraphrase)" }}
# confidence = "V"
# computed = true

# 修改下层规则的一个参数。 Change one parameter of a rule beneath.
# [rules."idle.suspended".parameters.developed_share_min]
# value = "1/3"
# type = "fraction"
# clause = "notice-1"

# 指定配合单位所在的条款。 The clause whose units assist an action.
# [actions.investigate]
# assists = "notice-1"

# 主题比较中的立场，供 zongdi policies diff 使用。 The stand on a topic, for the comparison.
# [topics.supply]
# codes = ["standard_grant"]
# text = {{ zh = "（概括）", en = "(in words)" }}
# clauses = ["notice-1"]
"""


def new_pack(pack_id: str, extends: str = "national") -> str:
    """Return the text of a new pack that lies over a shipped one.

    Parameters
    ----------
    pack_id : str
        Its id: small letters, digits, - _ and .
    extends : str
        The id of the pack beneath.

    Returns
    -------
    str
        TOML that loads as it stands and changes nothing yet.

    Raises
    ------
    UnknownPackError
        There is no pack `extends`.

    Examples
    --------
    >>> new_pack("our-zone", "jinan-2021").splitlines()[4:6]
    ['id = "our-zone"', 'extends = "jinan-2021"']
    """
    load_policy(extends)
    return _TEMPLATE.format(pack_id=pack_id, extends=extends)
