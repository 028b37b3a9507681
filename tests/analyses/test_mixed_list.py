"""The list test of each jurisdiction: open, closed, pilot, none; drafts, and rules without force."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from analyses.mixed_use import analyse_mixed_use
from policies import load_policy, pack_ids

AS_OF = date(2026, 6, 30)
PACKS = {
    "jinan": "jinan-2021",
    "zhejiang": "zhejiang-2021-draft",
    "shanghai": "shanghai-2021",
    "shandong": "shandong-2016",
    "hubei": "hubei-2021",
}


def analyse(pack, *uses: str | None, role: str = "main", as_of: date = AS_OF):
    """Analyse one parcel outside the fence: the first use is its land use, the rest its table's."""
    policy = load_policy(PACKS.get(pack, pack))
    parcels = pd.DataFrame(
        {
            "parcel_id": ["p"],
            "zone_id": ["z"],
            "land_use": pd.array([uses[0]], dtype="string"),
            "fenced_share": [0.0],
            "area_m2": [10_000.0],
        }
    )
    rest = list(uses[1:])
    table = pd.DataFrame(
        {
            "parcel_id": ["p"] * len(rest),
            "use": pd.array(rest, dtype="string"),
            "role": pd.array([role] * len(rest), dtype="string"),
        }
    )
    return analyse_mixed_use(parcels, policy, as_of, uses=table)


@pytest.mark.parametrize(
    ("pack", "uses", "verdict"),
    [
        ("jinan", ("industrial", "storage", "research", "office", "commercial"), "yes"),
        ("jinan", ("storage", "commercial"), "yes"),
        ("jinan", ("industrial", "nonprofit"), "undetermined"),  # an open list
        ("jinan", ("m0", "office"), "undetermined"),
        ("jinan", ("industrial", "parking"), "not_mixed"),
        ("jinan", ("industrial", None), "unknown"),
        ("zhejiang", ("industrial", "storage", "research", "office", "nonprofit"), "yes"),
        ("zhejiang", ("industrial", "commercial"), "no"),  # a closed list
        ("zhejiang", ("commercial", "office"), "no"),
        ("zhejiang", ("industrial", "commercial", None), "no"),
        ("zhejiang", ("industrial", "office", None), "unknown"),
        ("shanghai", ("industrial", "office"), "undetermined"),  # a pilot without a list
        ("shanghai", ("industrial",), "not_mixed"),
        ("shandong", ("industrial", "office"), "no_basis"),
        ("hubei", ("industrial", "office"), "no_basis"),
        ("national", ("industrial", "office"), "no_basis"),
    ],
)
def test_each_list(pack: str, uses, verdict: str) -> None:
    assert analyse(pack, *uses, role="proposed").measures["mixed_verdict"].item() == verdict


@pytest.mark.parametrize("role", ["main", "supporting", "administrative"])
def test_the_role_of_a_use_does_not_matter_to_the_list(role: str) -> None:
    found = analyse("jinan", "industrial", "nonprofit", role=role)
    assert found.measures["mixed_verdict"].item() == "undetermined"


@pytest.mark.parametrize("pack", PACKS)
def test_no_clause_forbids(pack: str) -> None:
    for uses in (("industrial", "office"), ("industrial", "commercial", "other")):
        findings = analyse(pack, *uses).findings
        listed = findings[findings["rule"] == "mixed.list"]
        assert not listed["note_zh"].str.contains("不得").any()
        assert not listed["note_en"].str.contains("forbid|prohibit", case=False).any()


@pytest.mark.parametrize(
    "uses", [("industrial", "office"), ("industrial", "commercial"), ("industrial",), (None,)]
)
def test_every_finding_of_a_draft_says_so_in_both_languages(uses) -> None:
    findings = analyse("zhejiang", *uses).findings
    own = findings[findings["pack"] == "zhejiang-2021-draft"]
    assert len(own) > 0
    assert (own["status"] == "draft").all()
    for column in ("note_zh", "note_en"):
        assert own[column].str.contains("征求意见稿").all()
    assert own["note_en"].str.contains("draft for comment").all()
    others = findings[findings["pack"] != "zhejiang-2021-draft"]
    assert not others["note_zh"].str.contains("征求意见稿").any()


def test_openings_of_a_draft_say_so_too() -> None:
    table = analyse("zhejiang", "industrial").tables["mixed_openings"]
    assert sorted(table["use"]) == ["nonprofit", "office", "research", "storage"]
    assert table["note_zh"].str.contains("征求意见稿").all()
    assert (table["status"] == "draft").all()


def own_pack(tmp_path, status: str):
    path = tmp_path / "own.toml"
    path.write_text(
        f"""format = 1
id = "own"
extends = "national"
title = {{ zh = "某市", en = "some city" }}
jurisdiction = {{ zh = "某市", en = "some city" }}

[documents.own-rule]
title = {{ zh = "某市办法", en = "rules of some city" }}
effective = 2021-01-01
validity = [
  {{ from = 2021-01-01, status = "in_force" }},
  {{ from = 2025-01-01, status = "{status}", why = {{ zh = "已由新办法替代。", en = "Replaced by new rules." }} }},
]

[clauses.own-mixed]
document = "own-rule"
topic = "mixed"
text = {{ zh = "混合", en = "mixed" }}
confidence = "V"
computed = true

[rules."mixed.list"]
analysis = "mixed"
title = {{ zh = "清单", en = "list" }}
clause = "own-mixed"
anchor = "review"
parameters.uses = {{ value = ["industrial", "office"] }}
parameters.list_kind = {{ value = "closed" }}
""",
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("status", "verdict"),
    [("lapsed", "unknown"), ("unreliable", "unknown"), ("validity_unverified", "yes")],
)
def test_a_clause_without_force_answers_nothing(tmp_path, status: str, verdict: str) -> None:
    pack = str(own_pack(tmp_path, status))
    before = analyse(pack, "industrial", "office", as_of=date(2024, 12, 31))
    assert before.measures["mixed_verdict"].item() == "yes"
    after = analyse(pack, "industrial", "office", as_of=date(2025, 1, 1))
    assert after.measures["mixed_verdict"].item() == verdict
    row = after.findings[after.findings["rule"] == "mixed.list"].iloc[0]
    assert row["status"] == status
    if verdict == "unknown":
        assert row["missing"] == "ruleset_current"
        assert "已由新办法替代" in row["note_zh"]
        assert "Replaced by new rules" in row["note_en"]
        assert after.tables["mixed_openings"].empty


def test_a_clause_not_yet_in_effect_answers_nothing() -> None:
    early = analyse("jinan", "industrial", "office", as_of=date(2021, 3, 4))
    assert early.measures["mixed_verdict"].item() == "unknown"
    assert analyse("jinan", "industrial", as_of=date(2021, 3, 4)).measures.iloc[0, 0] == "not_mixed"


@pytest.mark.parametrize(
    ("uses", "missing"), [((None, "office"), "land_use"), (("industrial", None), "uses.use")]
)
def test_which_use_is_missing_is_named(uses, missing: str) -> None:
    findings = analyse("jinan", *uses).findings
    assert findings.loc[findings["rule"] == "mixed.list", "missing"].tolist() == [missing]


def test_shares_and_neighbours_never_change_the_verdict() -> None:
    parcels = pd.DataFrame(
        {
            "parcel_id": ["p"],
            "land_use": ["industrial"],
            "fenced_share": [1.0],
            "area_m2": [10_000.0],
            "land_use_code": ["100103"],
            "land_use_scheme": ["guide-2023"],
        }
    )
    uses = pd.DataFrame(
        {
            "parcel_id": ["p", "p"],
            "use": ["industrial", "office"],
            "role": ["main", "supporting"],
            "floor_area_m2": [100.0, 900.0],
            "land_area_m2": [100.0, 9_000.0],
            "held": ["sale", "sale"],
        }
    )
    analysis = analyse_mixed_use(parcels, load_policy("jinan-2021"), AS_OF, uses=uses)
    broken = analysis.findings[analysis.findings["attention"].fillna(value=False)]
    assert {"mixed.supporting_land", "mixed.supporting_floor"} <= set(broken["rule"])
    assert analysis.measures["mixed_verdict"].item() == "yes"


@pytest.mark.parametrize("pack", pack_ids())
def test_every_pack_runs_on_nothing(pack: str) -> None:
    empty = pd.DataFrame({"parcel_id": pd.Series(dtype="string")})
    analysis = analyse_mixed_use(empty, load_policy(pack), AS_OF)
    assert analysis.measures.empty
    assert analysis.findings.empty
    assert analysis.tables["mixed_openings"].empty


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValueError, match="no option reach"):
        analyse_mixed_use(
            pd.DataFrame({"parcel_id": ["p"]}),
            load_policy("jinan-2021"),
            AS_OF,
            options={"reach": 1},  # type: ignore[typeddict-unknown-key]
        )


def test_a_parcel_without_rows_says_that_only_its_plan_is_known() -> None:
    planned = analyse("jinan", "industrial")
    note = planned.findings.set_index("rule").loc["mixed.list", "note_en"]
    assert planned.measures["mixed_verdict"].tolist() == ["not_mixed"]
    assert note.startswith("The uses table has no row of this parcel")
    recorded = analyse("jinan", "industrial", "industrial")
    note = recorded.findings.set_index("rule").loc["mixed.list", "note_en"]
    assert note == "Single use (industrial): not tested."


@pytest.mark.parametrize("pack", ["jinan", "zhejiang"])
def test_new_type_industrial_land_outside_a_list_says_how_it_is_registered(pack: str) -> None:
    rows = analyse(pack, "m0", "office").findings.set_index("rule")
    assert "登记为工业用地" in rows.loc["mixed.list", "note_zh"]
    assert "registered as industrial land" in rows.loc["mixed.list", "note_en"]
    rows = analyse(pack, "dormitory", "office").findings.set_index("rule")
    assert "登记为工业用地" not in rows.loc["mixed.list", "note_zh"]
