"""What came of two runs, row by row: verdicts, statuses, amounts, figures and actions that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyses import results as contracts
from analyses.results_supply import SUPPLY_COLUMNS
from policies.text import Text
from zongdi.compare_causes import Cause, Judge, worded
from zongdi.compare_inputs import matched
from zongdi.compare_text import rows_of_changes, said_values

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from layers.columns import Column
    from maps.view import MapView
    from zongdi.compare_text import Labels

__all__ = [
    "STATUSES",
    "action_rows",
    "figure_rows",
    "input_rows",
    "run_rows",
    "verdict_rows",
    "zone_rows",
]

_KEYS = ("rule", "parcel_id", "contract_no")
#: Which analysis a measure of a parcel comes from; the first prefix that fits.
_OF_ANALYSIS = (
    (("idle_", "suspected_", "fee_", "duration_", "contracts_n", "evidence_"), "idle"),
    (("mixed_",), "mixed"),
    (("green_",), "green"),
    (("area_", "zone_share"), "data"),
)
_OF_SUPPLY = frozenset(column.name for column in SUPPLY_COLUMNS)
#: The status of a parcel in the wide sense: a change of one is a flipped verdict.
STATUSES = ("idle_status", "idle_found", "duration_class", "mixed_verdict", "bound_by")
#: Statuses that describe a figure's origin rather than judge.
_BESIDE = ("area_basis", "floor_area_source")
#: Figures that move with the date alone: a parcel of which nothing else moved has not changed.
_BY_THE_CLOCK = ("idle_days",)


def analysis_of(name: str) -> str:
    """Return the analysis that a measure of a parcel comes from.

    Examples
    --------
    >>> analysis_of("fee_order53_wan"), analysis_of("far_plain"), analysis_of("area_m2")
    ('idle', 'far', 'data')
    >>> analysis_of("location_score")
    'supply'
    """
    if name in _OF_SUPPLY:
        return "supply"
    return next((name_ for parts, name_ in _OF_ANALYSIS if name.startswith(parts)), "far")


def _explained(
    rows: pd.DataFrame, judge: Callable[..., list[Cause]], keys: Mapping[str, str]
) -> pd.DataFrame:
    """Add the causes to rows; each distinct combination of what decides them is judged once."""
    told: dict[tuple[Any, ...], tuple[str, str, str]] = {}
    found = []
    columns = [rows[name].tolist() for name in keys]
    for values in zip(*columns, strict=True):
        if values not in told:
            said = dict(zip(keys.values(), values, strict=True))
            told[values] = worded(judge(**said))
        found.append(told[values])
    return rows.assign(
        cause=[item[0] for item in found],
        why_zh=[item[1] for item in found],
        why_en=[item[2] for item in found],
    )


def verdict_rows(old: MapView, new: MapView, judge: Judge) -> pd.DataFrame:
    """Return one row per finding on a parcel of both runs whose verdict is another one."""
    shared = _shared_ids(old, new)
    frames = []
    for view in (old, new):
        rows = view.findings
        of_zone = rows["parcel_id"].isna()
        rows = rows.loc[of_zone | rows["parcel_id"].isin(shared)]
        ids = rows["parcel_id"].astype("string").fillna("")
        frames.append(rows.assign(parcel_id=ids, contract_no=rows["contract_no"].fillna("")))
    one, two = (_numbered(frame) for frame in frames)
    both = one.merge(two, on=[*_KEYS, "zone_key", "nth"], how="outer", suffixes=("_old", "_new"))
    verdicts = [
        both[f"verdict_{which}"].fillna("").to_numpy(dtype=object) for which in ("old", "new")
    ]
    both = both.loc[verdicts[0] != verdicts[1]].reset_index(drop=True)
    for name in ("missing", "status", "analysis", "verdict", "zone_id"):
        for which in ("old", "new"):
            both[f"{name}_{which}"] = both[f"{name}_{which}"].astype("string").fillna("")
    both["analysis"] = both["analysis_new"].where(both["analysis_new"] != "", both["analysis_old"])
    both["zone_id"] = both["zone_id_new"].where(both["zone_id_new"] != "", both["zone_id_old"])

    def ask(analysis: str, rule: str, parcel: str, contract: str, **sides: str) -> list[Cause]:
        was, now = sides["was"], sides["now"]
        return judge.causes(
            analysis,
            rule=rule,
            parcel=parcel or None,
            zone=sides["zone"] or None,
            contract=contract or None,
            missing=(sides["lacked"], sides["lacks"]),
            verdicts=(sides["before"], sides["after"]),
            statuses=(was, now),
        )

    # A parcel of which nothing differs shares its causes with all others like it.
    touched = {*judge.inputs.rows["parcel_id"].dropna().astype(str), *judge.inputs.reshaped}
    both["judged"] = both["parcel_id"].where(both["parcel_id"].isin(touched), "")
    both["row_of"] = both["contract_no"].where(both["parcel_id"].isin(touched), "")
    names = {
        "analysis": "analysis",
        "rule": "rule",
        "judged": "parcel",
        "row_of": "contract",
        "zone_id": "zone",
        "missing_old": "lacked",
        "missing_new": "lacks",
        "status_old": "was",
        "status_new": "now",
        "verdict_old": "before",
        "verdict_new": "after",
    }
    both = _explained(both, ask, names)
    titles = {**old.rule_titles, **new.rule_titles}
    measured = both["measured_new"].to_numpy(float) - both["measured_old"].to_numpy(float)
    unit = both["unit_new"].astype("string").fillna(both["unit_old"].astype("string"))
    figures = [_figures(both, lang) for lang in ("zh", "en")]
    return pd.DataFrame(
        {
            "zone_id": both["zone_id"],
            "parcel_id": both["parcel_id"],
            "contract_no": both["contract_no"],
            "kind": "verdict",
            "what": both["rule"],
            "title_zh": [titles.get(rule, Text(rule, rule)).zh for rule in both["rule"]],
            "title_en": [titles.get(rule, Text(rule, rule)).en for rule in both["rule"]],
            "old": both["verdict_old"],
            "new": both["verdict_new"],
            "difference": measured,
            "unit": unit,
            "cause": both["cause"],
            "why_zh": [
                f"{said}{more}" for said, more in zip(both["why_zh"], figures[0], strict=True)
            ],
            "why_en": [
                f"{said}{more}" for said, more in zip(both["why_en"], figures[1], strict=True)
            ],
            # Whether the change counts as a flip of the parcel: a verdict on either side.
            "flips": (both["verdict_old"] != "") & (both["verdict_new"] != ""),
        }
    )


def _numbered(rows: pd.DataFrame) -> pd.DataFrame:
    """Count through the rows that share rule, parcel and contract: the zones' own among them."""
    of_zone = rows["zone_id"].astype("string").fillna("").where(rows["parcel_id"] == "", "")
    rows = rows.assign(zone_key=of_zone)
    return rows.assign(nth=rows.groupby([*_KEYS, "zone_key"], sort=False).cumcount())


def _figures(both: pd.DataFrame, lang: str) -> list[str]:
    """Say how the measured value and the limit moved, where both runs know them."""
    words = ("实测值", "限值") if lang == "zh" else ("measured", "limit")
    said = [""] * len(both)
    for word, name in zip(words, ("measured", "limit"), strict=True):
        one, two = (both[f"{name}_{which}"].to_numpy(float) for which in ("old", "new"))
        moved = np.isfinite(one) & np.isfinite(two) & ~np.isclose(one, two, rtol=1e-9, atol=1e-9)
        for place in np.flatnonzero(moved):
            text = f"{word} {one[place]:,.4g} → {two[place]:,.4g}"
            blank = "" if lang == "zh" else " "
            stop = "。" if lang == "zh" else "."
            said[place] += f"{blank}{text}{stop}"
    return said


def figure_rows(old: MapView, new: MapView, judge: Judge) -> pd.DataFrame:
    """Return one row per status, amount and figure of a parcel that differs."""
    one, two = matched(old.parcels, new.parcels, ("parcel_id",))
    if "zone_id" not in two:
        two["zone_id"] = pd.NA
    columns = [c for c in contracts.PARCEL_MEASURES.columns if c.name not in _BESIDE]
    rows = rows_of_changes(one, two, columns, ("zone_id", "parcel_id"))
    if rows.empty:
        return pd.DataFrame()
    named = {column.name: column for column in columns}
    touched = {*judge.inputs.rows["parcel_id"].dropna().astype(str), *judge.inputs.reshaped}
    parcel = rows["parcel_id"].astype("string")
    rows = rows.assign(
        analysis=rows["column"].map(analysis_of),
        judged=parcel.where(parcel.isin(touched), ""),
    )
    rows = _explained(
        rows,
        lambda analysis, measure, parcel, zone: judge.causes(
            analysis,
            measure=measure,
            parcel=parcel or None,
            zone=zone if isinstance(zone, str) else None,
        ),
        {"analysis": "analysis", "column": "measure", "judged": "parcel", "zone_id": "zone"},
    )
    kinds = rows["column"].map(_kind_of)
    return pd.DataFrame(
        {
            "zone_id": rows["zone_id"],
            "parcel_id": rows["parcel_id"],
            "contract_no": None,
            "kind": kinds,
            "clock": (rows["column"].isin(_BY_THE_CLOCK) & (rows["cause"] == "as_of")).to_numpy(),
            "what": rows["column"],
            "title_zh": rows["column"].map(lambda name: named[name].label.zh),
            "title_en": rows["column"].map(lambda name: named[name].label.en),
            "old": rows["old"],
            "new": rows["new"],
            "difference": rows["difference"],
            "unit": rows["column"].map(lambda name: named[name].unit),
            **{name: rows[name] for name in ("cause", "why_zh", "why_en")},
            "flips": kinds == "status",
        }
    )


def _kind_of(name: str) -> str:
    if name in STATUSES:
        return "status"
    return "amount" if name.endswith("_wan") else "figure"


def zone_rows(old: MapView, new: MapView, judge: Judge) -> pd.DataFrame:
    """Return the figures of the zones that differ."""
    one, two = matched(old.zones, new.zones, ("zone_id",))
    columns = [c for c in contracts.ZONES.columns if c.type in {"number", "integer"}]
    rows = rows_of_changes(one, two, columns, ("zone_id",))
    if rows.empty:
        return pd.DataFrame()
    named = {column.name: column for column in columns}
    rows = rows.assign(analysis=rows["column"].map(analysis_of))
    rows = _explained(
        rows,
        lambda analysis, measure, zone: judge.causes(
            analysis, measure=measure, parcel=None, zone=zone, of_zone=True
        ),
        {"analysis": "analysis", "column": "measure", "zone_id": "zone"},
    )
    return rows.assign(
        kind="figure",
        what=rows["column"],
        title_zh=rows["column"].map(lambda name: named[name].label.zh),
        title_en=rows["column"].map(lambda name: named[name].label.en),
        unit=rows["column"].map(lambda name: named[name].unit),
        flips=False,
    ).drop(columns=["column", "analysis"])


def action_rows(old: MapView, new: MapView, judge: Judge) -> pd.DataFrame:
    """Return the actions that came or went, and those whose amount differs, of parcels in both runs."""
    del judge  # An action follows from verdicts, which say themselves why they differ.
    shared = _shared_ids(old, new)
    keys = ["parcel_id", "action"]
    wanted = [*keys, "zone_id", "title_zh", "title_en", "amount_wan", "why_zh", "why_en"]
    frames = []
    for view in (old, new):
        rows = view.recommendations
        rows = rows.loc[rows["parcel_id"].isin(shared) & (rows["action"] != "none"), wanted]
        frames.append(rows.drop_duplicates(keys))
    both = frames[0].merge(
        frames[1], on=keys, how="outer", suffixes=("_old", "_new"), indicator=True
    )
    one, two = both["amount_wan_old"].to_numpy(float), both["amount_wan_new"].to_numpy(float)
    amount = ~np.isclose(one, two, rtol=1e-9, atol=1e-9, equal_nan=True)
    both = both.loc[(both["_merge"] != "both") | amount].reset_index(drop=True)
    came, went = both["_merge"] == "right_only", both["_merge"] == "left_only"
    one, two = both["amount_wan_old"].to_numpy(float), both["amount_wan_new"].to_numpy(float)

    def said(name: str) -> pd.Series[Any]:
        now = both[f"{name}_new"].astype("string")
        return now.fillna(both[f"{name}_old"].astype("string"))

    def state(has: pd.Series[Any], values: np.ndarray) -> list[str | None]:
        return [
            None
            if not here
            else "有"
            if np.isnan(value)
            else f"{value:,.4f}".rstrip("0").rstrip(".")
            for here, value in zip(has, values, strict=True)
        ]

    return pd.DataFrame(
        {
            "zone_id": said("zone_id"),
            "parcel_id": both["parcel_id"],
            "contract_no": None,
            "kind": "action",
            "what": both["action"],
            "title_zh": said("title_zh"),
            "title_en": said("title_en"),
            "old": state(~came, one),
            "new": state(~went, two),
            "difference": two - one,
            "unit": ["wan" if known else None for known in np.isfinite(one) | np.isfinite(two)],
            "cause": None,
            "why_zh": _action_words(both, came, went, "zh"),
            "why_en": _action_words(both, came, went, "en"),
            "flips": False,
        }
    )


def _action_words(
    both: pd.DataFrame, came: pd.Series[bool], went: pd.Series[bool], lang: str
) -> list[str]:
    words = (
        ("新增建议：", "不再建议；原理由：", "金额有变：")
        if lang == "zh"
        else ("New: ", "No longer recommended; the reason was: ", "Another amount: ")
    )
    found = []
    for is_new, is_gone, now, was in zip(
        came, went, both[f"why_{lang}_new"], both[f"why_{lang}_old"], strict=True
    ):
        word = words[0] if is_new else words[1] if is_gone else words[2]
        found.append(f"{word}{was if is_gone else now}")
    return found


def input_rows(new: MapView, judge: Judge) -> pd.DataFrame:
    """Return the changed input values themselves."""
    rows = judge.inputs.rows
    if rows.empty:
        return pd.DataFrame()
    zones = dict(
        zip(
            new.parcels["parcel_id"].astype("string"),
            new.parcels["zone_id"].astype("string") if "zone_id" in new.parcels else [],
            strict=False,
        )
    )
    layer = rows["layer"].astype("string")
    named = layer + "." + rows["column"].astype("string")
    whose = rows["object"].astype("string")
    return pd.DataFrame(
        {
            "zone_id": rows["parcel_id"].map(zones).fillna(rows["zone_id"]),
            "parcel_id": rows["parcel_id"],
            "contract_no": rows["contract_no"],
            "kind": "input",
            "what": named.where(
                whose.isna(), layer + "[" + whose + "]." + rows["column"].astype("string")
            ),
            "title_zh": rows["said_zh"],
            "title_en": rows["said_en"],
            "old": rows["old"],
            "new": rows["new"],
            "difference": rows["difference"],
            "unit": None,
            "cause": "input",
            "why_zh": None,
            "why_en": None,
            "flips": False,
        }
    )


def run_rows(old: Mapping[str, Any], new: Mapping[str, Any], judge: Judge) -> pd.DataFrame:
    """Return what differs between the runs as such: date, packs, rules, options, files, program."""
    found: list[tuple[str, str, str, Text, str]] = []

    def add(code: str, before: Any, after: Any, title: Text, cause: str) -> None:
        if before != after:
            found.append((code, _said(before), _said(after), title, cause))

    add("project", old["project"], new["project"], Text("项目", "project"), "input")
    add("as_of", old["as_of"], new["as_of"], Text("审查日期", "review date"), "as_of")
    packs = [", ".join(f"{p['id']}（{p['sha256'][:8]}）" for p in r["packs"]) for r in (old, new)]
    add("packs", packs[0], packs[1], Text("规则包", "rule packs"), "rule")
    area = (old["area_method"], new["area_method"])
    add("area_method", area[0], area[1], Text("面积口径", "area method"), "option")
    crs = [(record["crs"] or {}).get("name") for record in (old, new)]
    add("crs", crs[0], crs[1], Text("坐标系", "CRS"), "option")
    for table in sorted({*old["options"], *new["options"]}):
        one, two = (record["options"].get(table, {}) for record in (old, new))
        for key in sorted({*one, *two}):
            title = Text(f"项目选项 [{table}] {key}", f"option [{table}] {key}")
            add(f"{table}.{key}", one.get(key), two.get(key), title, "option")
    files = [_files(record) for record in (old, new)]
    for name in sorted({*files[0], *files[1]}):
        add(
            name,
            files[0].get(name),
            files[1].get(name),
            Text(f"输入 {name}", f"input {name}"),
            "layer",
        )
    for rule in sorted({*old.get("rule_parameters", {}), *new.get("rule_parameters", {})}):
        found += [(rule, "", "", cause.said, cause.code) for cause in judge.of_rule(rule)]
    for name in sorted({*old["versions"], *new["versions"]}):
        one, two = old["versions"].get(name), new["versions"].get(name)
        add(name, one, two, Text(f"版本 {name}", f"version of {name}"), "program")
    return pd.DataFrame(
        {
            "kind": "run",
            "what": [row[0] for row in found],
            "title_zh": [row[3].zh for row in found],
            "title_en": [row[3].en for row in found],
            "old": [row[1] or None for row in found],
            "new": [row[2] or None for row in found],
            "cause": [row[4] for row in found],
            "flips": False,
        }
    )


def _said(value: Any) -> str:
    return "" if value is None else str(value)


def _files(record: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for source in record["inputs"]:
        rows = "" if source["rows"] is None else f"，{source['rows']} 行"
        found.setdefault(str(source["layer"]), []).append(f"{str(source['sha256'])[:12]}{rows}")
    return {name: "；".join(sorted(texts)) for name, texts in found.items()}


def _shared_ids(old: MapView, new: MapView) -> set[str]:
    ids = [set(view.parcels["parcel_id"].astype("string")) for view in (old, new)]
    return ids[0] & ids[1]


def said_pair(row: Any, column: Column | None, own: tuple[Labels, Labels]) -> tuple[str, str]:
    """Word the change of one value: before and after by the labels of either run, in both languages."""
    before = said_values([row.old], column, own[0])
    after = said_values([row.new], column, own[1])
    return f"{before[0][0]} → {after[0][0]}", f"{before[1][0]} → {after[1][0]}"
