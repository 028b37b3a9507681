"""The words of the findings on late delivery, the monitoring record and hoarding."""

from __future__ import annotations

from policies.text import Text

__all__ = ["CAUSE_PROOFS", "HOARDING", "LATE_DELIVERY", "REGISTRATION"]

#: Rule idle.late_delivery.
LATE_DELIVERY = {
    "late": Text(
        "约定{delivery_due}交地，实际{delivered}交地，晚{late_days}天。未按约定交付土地属{art8}所列情形，由权利人举证、主管部门核实；核实前不据此免责，也不宜直接按权利人自身原因处理。",
        "Delivery was agreed for {delivery_due} and took place on {delivered}, {late_days} days late. Land not delivered as agreed is among the causes of {art8}: the holder proves it and the authority verifies it. Until then it excuses nothing, nor should the delay be put down to the holder alone.",
    ),
    "late_holder": Text(
        "约定{delivery_due}交地，实际{delivered}交地，晚{late_days}天，而登记的原因是权利人自身原因，两者不一致。未按约定交付土地属{art8}所列情形，须先核实迟延是否由此造成，再定原因。",
        "Delivery was agreed for {delivery_due} and took place on {delivered}, {late_days} days late, while the recorded cause is the holder's own: the two do not agree. Land not delivered as agreed is among the causes of {art8}; whether it caused the delay has to be verified before the cause is settled.",
    ),
    "late_recorded": Text(
        "约定{delivery_due}交地，实际{delivered}交地，晚{late_days}天，与登记的原因（{art8}，未按约定交付土地）相符。",
        "Delivery was agreed for {delivery_due} and took place on {delivered}, {late_days} days late: it agrees with the recorded cause ({art8}, land not delivered as agreed).",
    ),
    "undelivered": Text(
        "约定{delivery_due}交地，登记的交地日{delivered}晚于审查日，截至{as_of}尚未交地，已晚{late_days}天。未按约定交付土地属{art8}所列情形，由权利人举证、主管部门核实。",
        "Delivery was agreed for {delivery_due}; the recorded delivery on {delivered} lies after the review date, so that on {as_of} the land is not delivered and {late_days} days late. Land not delivered as agreed is among the causes of {art8}: the holder proves it and the authority verifies it.",
    ),
    "in_time": Text(
        "约定{delivery_due}交地，实际{delivered}交地，未晚于约定。",
        "Delivery was agreed for {delivery_due} and took place on {delivered}: not late.",
    ),
    "unknown": Text(
        "约定{delivery_due}交地，实际交地日未登记，是否按约定交地未知；查交地确认书。",
        "Delivery was agreed for {delivery_due}; the actual delivery is not recorded, so that it is not known whether it was in time. See the delivery record.",
    ),
}

#: Rule idle.registration: the gate of art. 12.
REGISTRATION = {
    "yes": Text(
        "已录入土地市场动态监测与监管系统，可以采用{art12}的方式协商处置。",
        "Recorded in the monitoring system: the land may be disposed of by agreement ({art12}).",
    ),
    "no": Text(
        "登记为未录入土地市场动态监测与监管系统，录入前不得采用{art12}的方式处置（{art25}）。",
        "Said not to be recorded in the monitoring system: until it is, the remedies of {art12} may not be used ({art25}).",
    ),
    "unknown": Text(
        "是否录入土地市场动态监测与监管系统未登记；未录入的，不得采用{art12}的方式处置（{art25}）。",
        "Whether the case is recorded in the monitoring system is not known; without a record the remedies of {art12} may not be used ({art25}).",
    ),
}

#: Rule idle.hoarding_ban: only where hoarding was found by the authority.
HOARDING = {
    "yes": Text(
        "台账登记为已认定恶意囤地、炒地。处置完毕前，不受理该权利人新的用地申请，不办理该宗地的转让、出租、抵押和变更登记（{art24}）。本项只依登记，不作推断。",
        "Malicious hoarding is recorded as found. Until it is settled no new land application of this holder is taken up, and no transfer, lease, mortgage or change of registration of this land is made ({art24}). This rests on the record alone; nothing is inferred.",
    ),
    "no": Text(
        "台账登记为已认定恶意囤地、炒地，但所涉案件均已结案；{art24}的限制至处置完毕为止，请核对是否已经解除。",
        "Malicious hoarding is recorded as found, but every case of this land is closed; the bans of {art24} last until it is settled. Please check that they have been lifted.",
    ),
}

#: After the finding on a cause: what proves it, and what is recorded of that.
CAUSE_PROOFS = {
    "recorded": Text(
        "登记的证据：{evidence}。通常须有：{proofs}。",
        "Recorded evidence: {evidence}. Usually needed: {proofs}.",
    ),
    "blank": Text(
        "证据未登记。通常须有：{proofs}。",
        "No evidence is recorded. Usually needed: {proofs}.",
    ),
}
