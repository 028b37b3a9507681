"""GDAL kept quiet: its options set for a block only, its messages turned into notes."""

from __future__ import annotations

import logging
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyogrio

from layers.problems import Kind
from policies.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from layers.raw import Reporter

__all__ = ["gdal_config", "reader_messages"]

READER_MESSAGE = Kind(
    "reader-message",
    "note",
    Text("读取程序提示：{found}", "the reader says: {found}"),
    Text("请核对所述图形或字段", "check the feature or field it speaks of"),
)


@contextmanager
def gdal_config(options: Mapping[str, str]) -> Iterator[None]:
    """Set GDAL options for the duration of a block and put back what was there before."""
    before = {name: pyogrio.get_gdal_config_option(name) for name in options}
    pyogrio.set_gdal_config_options(dict(options))
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(
            {name: None if old is None else str(old) for name, old in before.items()}
        )


@contextmanager
def reader_messages(report: Reporter) -> Iterator[None]:
    """Turn what GDAL and pyogrio say meanwhile into notes, each once, at most ten."""
    said: dict[str, None] = {}

    class _Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.levelno >= logging.WARNING:
                said[record.getMessage()] = None

    logger = logging.getLogger("pyogrio")
    handler = _Handler()
    propagate = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                yield
            finally:
                said.update({str(warning.message): None for warning in caught})
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate
        for text in list(said)[:10]:
            report.add(READER_MESSAGE, found=text[:300])
