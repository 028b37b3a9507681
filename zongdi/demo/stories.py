"""The scenarios of the demo ledger, declared as data: which case is told, where, and its status.

Every idle status occurs at the review date 2026-06-30. A row holds contract columns; a date is
written by the ledger in one of the forms that offices use, a text stands as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

__all__ = ["AS_OF", "STORIES", "TRAITS", "Row", "Story", "Trait"]

#: The review date of the demo.
AS_OF: Final = date(2026, 6, 30)

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Story:
    """A case of the ledger.

    Attributes
    ----------
    key : str
        Its name in tests and documents.
    status : str
        The idle status of the parcel at the review date.
    uses : tuple of str
        Land uses that can play it.
    near : tuple of float
        Where on the plan (local frame): the nearest free parcel that fits plays it.
    ledger, causes, cases : tuple of Row
        What the three tables say; contract number, parcel, holder, area and price are filled in.
    site : str
        ``vacant``, ``works`` (under construction) or ``built``.
    area_ha : tuple of float
        The size it needs.
    parcels_n : int
        Two for one contract over two parcels.
    programme : tuple
        What is proposed on it: use, floor area and land as shares of the parcel's area.
    """

    key: str
    status: str
    uses: tuple[str, ...]
    near: tuple[float, float]
    ledger: tuple[Row, ...]
    causes: tuple[Row, ...] = ()
    cases: tuple[Row, ...] = ()
    site: str = "vacant"
    area_ha: tuple[float, float] = (0.4, 9.0)
    parcels_n: int = 1
    programme: tuple[tuple[str, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Trait:
    """A built parcel with a remarkable density, green or mix of uses.

    `land` are the shares of the land of the uses in `mix`; `signed_on` is given where a standard of
    that day is to be shown.
    """

    key: str
    uses: tuple[str, ...]
    near: tuple[float, float]
    area_ha: tuple[float, float] = (0.3, 9.0)
    mix: tuple[tuple[str, float, str], ...] = ()
    land: tuple[float, ...] = ()
    signed_on: date | None = None


_MAKE = ("industrial", "storage")
_LAND = ("industrial", "storage", "research", "m0")
_SEEN: Final[Row] = {"started": "no", "permit": "no"}
#: A programme whose supporting parts stay below the usual shares, and one whose parts do not.
_MODEST = (("main", 1.02, 0.94), ("office", 0.12, 0.04), ("research", 0.06, 0.02))
_TOO_MUCH = (("main", 0.90, 0.88), ("office", 0.18, 0.08), ("commercial", 0.12, 0.04))

STORIES: Final = (
    # --- Two years and more -------------------------------------------------------------------
    Story(
        "two_years_found", "suspected_2y", _MAKE, (-250, 520),
        ({"signed_on": date(2021, 9, 10), "delivery_due_on": date(2021, 12, 31), "delivered_on": date(2021, 12, 20),
          "start_due_on": date(2022, 9, 30), "completion_due_on": date(2024, 9, 30), **_SEEN,
          "cause": "holder", "cause_verified": "yes", "registered_in_system": "yes", "mortgaged": "yes"},),
        cases=({"discovered_on": date(2024, 10, 15), "notice_on": date(2024, 11, 1), "notice_received_on": date(2024, 11, 6),
                "answered_on": date(2024, 12, 2), "finding_on": date(2025, 2, 18), "finding_served_on": date(2025, 2, 24),
                "published_on": date(2025, 3, 3), "registered_on": date(2025, 3, 5)},),
        area_ha=(1.5, 3.6),
    ),
    Story(
        "two_years_no_case", "suspected_2y", _MAKE, (-680, 60),
        ({"signed_on": date(2023, 3, 2), "delivered_on": date(2023, 4, 18), "delivery_due_on": date(2023, 4, 30),
          "start_due_on": date(2023, 12, 31), "completion_due_on": date(2025, 12, 31), **_SEEN},),
        area_ha=(0.9, 2.2),
    ),
    Story(
        "two_years_allocation", "suspected_2y", ("public_service", "utility"), (560, -160),
        ({"grant": "allocation", "signed_on": date(2023, 5, 11), "delivered_on": date(2023, 6, 15),
          "start_due_on": date(2024, 3, 31), "completion_due_on": date(2025, 9, 30), **_SEEN, "cause": "holder"},),
        area_ha=(0.2, 2.0),
    ),
    Story(
        "two_parcels_one_contract", "suspected_2y", _MAKE, (-190, 60),
        ({"signed_on": date(2023, 8, 8), "delivered_on": date(2023, 9, 28), "delivery_due_on": date(2023, 9, 30),
          "start_due_on": date(2024, 5, 31), "completion_due_on": date(2026, 5, 31), **_SEEN, "cause": "holder"},),
        area_ha=(0.4, 3.0), parcels_n=2,
    ),
    # --- One year -----------------------------------------------------------------------------
    Story(
        "one_year_no_case", "suspected_1y", _MAKE, (200, 130),
        ({"signed_on": date(2024, 6, 20), "delivered_on": date(2024, 8, 9), "start_due_on": date(2025, 3, 31),
          "completion_due_on": date(2027, 3, 31), **_SEEN},),
        area_ha=(0.6, 3.0),
    ),
    Story(
        "one_year_notice", "suspected_1y", _MAKE, (-500, -170),
        ({"signed_on": date(2024, 3, 15), "delivered_on": date(2024, 4, 30), "start_due_on": date(2025, 1, 15),
          "completion_due_on": date(2026, 12, 31), **_SEEN, "cause": "holder", "cause_verified": "no"},),
        cases=({"discovered_on": date(2026, 5, 12), "notice_on": date(2026, 5, 28), "notice_received_on": date(2026, 6, 3)},),
        area_ha=(0.7, 2.2),
    ),
    Story(
        "one_year_found", "suspected_1y", ("industrial", "m0", "research"), (-120, -380),
        ({"signed_on": date(2023, 12, 5), "delivered_on": date(2024, 1, 26), "start_due_on": date(2024, 12, 20),
          "completion_due_on": date(2026, 12, 20), **_SEEN, "cause": "holder", "cause_verified": "yes",
          "registered_in_system": "yes"},),
        cases=({"discovered_on": date(2026, 1, 6), "notice_on": date(2026, 1, 19), "notice_received_on": date(2026, 1, 23),
                "answered_on": date(2026, 2, 13), "finding_on": date(2026, 4, 14), "finding_served_on": date(2026, 4, 20),
                "published_on": date(2026, 4, 27), "registered_on": date(2026, 4, 28),
                "hearing_notice_on": date(2026, 6, 8), "hearing_requested": "no"},),
        area_ha=(0.35, 2.5),
    ),
    Story(
        "one_year_by_delivery", "suspected_1y", ("research", "office"), (60, -260),
        ({"signed_on": date(2023, 11, 30), "delivered_on": date(2024, 2, 28), "delivery_doc_no": "示交〔2024〕07号",
          "start_due_on": "/", "completion_due_on": date(2026, 8, 31), **_SEEN},),
        area_ha=(0.25, 1.2),
    ),
    Story(
        "one_year_lease", "suspected_1y", ("storage", "industrial"), (560, 70),
        ({"grant": "lease", "signed_on": date(2024, 7, 2), "delivered_on": date(2024, 8, 1), "term_years": 10,
          "start_due_on": date(2025, 5, 10), "completion_due_on": date(2026, 11, 10), **_SEEN, "cause": "holder",
          "cause_verified": "yes"},),
        area_ha=(0.5, 3.0),
    ),
    Story(
        "one_year_after_extension", "suspected_1y", ("office", "commercial"), (370, -260),
        ({"signed_on": date(2022, 8, 18), "delivered_on": date(2022, 10, 12), "start_due_on": date(2023, 6, 30),
          "completion_due_on": date(2025, 6, 30), **_SEEN, "extension_kind": "contract",
          "extension_signed_on": date(2023, 5, 22), "extension_start_on": date(2025, 4, 30)},),
        area_ha=(0.25, 1.5),
    ),
    Story(
        "second_phase_idle", "suspected_1y", ("industrial",), (-350, -130),
        ({"phase_no": "一期", "signed_on": date(2019, 4, 16), "start_due_on": date(2019, 12, 31), "started": "yes",
          "permit": "yes", "started_on": date(2019, 11, 20), "completed_on": date(2021, 8, 12)},
         {"phase_no": "二期", "signed_on": date(2019, 4, 16), "start_due_on": date(2025, 2, 28), **_SEEN}),
        site="half", area_ha=(1.3, 4.0),
    ),
    # --- Suspended ----------------------------------------------------------------------------
    Story(
        "suspended_by_area", "suspended", _MAKE, (-660, 200),
        ({"signed_on": date(2020, 12, 18), "delivered_on": date(2021, 2, 5), "start_due_on": date(2021, 10, 31),
          "completion_due_on": date(2023, 10, 31), "started": "yes", "started_on": date(2021, 10, 8), "permit": "yes",
          "permit_on": date(2021, 9, 28), "suspended_on": date(2024, 11, 20), "developed_part": 0.18,
          "investment_total_wan": 21000, "invested_wan": 6800, "investment_includes_land": "no"},),
        site="works", area_ha=(0.9, 2.4),
    ),
    Story(
        "suspended_by_investment", "suspended", ("research", "industrial"), (200, -400),
        ({"signed_on": date(2022, 3, 24), "delivered_on": date(2022, 5, 20), "start_due_on": date(2022, 12, 31),
          "completion_due_on": date(2025, 6, 30), "started": "yes", "started_on": date(2022, 12, 19), "permit": "yes",
          "permit_on": date(2022, 12, 12), "suspended_on": date(2025, 2, 10), "developed_part": 0.45,
          "investment_total_wan": 16500, "invested_wan": 2970, "investment_includes_land": "no"},),
        site="works", area_ha=(0.3, 2.5),
    ),
    Story(
        "suspended_at_the_line", "at_the_line", _MAKE, (420, 20),
        ({"signed_on": date(2022, 9, 6), "start_due_on": date(2023, 6, 30), "started": "yes", "permit": "yes",
          "started_on": date(2023, 6, 12), "suspended_on": date(2025, 6, 30), "developed_part": 0.2,
          "investment_total_wan": 9800, "invested_wan": 2100, "investment_includes_land": "no"},),
        site="works", area_ha=(0.4, 2.5),
    ),
    Story(
        "suspended_lately", "started", ("industrial",), (-640, -180),
        ({"signed_on": date(2022, 5, 10), "start_due_on": date(2023, 3, 31), "started": "yes", "permit": "yes",
          "started_on": date(2023, 3, 2), "suspended_on": date(2026, 1, 15), "developed_part": 0.3,
          "investment_total_wan": 15200, "invested_wan": 5100, "investment_includes_land": "no"},),
        site="works", area_ha=(0.7, 1.9),
    ),
    Story(
        "suspended_unmeasured", "unknown", _MAKE, (480, 250),
        ({"signed_on": date(2021, 11, 3), "start_due_on": date(2022, 8, 31), "started": "yes", "permit": "yes",
          "started_on": date(2022, 8, 15), "suspended_on": date(2024, 4, 2)},),
        site="works", area_ha=(0.5, 3.0),
    ),
    # --- Government causes, force majeure ------------------------------------------------------
    Story(
        "gov_plan_found", "gov_cause", _MAKE, (-360, 330),
        ({"signed_on": date(2022, 11, 22), "delivered_on": date(2023, 1, 10), "start_due_on": date(2023, 8, 31),
          "completion_due_on": date(2025, 8, 31), **_SEEN, "cause": "gov_plan", "cause_verified": "yes",
          "cause_evidence": "示例控规调整批复（虚构）", "registered_in_system": "yes"},),
        cases=({"discovered_on": date(2024, 10, 9), "notice_on": date(2024, 10, 25), "notice_received_on": date(2024, 10, 30),
                "answered_on": date(2024, 11, 26), "finding_on": date(2025, 1, 20), "finding_served_on": date(2025, 1, 24),
                "published_on": date(2025, 2, 5), "registered_on": date(2025, 2, 7), "measure": "swap"},),
        area_ha=(0.7, 3.2),
    ),
    Story(
        "gov_delivery_verified", "gov_cause", _LAND, (-560, -400),
        ({"signed_on": date(2024, 1, 18), "delivery_due_on": date(2024, 4, 30), "delivered_on": date(2025, 3, 14),
          "start_due_on": date(2025, 1, 31), "completion_due_on": date(2027, 1, 31), **_SEEN, "cause": "gov_delivery",
          "cause_verified": "yes", "cause_evidence": "交地确认书、情况说明"},),
        area_ha=(0.7, 1.9),
    ),
    Story(
        "force_majeure", "gov_cause", ("storage", "industrial"), (620, 250),
        ({"signed_on": date(2023, 6, 1), "start_due_on": date(2024, 6, 15), **_SEEN, "cause": "force_majeure",
          "cause_verified": "yes"},),
        area_ha=(0.4, 3.0),
    ),
    Story(
        "art12_registered", "not_due", ("industrial", "research", "storage"), (110, 20),
        ({"signed_on": date(2022, 4, 20), "start_due_on": date(2023, 2, 28), **_SEEN, "cause": "gov_plan",
          "cause_verified": "yes", "registered_in_system": "yes", "extension_kind": "art12",
          "extension_signed_on": date(2025, 12, 8), "extension_start_on": date(2026, 12, 1)},),
        cases=({"discovered_on": date(2024, 3, 20), "notice_on": date(2024, 4, 8), "notice_received_on": date(2024, 4, 12),
                "answered_on": date(2024, 5, 7), "finding_on": date(2024, 7, 15), "finding_served_on": date(2024, 7, 19),
                "published_on": date(2024, 7, 29), "registered_on": date(2024, 7, 30),
                "plan_approved_on": date(2025, 11, 18), "measure": "extend"},),
        area_ha=(0.3, 2.5),
    ),
    # --- For a person to judge -----------------------------------------------------------------
    Story(
        "preparatory", "human_review", ("industrial", "m0", "research"), (-150, -230),
        ({"signed_on": date(2024, 2, 26), "start_due_on": date(2024, 11, 30), **_SEEN, "cause": "preparatory",
          "cause_verified": "yes"},),
        area_ha=(0.3, 2.0),
    ),
    Story(
        "gov_unverified", "human_review", _MAKE, (220, 350),
        ({"signed_on": date(2023, 10, 17), "start_due_on": date(2024, 8, 31), **_SEEN, "cause": "gov_petition",
          "cause_verified": "no"},),
        area_ha=(0.5, 2.2),
    ),
    Story(
        "several_causes", "human_review", _MAKE, (-330, -420),
        ({"signed_on": date(2023, 7, 12), "start_due_on": date(2024, 4, 30), **_SEEN},),
        causes=({"cause": "gov_plan", "from_on": date(2024, 5, 6), "to_on": date(2024, 12, 31), "verified": "yes",
                 "document": "控规维护说明（虚构）", "verified_on": date(2025, 4, 10)},
                {"cause": "holder", "from_on": date(2025, 1, 1), "to_on": date(2026, 6, 30), "verified": "yes",
                 "document": "约谈记录", "verified_on": date(2026, 5, 20)}),
        area_ha=(0.7, 1.9),
    ),
    Story(
        "started_without_permit", "human_review", _MAKE, (-420, -470),
        ({"signed_on": date(2023, 9, 5), "start_due_on": date(2024, 6, 30), "started": "yes", "permit": "no",
          "started_on": date(2024, 6, 3)},),
        site="works", area_ha=(0.7, 1.9),
    ),
    Story(
        "art12_unregistered", "human_review", ("research", "office", "industrial"), (220, -150),
        ({"signed_on": date(2022, 6, 30), "start_due_on": date(2023, 4, 30), **_SEEN, "cause": "gov_policy",
          "cause_verified": "yes", "registered_in_system": "no", "extension_kind": "art12",
          "extension_signed_on": date(2025, 9, 1), "extension_start_on": date(2026, 10, 31)},),
        area_ha=(0.25, 1.5),
    ),
    # --- The line, and before it -----------------------------------------------------------------
    Story(
        "at_the_line", "at_the_line", _MAKE, (-100, 190),
        ({"signed_on": date(2024, 9, 3), "delivered_on": date(2024, 10, 25), "start_due_on": date(2025, 6, 30),
          "completion_due_on": date(2027, 6, 30), **_SEEN},),
        area_ha=(0.5, 3.0),
    ),
    Story(
        "to_check_start", "to_check", _MAKE, (-460, -130),
        ({"signed_on": date(2023, 12, 28), "start_due_on": date(2024, 10, 31), "completion_due_on": date(2026, 10, 31)},),
        area_ha=(0.6, 2.0),
    ),
    Story(
        "to_check_foundation", "to_check", ("research", "office", "commercial"), (500, -400),
        ({"signed_on": date(2024, 4, 11), "start_due_on": date(2025, 2, 15), "permit": "yes", "permit_on": date(2025, 2, 8),
          "permit_no": "示施许2025-011"},),
        area_ha=(0.25, 1.5),
    ),
    Story(
        "overdue_summer", "overdue_start", _MAKE, (40, 170),
        ({"signed_on": date(2024, 11, 14), "delivered_on": date(2025, 1, 9), "start_due_on": date(2025, 8, 31), **_SEEN},),
        area_ha=(0.5, 3.0), programme=_TOO_MUCH,
    ),
    Story(
        "overdue_winter", "overdue_start", ("research", "office"), (150, -290),
        ({"signed_on": date(2025, 2, 20), "delivered_on": date(2025, 4, 2), "start_due_on": date(2025, 12, 15), **_SEEN},),
        area_ha=(0.25, 1.5),
    ),
    Story(
        "dates_missing", "unknown", _MAKE, (360, 90),
        ({"signed_on": date(2020, 8, 27), "delivered_on": "无", "start_due_on": "/", "completion_due_on": "无"},),
        area_ha=(0.4, 3.0),
    ),
    Story(
        "ledger_row_blank", "unknown", ("office", "commercial", "research"), (560, -270),
        ({"signed_on": "", "delivered_on": "", "start_due_on": "", "completion_due_on": ""},),
        area_ha=(0.25, 1.5),
    ),
    Story(
        "not_due_autumn", "not_due", _MAKE, (540, 330),
        ({"signed_on": date(2026, 1, 22), "delivered_on": date(2026, 3, 30), "delivery_due_on": date(2026, 3, 31),
          "start_due_on": date(2026, 9, 30), "completion_due_on": date(2028, 9, 30), "started": "no"},),
        area_ha=(1.5, 4.2), programme=_MODEST,
    ),
    Story(
        "not_due_next_year", "not_due", ("research", "office"), (100, -120),
        ({"signed_on": date(2026, 5, 19), "start_due_on": date(2027, 3, 31), "started": "no"},),
        area_ha=(0.25, 1.5),
    ),
    # --- Started, seen from the foundation -------------------------------------------------------
    Story(
        "piles_driven", "started", ("storage",), (-130, 350),
        ({"signed_on": date(2024, 10, 10), "start_due_on": date(2025, 5, 31), "permit": "yes", "permit_on": date(2025, 5, 6),
          "permit_no": "示施许2025-026", "foundation": "piles", "foundation_done_share": "100%"},),
        site="works", area_ha=(1.5, 9.0),
    ),
    Story(
        "foundation_third", "started", ("research", "industrial"), (40, -440),
        ({"signed_on": date(2024, 12, 4), "start_due_on": date(2025, 9, 30), "permit": "yes", "permit_on": date(2025, 9, 12),
          "foundation": "foundation", "foundation_done_share": "40%"},),
        site="works", area_ha=(0.25, 2.5),
    ),
    Story(
        "completed_before_start", "started", ("industrial",), (-600, -250),
        ({"signed_on": date(2017, 5, 8), "start_due_on": date(2018, 2, 28), "started": "yes", "permit": "yes",
          "started_on": date(2018, 9, 1), "completed_on": date(2018, 3, 1)},),
        site="built", area_ha=(0.7, 1.9),
    ),
)  # fmt: skip

#: Shares of floor area by use; the last word is the role.
_SUPPORTED = (
    ("industrial", 0.78, "main"),
    ("research", 0.14, "supporting"),
    ("office", 0.08, "administrative"),
)
TRAITS: Final = (
    Trait("far_over_limit", ("research", "office"), (60, -160), (0.25, 1.2)),
    Trait("far_over_limit", ("commercial", "office"), (430, -150), (0.25, 1.5)),
    Trait("far_under_floor", ("industrial",), (-490, -250), (0.8, 4.0)),
    Trait("far_under_floor", ("industrial",), (-370, 10), (0.4, 4.0)),
    Trait("floors_unknown", ("industrial", "research"), (150, -30), (0.25, 2.5)),
    Trait("green_surplus", ("research",), (250, -430), (0.25, 1.5)),
    Trait("green_surplus", ("research", "office"), (440, -360), (0.25, 1.5)),
    Trait("green_deficit", ("office", "commercial"), (360, -160), (0.25, 1.5)),
    Trait("green_deficit", ("research",), (170, -230), (0.2, 1.5)),
    Trait("green_over_cap", ("industrial",), (-270, -180), (0.6, 4.0)),
    Trait("green_over_cap", ("industrial",), (-640, -300), (0.5, 4.0)),
    Trait("mixed_listed", ("industrial",), (-480, -380), mix=_SUPPORTED),
    Trait("mixed_listed", ("storage",), (-280, 210), mix=(("storage", 0.82, "main"), ("commercial", 0.10, "supporting"), ("office", 0.08, "administrative"))),
    Trait("mixed_listed", ("research",), (20, -130), (0.2, 2.0), mix=(("research", 0.7, "main"), ("office", 0.2, "supporting"), ("commercial", 0.1, "supporting"))),
    Trait("mixed_listed", ("storage",), (180, 380), mix=(("storage", 0.93, "main"), ("office", 0.07, "administrative"))),
    Trait("mixed_unlisted", ("research", "office"), (260, -170), (0.2, 2.0), mix=(("research", 0.74, "main"), ("nonprofit", 0.26, "supporting"))),
    Trait("mixed_unlisted", ("industrial", "storage"), (-240, 30), (0.3, 4.0), mix=(("industrial", 0.85, "main"), ("public_service", 0.15, "supporting"))),
    Trait(
        "mixed_unlisted", ("m0",), (200, -250), (0.2, 3.0),
        mix=(("m0", 0.72, "main"), ("office", 0.16, "supporting"), ("commercial", 0.12, "supporting")),
        land=(0.83, 0.10, 0.07), signed_on=date(2021, 9, 8),
    ),
    Trait("mixed_conflict", ("research", "industrial"), (110, -460), (0.2, 3.0), mix=(("research", 0.76, "main"), ("dormitory", 0.24, "supporting"))),
    Trait("use_unknown", ("industrial", "storage", "office"), (300, 20), (0.2, 3.0)),
)  # fmt: skip
