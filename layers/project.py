"""The project file: what a review reads, as of when, by which policy.

`load_project` reads ``project.toml`` strictly and reports every mistake in one message. It opens
no layer: whether a file holds what it should is for `layers.inputs` to say.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from layers.errors import ProjectError
from layers.options import OPTIONS, read_option
from layers.project_checks import PROJECT_KEYS, check_crs, check_layer, check_raster
from layers.project_mistakes import Mistakes
from policies import load_policy
from policies.errors import PolicyError, UnknownPackError

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

__all__ = ["LayerSource", "Project", "ProjectError", "RasterSource", "load_project"]

AreaMethod = Literal["plane", "ellipsoid"]


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class LayerSource:
    """Where a layer or table comes from and how to read it.

    Attributes
    ----------
    name : str
        A key of `layers.contracts.CONTRACTS`.
    path : Path
        Absolute.
    layer, sheet : str or None
        The layer in the file, the sheet of a workbook.
    encoding : str or None
        None: detected.
    columns : mapping of str to str
        Contract column to source column; ``@row`` asks for row numbers.
    units : mapping of str to str
        Contract column to the source's unit.
    values : mapping of str to mapping
        Contract column to {source value: contract value}; an empty text means unknown.
    constants : mapping of str to object
        Contract column to the one value of every row, in contract units.
    header : int or None
        The row of a table that holds the headings, 1 first; None: found.
    crs : str or None
        The CRS of a file that carries none.
    where : mapping of str to tuple of str
        Source column to the texts whose rows are taken; empty takes every row.
    more : tuple of Path
        The other files, where several are merged into one layer.
    layers, sheets : tuple of str
        The layers or sheets of each file that are merged into one; a ``*`` stands for any text.
    """

    name: str
    path: Path
    layer: str | None = None
    encoding: str | None = None
    columns: Mapping[str, str] = field(default_factory=_nothing)
    units: Mapping[str, str] = field(default_factory=_nothing)
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=_nothing)
    sheet: str | None = None
    constants: Mapping[str, Any] = field(default_factory=_nothing)
    header: int | None = None
    crs: str | None = None
    where: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    more: tuple[Path, ...] = ()
    layers: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """Every file of the layer, in the order in which they are read."""
        return (self.path, *self.more)


@dataclass(frozen=True, slots=True)
class RasterSource:
    """A raster, or one date of a series.

    Attributes
    ----------
    name : str
        ``ndvi``, ``landcover``, ``canopy``, ``surface`` or ``terrain``.
    path : Path
        Absolute.
    band : int
        1 first.
    min, max : float or None
        Which values count, both inclusive.
    classes : tuple of int
        Which classes count.
    on : date or None
        When it was taken.
    """

    name: str
    path: Path
    band: int = 1
    min: float | None = None
    max: float | None = None
    classes: tuple[int, ...] = ()
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """A project file that has been read.

    Attributes
    ----------
    path, folder : Path
        The file and its folder, absolute.
    name : str
        The project's name; the folder's where the file gives none.
    as_of : date
        The review date: nothing depends on today's.
    policy : str
        A pack's id or a path; ``national`` where nothing is said.
    crs : str or None
        The computing CRS asked for.
    area_method : {"plane", "ellipsoid"}
        How areas are measured.
    label : str or None
        Shown on outputs.
    layers : mapping of str to LayerSource
        In the order of the file.
    rasters : mapping of str to tuple of RasterSource
        One, or a series in the order of its dates.
    options : mapping of str to mapping
        Every table of `layers.options.OPTIONS`, empty where nothing is said.
    """

    path: Path
    folder: Path
    name: str
    as_of: date
    policy: str
    crs: str | None
    area_method: AreaMethod
    label: str | None
    layers: Mapping[str, LayerSource]
    rasters: Mapping[str, tuple[RasterSource, ...]]
    options: Mapping[str, Mapping[str, Any]]


def load_project(
    path: str | os.PathLike[str], *, as_of: date | None = None, policy: str | None = None
) -> Project:
    r"""Read a project file.

    Parameters
    ----------
    path : path-like
        ``project.toml`` or its folder.
    as_of : datetime.date, optional
        Replaces the review date of the file, which may then give none.
    policy : str, optional
        Replaces the policy of the file.

    Returns
    -------
    Project
        With absolute paths.

    Raises
    ------
    ProjectError
        If the file is missing or unreadable, or with every mistake found in it.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "ledger.csv").write_text("合同编号", encoding="utf-8")
    >>> _ = (folder / "project.toml").write_text(
    ...     'as_of = 2026-06-30\n[layers.ledger]\npath = "ledger.csv"', encoding="utf-8")
    >>> project = load_project(folder)
    >>> project.policy, list(project.layers), project.as_of.isoformat()
    ('national', ['ledger'], '2026-06-30')
    """
    given = Path(path).expanduser()
    try:
        file = (given / "project.toml" if given.is_dir() else given).absolute()
        table = _parse(file)
    except OSError as error:
        why = error.strerror or type(error).__name__
        msg = (
            f"项目文件 {given} 无法读取：{why} / {given} cannot be read: {why}. "
            "请核对路径与权限 / check the path and its permissions."
        )
        raise ProjectError(msg) from error
    mistakes = Mistakes(file)
    mistakes.keys(table, (*PROJECT_KEYS, "layers", "rasters", *OPTIONS), "project")
    project = Project(
        path=file,
        folder=file.parent,
        name=mistakes.text(table, "name", "project") or file.parent.name,
        as_of=_review_date(table, as_of, mistakes),
        policy=policy or mistakes.text(table, "policy", "project") or "national",
        crs=check_crs(table.get("crs"), "crs", mistakes),
        area_method=_area_method(table, mistakes),
        label=mistakes.text(table, "label", "project"),
        layers=_layers(table, mistakes),
        rasters=_rasters(table, mistakes),
        options=_options(table, mistakes),
    )
    if mistakes:
        _pack(project, mistakes)
    mistakes.stop()
    return project


def _pack(project: Project, mistakes: Mistakes) -> None:
    """Tell with the other mistakes that there is no such pack; alone it is told by who loads it."""
    try:
        load_policy(project.policy, base=project.folder)
    except UnknownPackError as error:
        mistakes.note(f"policy: {error}")
    except PolicyError:
        # The faults of a pack are a list of their own, with its file at their head.
        pass


def _parse(file: Path) -> dict[str, Any]:
    """Read the TOML, or say why it cannot be read."""
    if not file.is_file():
        msg = (
            f"找不到项目文件 {file} / no project file {file}. "
            "请给出 project.toml 或其所在文件夹 / give a project.toml or its folder."
        )
        raise ProjectError(msg)
    content = file.read_bytes()
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        msg = (
            f"项目文件 {file} 不是 UTF-8 编码 / {file} is not UTF-8 (byte {error.start}). "
            "请另存为 UTF-8 / save it as UTF-8."
        )
        raise ProjectError(msg) from error
    except tomllib.TOMLDecodeError as error:
        hint = (
            " Windows 路径请用正斜杠或单引号 / write Windows paths with / or in single quotes."
            if re.search(rb'"[^"\n]*\\', content)
            else ""
        )
        msg = f"项目文件 {file} 语法有误 / {file} is not valid TOML: {error}.{hint}"
        raise ProjectError(msg) from error


def _review_date(table: dict[str, Any], given: date | None, mistakes: Mistakes) -> date:
    value = table.get("as_of") if given is None else given
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if value is None:
        mistakes.add(
            "缺少审查日期 as_of，例如 as_of = 2026-06-30",
            "the review date as_of is missing, for example as_of = 2026-06-30",
        )
    else:
        mistakes.add(
            f"as_of 应为日期，不加引号、不带时间，例如 as_of = 2026-06-30，实为 {value!r}",
            f"as_of must be a date without quotes or time, as in as_of = 2026-06-30, not {value!r}",
        )
    return date.min


def _area_method(table: dict[str, Any], mistakes: Mistakes) -> AreaMethod:
    value = table.get("area_method", "plane")
    if value == "ellipsoid":
        return "ellipsoid"
    if value != "plane":
        mistakes.add(
            f"area_method 应为 plane 或 ellipsoid，实为 {value!r}",
            f"area_method must be plane or ellipsoid, not {value!r}",
        )
    return "plane"


def _layers(table: dict[str, Any], mistakes: Mistakes) -> Mapping[str, LayerSource]:
    sources: dict[str, LayerSource] = {}
    entries = mistakes.table(table, "layers", "project")
    for name, entry in entries.items():
        read = check_layer(name, entry, mistakes)
        if read is not None:
            sources[name] = LayerSource(name=name, **read)
    if not {"parcels", "ledger"} & set(entries):
        mistakes.add(
            "既没有宗地图层 [layers.parcels]，也没有合同台账 [layers.ledger]，至少要有一个",
            "neither [layers.parcels] nor [layers.ledger] is given; one of them is needed",
        )
    return MappingProxyType(sources)


def _rasters(table: dict[str, Any], mistakes: Mistakes) -> Mapping[str, tuple[RasterSource, ...]]:
    sources: dict[str, tuple[RasterSource, ...]] = {}
    for name, entry in mistakes.table(table, "rasters", "project").items():
        read = check_raster(name, entry, mistakes)
        series = [RasterSource(name=name, **part) for part in read]
        if series:
            sources[name] = tuple(sorted(series, key=lambda one: one.on or date.min))
    return MappingProxyType(sources)


def _options(table: dict[str, Any], mistakes: Mistakes) -> Mapping[str, Mapping[str, Any]]:
    options: dict[str, Mapping[str, Any]] = {}
    for name, known in OPTIONS.items():
        read: dict[str, Any] = {}
        entries = mistakes.table(table, name, "project")
        mistakes.keys(entries, tuple(known), name)
        for key, value in entries.items():
            if key in known:
                read[key], wrong = read_option(known[key], value)
                if wrong is not None:
                    mistakes.add(f"[{name}] {key} {wrong.zh}", f"[{name}] {key} {wrong.en}")
        options[name] = MappingProxyType(read)
    return MappingProxyType(options)
