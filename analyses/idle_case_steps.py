"""The steps of the procedure, declared as data: what is to be done, by which provision, from which day.

The days themselves stand in the rule packs.
"""

from __future__ import annotations

from dataclasses import dataclass

from policies.text import Text

__all__ = ["CASE_STEPS", "CaseStep"]


@dataclass(frozen=True)
class CaseStep:
    """A step of the procedure.

    Attributes
    ----------
    title : Text
        What is to be done.
    clause : str
        The id of the provision behind it.
    basis : str or None
        The event from which its period runs.
    period : tuple of str or None
        Rule and parameter that hold the days; None where no period is set.
    document : Text or None
        The official document of the step.
    """

    title: Text
    clause: str
    basis: str | None = None
    period: tuple[str, str] | None = None
    document: Text | None = None


_NOTICE = Text("闲置土地调查通知书", "notice of investigation of idle land")
_FINDING = Text("闲置土地认定书", "finding of idle land")
_FEE = Text("征缴土地闲置费决定书", "decision to levy the idle fee")
_RECOVERY = Text("收回国有建设用地使用权决定书", "decision to recover the right of use")

#: In the order of the procedure.
CASE_STEPS: dict[str, CaseStep] = {
    "investigation": CaseStep(
        Text(
            "调查核实并发出闲置土地调查通知书", "investigate and send the notice of investigation"
        ),
        *("order53-5", "discovered_on", ("idle.investigation", "days"), _NOTICE),
    ),
    "notice_service": CaseStep(
        Text(
            "送达闲置土地调查通知书，登记送达日期", "serve the notice and record the day of service"
        ),
        *("order53-5", "notice_on", None, _NOTICE),
    ),
    "answer": CaseStep(
        Text("权利人说明情况并提交材料", "the holder's explanation and papers"),
        *("order53-5", "notice_received_on", ("idle.answer", "days")),
        document=Text("权利人说明材料清单", "list of the holder's papers"),
    ),
    "finding": CaseStep(
        Text(
            "作出认定：构成闲置的出具闲置土地认定书", "decide; if idle, issue the written finding"
        ),
        *("order53-9", "answered_on", None, _FINDING),
    ),
    "finding_service": CaseStep(
        Text("送达闲置土地认定书，登记送达日期", "serve the finding and record the day of service"),
        *("order53-9", "finding_on", None, _FINDING),
    ),
    "publication": CaseStep(
        Text("公开闲置土地信息", "publish the idle land"),
        *("order53-11", "finding_served_on"),
        document=Text("闲置土地公示", "publication"),
    ),
    "government_notice": CaseStep(
        Text("书面告知造成迟延的政府", "tell the government that caused the delay in writing"),
        *("order53-11", "finding_served_on"),
        document=Text("政府原因告知函", "letter to the government that caused the delay"),
    ),
    "registration": CaseStep(
        Text("录入土地市场动态监测与监管系统", "record the case in the monitoring system"),
        *("order53-25", "finding_served_on"),
    ),
    "choose_path": CaseStep(
        Text(
            "核实原因和供地方式，确定处置路径",
            "verify cause and kind of grant, then choose the way",
        ),
        *("order53-8", "finding_served_on"),
    ),
    "disposal_plan": CaseStep(
        Text("协商拟订处置方案，报本级人民政府批准", "agree on a disposal plan, for approval"),
        *("order53-13", "finding_served_on"),
        document=Text("闲置土地处置方案", "disposal plan"),
    ),
    "mortgagee_notice": CaseStep(
        Text("书面通知抵押权人（处置方案）", "tell the mortgagees of the disposal plan in writing"),
        *("order53-13", "finding_served_on"),
        document=Text("抵押权人通知书", "notice to the mortgagee"),
    ),
    "carry_out": CaseStep(
        Text("落实处置方案，签订补充协议", "carry out the plan, sign the supplementary agreement"),
        *("order53-12", "plan_approved_on"),
        document=Text("补充协议", "supplementary agreement"),
    ),
    "hearing_notice": CaseStep(
        Text("书面告知申请听证的权利", "written notice of the right to a hearing"),
        *("order53-15", "finding_served_on"),
        document=Text("听证告知书", "notice of the right to a hearing"),
    ),
    "hearing": CaseStep(
        Text("依申请组织听证", "hold the hearing asked for"),
        *("order53-15", "hearing_notice_on"),
        document=Text("听证笔录", "record of the hearing"),
    ),
    "fee_decision": CaseStep(
        Text("报本级人民政府批准后作出征缴决定", "decide on the fee once approved"),
        *("order53-14-1", "hearing_notice_on", None, _FEE),
    ),
    "recovery_decision": CaseStep(
        Text(
            "可依法报批无偿收回；与征缴闲置费二者择一",
            "recovery may be submitted for approval, or the fee levied: one of the two",
        ),
        *("order53-14-2", "hearing_notice_on", None, _RECOVERY),
    ),
    "decision_service": CaseStep(
        Text("送达决定书，登记送达日期", "serve the decision and record the day of service"),
        *("order53-16", "decision_on"),
        document=Text("决定书", "decision"),
    ),
    "decision_kind": CaseStep(
        Text("登记决定类型（征缴闲置费或者收回）", "record the kind of decision (fee or recovery)"),
        *("order53-16", "decision_served_on"),
    ),
    "mortgagee_copy": CaseStep(
        Text("收回决定抄送抵押权人", "copy of the recovery to the mortgagees"),
        *("order53-14-2", "decision_on"),
        document=Text("抵押权人通知书", "notice to the mortgagee"),
    ),
    "fee_payment": CaseStep(
        Text("缴纳土地闲置费", "payment of the idle fee"),
        *("order53-17", "decision_served_on", ("idle.performance", "fee_days")),
        document=Text("缴款凭证", "receipt of payment"),
    ),
    "deregistration": CaseStep(
        Text("办理注销登记、交回权利证书", "deregistration and return of the certificate"),
        *("order53-17", "decision_served_on", ("idle.performance", "deregister_days")),
        document=Text("注销登记申请、权利证书", "application for deregistration, certificate"),
    ),
    "enforcement": CaseStep(
        Text(
            "逾期未履行：公告注销，可申请人民法院强制执行",
            "not performed in time: cancel by public notice, the court may be asked to enforce",
        ),
        *("order53-18", "decision_served_on"),
        document=Text("强制执行申请书、注销公告", "application for enforcement, public notice"),
    ),
    "closing": CaseStep(
        Text("核实处置完毕，结案并撤下公开信息", "check that it is settled, close and unpublish"),
        "order53-11",
    ),
}
