"""A supply plan that a planner edited, named on the command line in place of ``[layers.plan]``."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from layers.project import LayerSource
from policies.text import Text
from zongdi.errors import UsageError
from zongdi.workbook_supply import PLAN_SHEET

if TYPE_CHECKING:
    from pathlib import Path

    from layers.project import Project

__all__ = ["with_plan"]

_BOOKS = (".xlsx", ".xls", ".xlsm")


def with_plan(project: Project, plan: Path) -> Project:
    """Return the project with an edited plan as its layer ``plan``.

    Parameters
    ----------
    project : layers.project.Project
        As it was read; a plan that it names itself is replaced.
    plan : pathlib.Path
        The workbook, of which the sheet of the plan is read, or a table.

    Raises
    ------
    UsageError
        There is no such file.
    """
    path = plan.expanduser().absolute()
    if not path.is_file():
        raise UsageError(
            Text(
                f"找不到供地计划文件 {plan}。请给出编辑过的工作簿或 CSV 文件。",
                f"There is no plan {plan}. Name the edited workbook or a CSV file.",
            )
        )
    sheet = PLAN_SHEET if path.suffix.lower() in _BOOKS else None
    source = LayerSource(name="plan", path=path, sheet=sheet)
    return replace(project, layers=MappingProxyType({**project.layers, "plan": source}))
