"""The words of the idle-land notes: fact, rule, consequence. Places in braces are filled per row."""

from __future__ import annotations

from policies.text import Text

__all__ = [
    "CAUSE",
    "EXTENSION",
    "FEE",
    "LACKING",
    "LIMB_DEVELOPED",
    "LIMB_INVESTED",
    "NOT_STARTED",
    "NO_LEDGER",
    "OTHER_CAUSE_RULES",
    "PHRASE",
    "RECOVERY",
    "REMARKS",
    "REVIEW",
    "SOURCE_OF_START",
    "SUSPENDED",
]

#: Where the due start comes from.
PHRASE = {
    "contract": Text("约定动工日为{due}", "The agreed start was {due}"),
    "delivery": Text(
        "未约定动工日，自{delivered}实际交地起满{delivery_years}，即以{due}为动工日（{art22}）",
        "No start was agreed; counted {delivery_years} from delivery on {delivered} it was {due} ({art22})",
    ),
    "extension_contract": Text(
        "原约定动工日{base}，经合同约定的程序同意延期至{due}",
        "The start agreed for {base} was extended under the contract to {due}",
    ),
    "extension_art12": Text(
        "原约定动工日{base}，按补充协议（{art12}）改为{due}，已录入监测监管系统",
        "The start agreed for {base} was moved to {due} by a supplementary agreement ({art12}), recorded in the monitoring system",
    ),
    "unknown": Text("动工日不明", "The due start is not known"),
}

SOURCE_OF_START = {
    "recorded": Text("台账记为已动工", "recorded as started"),
    "foundation": Text(
        "已取得施工许可证，基础施工达到{art30}的标准",
        "permit given and foundation work up to {art30}",
    ),
    "completed": Text("已竣工", "completed"),
}

#: Rule idle.not_started_1y, by the status of the row (and some finer keys).
NOT_STARTED = {
    "not_supplied": Text(
        "宗地尚未供应，没有约定动工日，本条不适用。",
        "The parcel is not supplied: there is no agreed start, and the clause does not apply.",
    ),
    "started": Text(
        "{source}，不属于满{years}未动工开发。",
        "Not a case of {years} without a start: {source}.",
    ),
    "no_due": Text(
        "约定动工日和实际交地日均未登记，动工日不明（{art22}），无法起算。",
        "Neither an agreed start nor a delivery date is recorded: the due start is not known ({art22}), and no period can be counted.",
    ),
    "undated": Text(
        "登记了延期，但没有延期后的动工日，无法起算；原动工日为{base}。",
        "An extension is recorded without its new start date, so that no period can be counted; the original start was {base}.",
    ),
    "not_due": Text(
        "{phrase}，截至{as_of}未到期；逾期满{years}之日为{line}。",
        "{phrase}; on {as_of} it is not past. The period of {years} after it ends on {line}.",
    ),
    "overdue_start": Text(
        "{phrase}，截至{as_of}已逾期{since_days}天，未满{years}；{line}届满，届时仍未动工的，{idle_from}起涉嫌闲置（{art1}）。宜作动工督促。",
        "{phrase}; on {as_of} it is {since_days} days past, less than {years}. The period ends on {line}; without a start by then the land is suspected idle from {idle_from} ({art1}). The holder should be urged to start.",
    ),
    "at_the_line": Text(
        "{phrase}，{line}满{years}，审查日正是期限当日；当日终了仍未动工的，{idle_from}起涉嫌闲置（{art1}）。宜作动工督促。",
        "{phrase}; {years} from then ends on {line}, which is the review date itself. Without a start by the end of that day the land is suspected idle from {idle_from} ({art1}). The holder should be urged to start.",
    ),
    "to_check": Text(
        "{phrase}，至{line}已满{years}，但是否动工没有可靠记录，须现场核实；确未动工的，自{idle_from}起涉嫌闲置（{art1}）。",
        "{phrase}; {years} from then ended on {line}, but whether works have started is not known and has to be checked on site. If they have not, the land is suspected idle from {idle_from} ({art1}).",
    ),
    "suspected_1y": Text(
        "{phrase}，至{line}满{years}仍未动工，{idle_from}起涉嫌闲置，截至{as_of}共{idle_days}天，未满{recovery_years}（{two_on}起满）。依据{art1}须先调查核实；经认定且非政府原因、不可抗力的，可依法报批处置，未经认定不作结论。{cause}",
        "{phrase}; {years} from then ended on {line} without a start: suspected idle from {idle_from}, {idle_days} days by {as_of}, less than {recovery_years} (over from {two_on}). By {art1} this has to be investigated first; where a written finding is made and the cause is neither the government's nor force majeure, disposal can be submitted for approval. Nothing is concluded without the finding. {cause}",
    ),
    "suspected_2y": Text(
        "{phrase}，至{line}满{years}仍未动工，{idle_from}起涉嫌闲置，截至{as_of}共{idle_days}天，{two_on}起已满{recovery_years}。依据{art1}须先调查核实；经认定且非政府原因、不可抗力的，可依法报批处置，未经认定不作结论。{cause}",
        "{phrase}; {years} from then ended on {line} without a start: suspected idle from {idle_from}, {idle_days} days by {as_of}, with {recovery_years} over from {two_on}. By {art1} this has to be investigated first; where a written finding is made and the cause is neither the government's nor force majeure, disposal can be submitted for approval. Nothing is concluded without the finding. {cause}",
    ),
    "gov_cause": Text(
        "{phrase}，至{line}满{years}未动工，{idle_from}起涉嫌闲置，截至{as_of}共{idle_days}天；原因：{causes}，已核实（{art8}）。属涉嫌闲置土地，认定后协商处置（{art12}），不征缴土地闲置费、不无偿收回。",
        "{phrase}; {years} from then ended on {line} without a start: suspected idle from {idle_from}, {idle_days} days by {as_of}. Cause: {causes}, verified ({art8}). After a written finding it is disposed of by agreement ({art12}), without a fee and without recovery.",
    ),
    "human_review": Text(
        "{phrase}，其后满{years}之日为{line}。{review}",
        "{phrase}; the period of {years} after it ends on {line}. {review}",
    ),
    "review_no_due": Text("{review}", "{review}"),
}

#: What is said of the cause of suspected land.
CAUSE = {
    "none": Text("闲置原因未登记，须查明。", "The cause is not recorded and has to be found out."),
    "holder": Text(
        "登记原因为企业自身原因，已核实。", "The recorded cause is the holder's own, verified."
    ),
    "holder_unverified": Text(
        "登记原因为企业自身原因，尚未核实。",
        "The recorded cause is the holder's own, not verified.",
    ),
}

#: Why a person has to look at the row.
REVIEW = {
    "yes_without_permit": Text(
        "台账记为已动工，但截至审查日没有施工许可证；{art30}以依法取得施工许可证为动工的前提，两项记录矛盾，须人工核查。",
        "Recorded as started, but without a construction permit at the review date; by {art30} a start comes after the permit. The two records contradict each other: human review needed.",
    ),
    "started_later": Text(
        "台账记为已动工，但动工日{started_on}晚于审查日{as_of}，记录矛盾，须人工核查。",
        "Recorded as started, but on {started_on}, after the review date {as_of}: the records contradict each other, human review needed.",
    ),
    "completed_not_started": Text(
        "登记竣工日{completed_on}，但动工记录为未动工，记录矛盾，须人工核查。",
        "Recorded as completed on {completed_on}, yet as not started: the records contradict each other, human review needed.",
    ),
    "extension_unregistered": Text(
        "另有按{art12}的延期，未见录入监测监管系统的记录，不得采用（{art25}），须人工核查。两种算法：按原动工日{base}，{base_line}满{years}；按延期后动工日{extended}，{extended_line}满{years}。",
        "There is also an extension by {art12} without a record in the monitoring system, so that it may not be used ({art25}): human review needed. Two clocks: from {base} the period of {years} ends on {base_line}; from the extended start {extended}, on {extended_line}.",
    ),
    "extension_kind": Text(
        "登记了延期，但未注明是合同约定的延期还是{art12}的延期，须人工核查。两种算法：按原动工日{base}，{base_line}满{years}；按延期后动工日{extended}，{extended_line}满{years}。",
        "An extension is recorded, but not whether it was under the contract or by {art12}: human review needed. Two clocks: from {base} the period of {years} ends on {base_line}; from the extended start {extended}, on {extended_line}.",
    ),
    "extension_not_later": Text(
        "登记的延期后动工日{extended}不晚于原动工日{base}，须人工核查。两种算法：按{base}，{base_line}满{years}；按{extended}，{extended_line}满{years}。",
        "The recorded extended start {extended} is not later than the original {base}: human review needed. Two clocks: the period of {years} ends on {base_line}, or on {extended_line}.",
    ),
    "extension_late": Text(
        "合同延期签订于{extension_signed_on}，其时已满{years}（{base_line}），不再是闲置之前的合同延期，须人工核查。两种算法：按原动工日{base}，{base_line}满{years}；按延期后动工日{extended}，{extended_line}满{years}。",
        "The extension under the contract was signed on {extension_signed_on}, when {years} had already passed ({base_line}): human review needed. Two clocks: from {base} the period of {years} ends on {base_line}; from the extended start {extended}, on {extended_line}.",
    ),
    "preparatory": Text(
        "截至审查日已满{years}未动工；原因：{causes}。前期工作见于{art26}，{art8}未列，须人工核查；核查清楚前不测算闲置费。",
        "The period of {years} is over without a start; cause: {causes}. Preparatory work is an excuse of {art26}, not one that {art8} lists: human review needed, and no fee is calculated before.",
    ),
    "unverified": Text(
        "截至审查日已满{years}未动工；登记原因：{causes}，尚未全部核实（{art8}），须人工核查。",
        "The period of {years} is over without a start; recorded cause: {causes}, not all of it verified ({art8}): human review needed.",
    ),
    "several": Text(
        "截至审查日已满{years}未动工；原因不止一类：{causes}，须人工核查各原因占用的时间；不自动扣除。",
        "The period of {years} is over without a start; causes of several kinds: {causes}. Human review has to weigh the days of each; nothing is deducted by itself.",
    ),
    "other_cause": Text(
        "截至审查日已满{years}未动工；登记原因“{causes}”不在规则所列之内，须人工核查。",
        "The period of {years} is over without a start; the recorded cause ({causes}) is none that the rules list: human review needed.",
    ),
}

#: Rule idle.not_started_2y.
RECOVERY = {
    "yes": Text(
        "{phrase}，{two_on}起满{recovery_years}仍未动工。经调查认定且非政府原因、不可抗力的，可依法报批无偿收回国有建设用地使用权（{art2}）；此前须告知听证权利，收回与征缴闲置费不叠加。{cause}",
        "{phrase}; the period of {recovery_years} without a start is over from {two_on}. Where a written finding is made and the cause is neither the government's nor force majeure, recovery without pay can be submitted for approval ({art2}), after notice of the right to a hearing; it is not added to the idle fee. {cause}",
    ),
    "no": Text(
        "未满{recovery_years}，{two_on}起满。",
        "Less than {recovery_years} without a start; the period is over from {two_on}.",
    ),
    "gov_cause": Text(
        "原因为政府原因或不可抗力，已核实，本项不适用，协商处置（{art12}）。",
        "The cause is the government's or force majeure, verified: this item does not apply; disposal is by agreement ({art12}).",
    ),
    "unknown": Text(
        "自{two_on}起满{recovery_years}；是否符合本项条件须先核查。{review}",
        "The period of {recovery_years} is over from {two_on}; whether this item applies has to be checked first. {review}",
    ),
}

#: Rule idle.suspended.
SUSPENDED = {
    "not_supplied": NOT_STARTED["not_supplied"],
    "not_started": Text(
        "未动工，本款只适用于已动工的土地，不适用。",
        "Not started: this paragraph addresses land already started, and does not apply.",
    ),
    "completed": Text("已竣工，不存在中止开发。", "Completed: no suspension."),
    "none": Text("未登记中止开发。", "No suspension is recorded."),
    "later": Text(
        "登记的中止日{suspended_on}晚于审查日，截至{as_of}未中止。",
        "The recorded suspension on {suspended_on} lies after the review date: not suspended on {as_of}.",
    ),
    "before": Text(
        "自{suspended_on}起中止开发，截至{as_of}共{halt_days}天，未满{halt_years}；{halt_line}届满。",
        "Suspended since {suspended_on}, {halt_days} days by {as_of}, less than {halt_years}; the period ends on {halt_line}.",
    ),
    "line": Text(
        "自{suspended_on}起中止开发，{halt_line}满{halt_years}，审查日正是期限当日。",
        "Suspended since {suspended_on}; {halt_years} from then ends on {halt_line}, which is the review date itself.",
    ),
    "yes": Text(
        "自{suspended_on}起中止开发满{halt_years}（{halt_line}届满）；{developed}；{invested}。涉嫌中止开发满{halt_years}（{art_suspended}）：可以认定为闲置土地（可裁量），认定后只能协商处置（{art12}），不征缴土地闲置费、不无偿收回；未录入监测监管系统的不得采用（{art25}）。",
        "Suspended since {suspended_on}; {halt_years} from then ended on {halt_line}; {developed}; {invested}. The land may be found idle, at discretion ({art_suspended}); it is then disposed of by agreement only ({art12}), without a fee and without recovery, and only where the case is recorded ({art25}).",
    ),
    "no": Text(
        "自{suspended_on}起中止开发满{halt_years}，但{developed}，{invested}，两项条件均不具备。",
        "Suspended since {suspended_on} for {halt_years}, but {developed} and {invested}: neither condition holds.",
    ),
    "unknown": Text(
        "自{suspended_on}起中止开发满{halt_years}；{developed}；{invested}，无法判断。",
        "Suspended since {suspended_on} for {halt_years}; {developed}; {invested}: not decided.",
    ),
    "start_unknown": Text(
        "登记自{suspended_on}起中止开发，至{halt_line}已满{halt_years}，但是否动工须先核实。",
        "A suspension since {suspended_on} is recorded, {halt_years} over on {halt_line}, but whether works were started has to be checked first.",
    ),
}

LIMB_DEVELOPED = {
    "yes": Text(
        "已开发{developed_area}㎡，占应开发{develop_area}㎡的{developed_share}，不足{developed_min}",
        "{developed_area} m2 developed of {develop_area} m2 due ({developed_share}), less than {developed_min}",
    ),
    "no": Text(
        "已开发{developed_area}㎡，占应开发{develop_area}㎡的{developed_share}，不低于{developed_min}",
        "{developed_area} m2 developed of {develop_area} m2 due ({developed_share}), not less than {developed_min}",
    ),
    "unknown": Text("开发面积资料不全", "the developed area is not fully recorded"),
}

LIMB_INVESTED = {
    "yes": Text(
        "已投资占总投资的{invested_share}（{basis}），不足{invested_min}",
        "{invested_share} of the total invested ({basis}), less than {invested_min}",
    ),
    "no": Text(
        "已投资占总投资的{invested_share}（{basis}），不低于{invested_min}",
        "{invested_share} of the total invested ({basis}), not less than {invested_min}",
    ),
    "unknown": Text(
        "投资资料不全或口径不明", "the investment, or what it includes, is not fully recorded"
    ),
    "with_land": Text("已扣除地价和税费", "land price and taxes taken out"),
    "without_land": Text("不含地价和税费", "without land price and taxes"),
    "in_part": Text(
        "未登记的地价或税费尚未扣除，扣除后比例只会更低",
        "land price or taxes that are not recorded are still in it, and would only lower it",
    ),
    "either": Text(
        "按登记数；是否含地价和税费不影响结论",
        "as recorded; whether land price and taxes are included does not change the result",
    ),
}

#: Rules idle.fee_order53 and idle.fee_law_max: {share} is what the rule in question states.
FEE = {
    "amount": Text(
        "土地闲置费测算值（以认定为准）：土地价款{price}万元×{share}＝{amount}万元（{art}）。须经调查认定、告知听证权利并报政府批准。{cause}",
        "Idle fee, calculated value (the written finding prevails): land price {price} 万元 x {share} = {amount} 万元 ({art}). It takes a written finding, notice of the right to a hearing and the government's approval. {cause}",
    ),
    "amount_2y": Text(
        "土地闲置费测算值（以认定为准）：土地价款{price}万元×{share}＝{amount}万元（{art}）。已满{recovery_years}，与无偿收回择一，不叠加，不计入合计。{cause}",
        "Idle fee, calculated value (the written finding prevails): land price {price} 万元 x {share} = {amount} 万元 ({art}). The period of {recovery_years} is over: it is the alternative to recovery, never added to it, and left out of totals. {cause}",
    ),
    "max": Text(
        "土地闲置费测算值上限（以认定为准）：出让价款{price}万元×不高于{share}＝不高于{amount}万元（{art}）。{cause}",
        "Ceiling of the idle fee, calculated value (the written finding prevails): grant price {price} 万元 x at most {share} = at most {amount} 万元 ({art}). {cause}",
    ),
    "max_2y": Text(
        "土地闲置费测算值上限（以认定为准）：出让价款{price}万元×不高于{share}＝不高于{amount}万元（{art}）。已满{recovery_years}，与无偿收回择一，不叠加，不计入合计。{cause}",
        "Ceiling of the idle fee, calculated value (the written finding prevails): grant price {price} 万元 x at most {share} = at most {amount} 万元 ({art}). The period of {recovery_years} is over: it is the alternative to recovery, never added to it, and left out of totals. {cause}",
    ),
    "lease": Text(
        "租赁用地，国家规定没有按价款征缴闲置费的依据；如有地方规定，另行核查。",
        "Leased land: national rules give no basis for a fee on the price; a local rule, if any, is to be checked.",
    ),
    "other": Text(
        "供地方式为{grant}，本条不直接适用，闲置费须人工核查。",
        "Kind of grant: {grant}. This clause does not apply directly; the fee needs human review.",
    ),
    "allocation": Text(
        "划拨用地，本条只适用于出让土地。",
        "Allocated land: this clause addresses granted land only.",
    ),
    "unknown": Text("资料不全，不测算闲置费。", "Facts are missing; no fee is calculated."),
}

#: Rule idle.extension_art12.
EXTENSION = {
    "moved": Text(
        "按补充协议延长动工期限，动工日由{base}改为{extended}，已录入监测监管系统（{art25}），期限重新起算，{extended_line}满{years}。最长延期{extension_years}：自约定的新动工日起算至{limit_new}，自签订日起算至{limit_signed}，起算点有争议，两者并列。",
        "The start was moved from {base} to {extended} by a supplementary agreement, recorded in the monitoring system ({art25}); the clock begins anew and {years} from it ends on {extended_line}. Longest extension {extension_years}: until {limit_new} from the new start, until {limit_signed} from the signing; from which of the two it runs is disputed, both are shown.",
    ),
    "moved_far": Text(
        "按补充协议延长动工期限，动工日由{base}改为{extended}，已录入监测监管系统（{art25}），期限重新起算，{extended_line}满{years}。最长延期{extension_years}：自签订日{extension_signed_on}起算至{limit_signed}，新动工日已超过；自约定的新动工日起算至{limit_new}，未超过。起算点有争议，须人工核查。",
        "The start was moved from {base} to {extended} by a supplementary agreement, recorded in the monitoring system ({art25}); the clock begins anew and {years} from it ends on {extended_line}. Longest extension {extension_years}: counted from the signing on {extension_signed_on} it ends on {limit_signed}, which the new start exceeds; counted from the new start, on {limit_new}, it does not. From which of the two it runs is disputed: human review needed.",
    ),
    "halted": Text(
        "中止开发后按{art12}签订补充协议（{extension_signed_on}签订），重新约定动工日{extended}，已录入监测监管系统（{art25}）；期限自该日重新起算，{extended_line}满{years}。台账仍登记为中止开发，是否已经复工须核查后更新台账。",
        "After the suspension a supplementary agreement was signed on {extension_signed_on} ({art12}), with {extended} as the new start, recorded in the monitoring system ({art25}); the clock begins anew and {years} from it ends on {extended_line}. The ledger still records the suspension: check whether works have resumed, and bring it up to date.",
    ),
    "halted_unregistered": Text(
        "中止开发后按{art12}签订补充协议（{extension_signed_on}签订），重新约定动工日{extended}，但未见录入监测监管系统的记录，不得采用（{art25}）。",
        "After the suspension a supplementary agreement was signed on {extension_signed_on} ({art12}), with {extended} as the new start, without a record in the monitoring system: it may not be used ({art25}).",
    ),
    "unregistered": Text(
        "补充协议约定延至{extended}，但未见录入监测监管系统的记录，不得采用（{art25}）；动工日仍按{base}，两种算法须人工核查。",
        "A supplementary agreement extends the start to {extended}, without a record in the monitoring system: it may not be used ({art25}). The start stays {base}; both clocks need human review.",
    ),
    "other": Text(
        "登记的延期日期有疑问（延至{extended}，原动工日{base}），须人工核查。",
        "The recorded dates of the extension are doubtful (to {extended}, originally {base}): human review needed.",
    ),
}

#: Rules idle.government_cause and idle.preparatory, for rows that record such a cause past the line.
OTHER_CAUSE_RULES = {
    "verified": Text("登记原因：{causes}，已核实。", "Recorded cause: {causes}, verified."),
    "unverified": Text(
        "登记原因：{causes}，尚未全部核实；由权利人举证、主管部门核实。",
        "Recorded cause: {causes}, not all of it verified; the holder proves it and the authority verifies it.",
    ),
    "several": Text(
        "原因不止一类：{causes}。{art8}所列原因和其他原因各占多少时间，须人工核查；不自动扣除。",
        "Causes of several kinds: {causes}. How much of the time falls to those of {art8} and how much to others needs human review; nothing is deducted by itself.",
    ),
    "preparatory": Text(
        "登记原因：{causes}。是否属动工开发必需的前期工作，须人工核查。",
        "Recorded cause: {causes}. Whether it is preparatory work necessary for the start needs human review.",
    ),
}

#: Remarks after the note on a missing start; each stands where its fact does.
REMARKS = {
    "start_before_signing": Text(
        "约定动工日早于合同签订日{signed_on}，请核对。",
        "The agreed start lies before the signing on {signed_on}: please check.",
    ),
    "start_not_read": Text("动工情况未登记。", "Whether works have started is not recorded."),
    "started_on_ignored": Text(
        "登记有动工日{started_on}，但认定结论为未动工，以结论为准。",
        "A start on {started_on} is recorded, but the recorded judgement is not started, which prevails.",
    ),
    "started_on_unjudged": Text(
        "登记有动工日{started_on}，但未按{art30}作出判断。",
        "A start on {started_on} is recorded, without a judgement by {art30}.",
    ),
    "no_delivery_document": Text(
        "未登记交地确认书号。", "The number of the delivery record is not recorded."
    ),
    "extension_unsigned": Text(
        "延期签订日未登记，无法确认是否在闲置之前同意。",
        "The signing date of the extension is not recorded, so that it is not certain that it was agreed before the land was idle.",
    ),
    "late_delivery": Text(
        "实际交地{delivered}晚于约定的{delivery_due}，晚{late_days}天（{art8}），是否因此迟延须一并核实。",
        "Delivery on {delivered} was {late_days} days later than agreed for {delivery_due} ({art8}): whether that caused the delay has to be verified too.",
    ),
    "deducted": Text(
        "原因不止一类：{causes}；按规则包扣除政府原因占用的{deducted}天，期限相应顺延。",
        "Causes of several kinds: {causes}. By the rule pack {deducted} days of the government's are taken out, and the period ends so much later.",
    ),
    "start_before_delivery": Text(
        "约定动工日早于实际交地日{delivered}，请核对。",
        "The agreed start lies before the delivery on {delivered}: please check.",
    ),
    "resumption": Text(
        "中止后另有{art12}的补充协议，重新约定动工日{extended}，见延长动工期限一项。",
        "There is a supplementary agreement after the suspension ({art12}) with {extended} as the new start: see the item on the extension.",
    ),
    "unregistered": Text(
        "未见录入监测监管系统的记录，录入前不得协商处置（{art25}）。",
        "No record in the monitoring system: without it the land may not be disposed of by agreement ({art25}).",
    ),
}

#: For parcels without a ledger row.
NO_LEDGER = {
    "not_supplied": NOT_STARTED["not_supplied"],
    "unknown": Text(
        "台账中没有该宗地的合同记录，供应和动工情况无法判断。",
        "The ledger has no contract for this parcel: neither supply nor start can be told.",
    ),
}

#: What is missing, where the heading of the column would read oddly after the word.
LACKING = {
    "started": Text("是否动工", "whether works have started"),
    "permit": Text("施工许可证", "construction permit"),
    "foundation": Text("开工认定方式", "kind of foundation work"),
    "foundation_done_share": Text("基础完成比例", "share of the foundation done"),
    "cause_verified": Text("原因的核实", "verification of the cause"),
    "cause_evidence": Text("足以认定原因的证据", "evidence of the cause"),
    "registered_in_system": Text("监测监管系统录入记录", "record in the monitoring system"),
    "start_due_on": Text("约定动工日", "agreed start"),
    "delivered_on": Text("实际交地日", "delivery date"),
    "extension_kind": Text("延期种类", "kind of the extension"),
    "extension_start_on": Text("延期后的动工日", "start by the extension"),
    "extension_signed_on": Text("延期签订日", "signing of the extension"),
    "investment_includes_land": Text(
        "投资是否含地价税费", "whether the sums include land price and taxes"
    ),
    "invested_wan": Text("已投资额", "sum invested"),
    "develop_area_m2": Text("应开发面积", "area to be developed"),
    "developed_area_m2": Text("已开发面积", "area developed"),
    "parcel_area_in_contract_m2": Text(
        "合同各宗地面积（用以分摊价款）", "areas of the contract's parcels, to split its price by"
    ),
    "grant": Text("供地方式", "kind of grant"),
    "price_paid_full": Text("价款是否缴清", "whether the price is paid in full"),
    "funds_in_place": Text("项目资金是否落实", "whether the project's funds are in place"),
    "swap_same_value": Text(
        "置换土地价值是否相当", "whether the land in exchange is of equal value"
    ),
    "swap_same_use": Text(
        "置换土地用途是否相同", "whether the land in exchange is of the same use"
    ),
}
