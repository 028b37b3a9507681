"""The words of the findings on remedies by agreement (art. 12): sentences, put together per case."""

from __future__ import annotations

from policies.text import Text

__all__ = ["SAYS"]

#: The sentences; places in braces are filled per case.
SAYS: dict[str, Text] = {
    "head": Text("{case}拟采用“{remedy}”（{art12}）。", "{case}: {remedy} ({art12})."),
    "case": Text("案件{id}", "Case {id}"),
    "case_unnumbered": Text("在办案件", "The case"),
    # May art. 12 be used at all?
    "open_yes": Text(
        "台账状态为“{status}”，属于可以协商处置的情形。",
        "The status is: {status}. Disposal by agreement is open.",
    ),
    "open_no": Text(
        "台账状态为“{status}”，原因经核实属权利人自身，依{art14}处置，不得采用协商处置的方式。",
        "The status is: {status}. The cause is verified as the holder's own: {art14} applies, and no remedy by agreement may be used.",
    ),
    "open_unknown": Text(
        "台账状态为“{status}”，能否协商处置须先查明原因。",
        "The status is: {status}. Whether disposal by agreement is open depends on the cause, which has to be settled first.",
    ),
    "open_never": Text(
        "台账状态为“{status}”，不涉嫌闲置，本项不适用。",
        "The status is: {status}. The land is not suspected idle: this item does not apply.",
    ),
    # The gate of art. 25.
    "recorded_yes": Text(
        "已录入监测监管系统（{art25}）。", "It is recorded in the monitoring system ({art25})."
    ),
    "recorded_no": Text(
        "未录入监测监管系统，录入前不得采用（{art25}）。",
        "It is not recorded in the monitoring system: until it is, the remedy may not be used ({art25}).",
    ),
    "recorded_unknown": Text(
        "是否录入监测监管系统未登记，未录入的不得采用（{art25}）。",
        "Whether it is recorded in the monitoring system is not known; without a record the remedy may not be used ({art25}).",
    ),
    # Temporary use.
    "use_yes": Text(
        "临时使用自{from_on}至{to_on}，未超过最长{years}（至{last}）。",
        "Temporary use from {from_on} to {to_on}, within the longest period of {years} (until {last}).",
    ),
    "use_no": Text(
        "临时使用自{from_on}至{to_on}，超过最长{years}（至{last}），期限须缩短。",
        "Temporary use from {from_on} to {to_on}, beyond the longest period of {years} (until {last}): it has to be shortened.",
    ),
    "use_backwards": Text(
        "登记的临时使用截止日{to_on}早于起始日{from_on}，请核对。",
        "The recorded end of the temporary use on {to_on} lies before its begin on {from_on}: please check.",
    ),
    "use_open": Text(
        "临时使用自{from_on}起，截止日未登记；最长{years}，至{last}。",
        "Temporary use from {from_on}; its end is not recorded; the longest period of {years} ends on {last}.",
    ),
    "use_unknown": Text(
        "临时使用的起始日未登记；自安排之日起最长{years}。",
        "The begin of the temporary use is not recorded; it may last {years} at most.",
    ),
    # Swap: three conditions, and what the swapped land has to be like.
    "price_paid_full_yes": Text("价款已缴清。", "The price is paid in full."),
    "price_paid_full_no": Text("价款未缴清，不得置换。", "The price is not paid in full: no swap."),
    "price_paid_full_unknown": Text(
        "价款是否缴清未登记。", "Whether the price is paid in full is not recorded."
    ),
    "funds_in_place_yes": Text("项目资金已落实。", "The project's funds are in place."),
    "funds_in_place_no": Text(
        "项目资金未落实，不得置换。", "The project's funds are not in place: no swap."
    ),
    "funds_in_place_unknown": Text(
        "项目资金是否落实未登记。", "Whether the project's funds are in place is not recorded."
    ),
    "cause_yes": Text("因规划依法修改而闲置，已核实。", "It is idle by a plan revision, verified."),
    "cause_no": Text(
        "登记的原因（{cause}）不是规划修改，不得置换。",
        "The recorded cause ({cause}) is not a plan revision: no swap.",
    ),
    "cause_unverified": Text(
        "登记的原因为规划修改，尚未核实。", "The recorded cause is a plan revision, not verified."
    ),
    "cause_unknown": Text(
        "是否因规划修改而闲置未登记。",
        "Whether it is idle by a plan revision is not recorded.",
    ),
    "swap_same_value_yes": Text("置换土地价值相当。", "The land in exchange is of equal value."),
    "swap_same_value_no": Text(
        "置换土地价值不相当，不得置换。", "The land in exchange is not of equal value: no swap."
    ),
    "swap_same_value_unknown": Text(
        "置换土地价值是否相当未登记。",
        "Whether the land in exchange is of equal value is not recorded.",
    ),
    "swap_same_use_yes": Text("置换土地用途相同。", "The land in exchange is of the same use."),
    "swap_same_use_no": Text(
        "置换土地用途不同，不得置换。", "The land in exchange is of another use: no swap."
    ),
    "swap_same_use_unknown": Text(
        "置换土地用途是否相同未登记。",
        "Whether the land in exchange is of the same use is not recorded.",
    ),
    # What follows.
    "agreed_extension": Text(
        "补充协议的签订日、约定动工日应登记到台账；延长最长{extension_years}。",
        "The signing and the new start are to be entered in the ledger; the extension may last {extension_years} at most.",
    ),
    "agreed_change_use": Text(
        "须符合规划，重新办理用地手续并核定价款；重新约定的动工日应登记到台账，期限自新日期重新起算。",
        "It has to fit the plans; the formalities are done anew and the price is settled. The new start is to be entered in the ledger: the clock begins anew from it.",
    ),
    "agreed_temporary_use": Text(
        "期满后的动工日应登记到台账，期限自新日期重新起算。",
        "The start after it is to be entered in the ledger: the clock begins anew from it.",
    ),
    "agreed_buy_back": Text(
        "协议收回的，动工期限不重新起算；补偿以协议为准。",
        "With a recovery by agreement no clock begins anew; the compensation is as agreed.",
    ),
    "agreed_swap": Text(
        "置换土地须另行约定动工日并登记到台账，期限自新日期重新起算。",
        "A new start is agreed for the land in exchange and entered in the ledger: the clock begins anew from it.",
    ),
    "agreed_other": Text(
        "须有地方规定为依据；重新约定的动工日应登记到台账。",
        "It needs a local provision; the new start is to be entered in the ledger.",
    ),
    "approval": Text(
        "处置方案须报本级人民政府批准，设有抵押权的书面通知抵押权人（{art13}）。",
        "The plan needs the government's approval, and mortgagees are told in writing ({art13}).",
    ),
}
