"""Gathering the mistakes of a project file, so that all are told at once."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layers.errors import ProjectError
from layers.formats import TABLE_SUFFIXES, VECTOR_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Mistakes"]


class Mistakes:
    """Gathers the mistakes of one project file."""

    def __init__(self, file: Path) -> None:
        """Start without a mistake; relative paths are taken from the file's folder."""
        self.file = file
        self._found: list[str] = []

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._found)

    def add(self, zh: str, en: str) -> None:
        """Note one mistake in both languages."""
        self.note(f"{zh} / {en}")

    def note(self, text: str) -> None:
        """Note one mistake whose text already speaks both languages."""
        self._found.append(text)

    def stop(self) -> None:
        """Raise one error with every mistake, if there is any."""
        if self._found:
            count = len(self._found)
            listed = "\n".join(f"  {n}. {text}" for n, text in enumerate(self._found, start=1))
            msg = f"项目文件 {self.file} 有 {count} 处错误 / {count} mistakes in {self.file}:\n{listed}"
            raise ProjectError(msg)

    def keys(self, table: Mapping[str, Any], known: Iterable[str], where: str) -> None:
        """Note every key that is not known, with the nearest that is."""
        names = list(known)
        for key in table:
            if key not in names:
                near = difflib.get_close_matches(key, names, n=1, cutoff=0.6)
                hint = (
                    (f"，是否为 {near[0]}", f"; did you mean {near[0]}")
                    if near
                    else (f"，可用 {'、'.join(names)}", f"; known are {', '.join(names)}")
                    if names
                    else ("", "")
                )
                self.add(
                    f"[{where}] 不认识 {key}{hint[0]}", f"[{where}] unknown key {key}{hint[1]}"
                )

    def wrong_type(self, where: str, zh: str, en: str, value: Any) -> None:
        """Note a value of the wrong type."""
        self.add(f"{where} 应为{zh}，实为 {value!r}", f"{where} must be {en}, not {value!r}")

    def text(self, table: Mapping[str, Any], key: str, where: str) -> str | None:
        """Return a text that is not blank, or None."""
        value = table.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self.wrong_type(f"[{where}] {key}", "非空文字", "text that is not empty", value)
            return None
        return value.strip()

    def table(self, table: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
        """Return a table, empty where there is none."""
        value = table.get(key, {})
        if not isinstance(value, dict):
            self.wrong_type(f"[{where}] {key}", "表", "a table", value)
            return {}
        return value

    def paths(self, table: Mapping[str, Any], where: str) -> list[Path]:
        """Return the absolute paths of what exists: a file, a folder, or all that a pattern names."""
        if "path" not in table:
            self.add(f"[{where}] 缺少 path", f"[{where}] path is missing")
            return []
        written = table["path"]
        entries = written if isinstance(written, list) and written else [written]
        if not all(isinstance(entry, str) and entry.strip() for entry in entries):
            self.wrong_type(
                f"[{where}] path", "文件名或文件名的列表", "a file or a list of files", written
            )
            return []
        found = [path for entry in entries for path in self._named(entry.strip(), where)]
        return list(dict.fromkeys(found))

    def path(self, table: Mapping[str, Any], where: str) -> Path | None:
        """Return the absolute path of one file or folder that exists, or None."""
        written = self.text(table, "path", where) if "path" in table else None
        found = self.paths(table, where) if written is not None or "path" not in table else []
        if len(found) > 1:
            self.add(
                f"[{where}] path 只能是一个文件，实有 {len(found)} 个：{written}",
                f"[{where}] path must be one file; {written} names {len(found)}",
            )
        return found[0] if len(found) == 1 else None

    def _named(self, written: str, where: str) -> list[Path]:
        """Return what a path or a pattern names, in the order of the names."""
        # A project made on Windows keeps its meaning elsewhere.
        for candidate in (written, written.replace("\\", "/")):
            path = (self.file.parent / Path(candidate).expanduser()).absolute()
            if _exists(path):
                return [path]
            if any(sign in candidate for sign in "*?["):
                found = _matching(path)
                if found:
                    return found
        self.add(
            f"[{where}] 找不到文件 {written}（相对路径从 {self.file.parent} 起算）",
            f"[{where}] there is no file {written} (relative to {self.file.parent})",
        )
        return []


def _exists(path: Path) -> bool:
    """Whether a path leads anywhere; one that is too long or forbidden does not."""
    try:
        return path.exists()
    except OSError:
        return False


def _matching(pattern: Path) -> list[Path]:
    """Return the inputs that a pattern names: no lock files, no parts of a shapefile."""
    fixed = Path(pattern.anchor)
    parts = pattern.parts[1:]
    while parts and not any(sign in parts[0] for sign in "*?["):
        fixed, parts = fixed / parts[0], parts[1:]
    if not parts or not fixed.is_dir():
        return []
    known = {*VECTOR_SUFFIXES, *TABLE_SUFFIXES, ".zip"}
    return sorted(
        path
        for path in fixed.glob("/".join(parts))
        if path.suffix.lower() in known and not path.name.startswith((".", "~$"))
    )
