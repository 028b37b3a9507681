"""The folder of a comparison: results that the map can show, the table of changes, the workbook."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyses.results_compare import COMPARE
from maps import read_view, render_map
from maps.folder import RESULT_FILES_OF_MAP
from policies.text import Text
from zongdi.compare_book import write_compare_book
from zongdi.errors import OutputError, UsageError
from zongdi.results import RESULT_FILES
from zongdi.tabular import contract_first, csv_bytes, write_parquet

if TYPE_CHECKING:
    from zongdi.compare import Comparison

__all__ = ["write_comparison"]

#: What the other side of the swipe needs of the earlier run.
_OF_OLD = ("parcels.parquet", "recommendations.csv", "plan.csv")


def write_comparison(comparison: Comparison, old: Path, new: Path, out: Path) -> Path:
    """Write a comparison into a folder that `zongdi map` can draw.

    Parameters
    ----------
    comparison : Comparison
        What `zongdi.compare.compare_results` gave.
    old, new : pathlib.Path
        The folders that were compared.
    out : pathlib.Path
        The folder to write; made if absent.

    Returns
    -------
    pathlib.Path
        The map.

    Raises
    ------
    UsageError
        `out` is one of the compared folders.
    OutputError
        The folder cannot be written.
    """
    old, new, out = (path.resolve() for path in (old, new, out))
    if out in {old, new} or ((out / "run.json").is_file() and not (out / "compare.json").is_file()):
        raise UsageError(
            Text(
                f"对比结果不能写入 {out}：那里是一次运行的成果。请用 --out 另指一个文件夹。",
                f"The comparison cannot be written to {out}, which holds the results of a run: name another folder with --out.",
            )
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".compare-", dir=out) as scratch:
            fresh = Path(scratch) / "new"
            fresh.mkdir()
            _write_all(comparison, old, new, fresh)
            for source in sorted(fresh.iterdir()):
                target = out / source.name
                if target.is_dir():
                    shutil.rmtree(target)
                source.replace(target)
    except OSError as error:
        raise OutputError(
            Text(
                f"对比结果无法写入 {out}：{error.strerror or error}。若文件正被打开，请先关闭；或用 --out 另指文件夹。",
                f"The comparison cannot be written to {out}: {error.strerror or error}. Close the files if they are open, or name another folder with --out.",
            )
        ) from error
    return out / "map.html"


def _write_all(comparison: Comparison, old: Path, new: Path, fresh: Path) -> None:
    for name in RESULT_FILES_OF_MAP:
        if name != "parcels.parquet" and name in RESULT_FILES:
            shutil.copyfile(new / name, fresh / name)
    write_parquet(comparison.parcels, fresh / "parcels.parquet")
    (fresh / "old").mkdir()
    for name in _OF_OLD:
        shutil.copyfile(old / name, fresh / "old" / name)
    (fresh / "compare.csv").write_bytes(csv_bytes(contract_first(comparison.rows, COMPARE)))
    text = json.dumps(_record(comparison), ensure_ascii=False, indent=2, sort_keys=True)
    (fresh / "compare.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    write_compare_book(comparison, fresh / "compare.xlsx")
    page = render_map(read_view(fresh))
    (fresh / "map.html").write_text(page, encoding="utf-8", newline="\n")


def _record(comparison: Comparison) -> dict[str, Any]:
    """Return which runs were compared, and how many rows of each kind differ."""

    def side(record: Any, word: Text) -> dict[str, Any]:
        packs = [pack["id"] for pack in record["packs"]]
        day = record["as_of"]
        title = {
            "zh": f"{word.zh}（审查日期 {day}，{'、'.join(packs)}）",
            "en": f"{word.en} (review date {day}, {', '.join(packs)})",
        }
        return {
            **{name: record[name] for name in ("project", "as_of", "data_hash")},
            "packs": packs,
            "title": title,
        }

    kinds = comparison.rows["kind"].value_counts()
    changes = comparison.parcels["change"].value_counts()
    return {
        "old": side(comparison.old_record, Text("前一次运行", "the earlier run")),
        "new": side(comparison.new_record, Text("后一次运行", "the later run")),
        "rows": {str(kind): int(count) for kind, count in sorted(kinds.items())},
        "parcels": {str(code): int(count) for code, count in sorted(changes.items())},
        "disclaimer": comparison.new_record["disclaimer"],
    }
