"""What tests of several rooms share: a browser without a network."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")


def chromium_path() -> str | None:
    """Find a Chromium: the one told, else one on the path."""
    told = os.environ.get("ZONGDI_CHROMIUM")
    if told:
        return told
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Start one headless Chromium for all tests that need one."""
    required = os.environ.get("ZONGDI_REQUIRE_BROWSER") == "1"

    def absent(reason: str) -> None:
        (pytest.fail if required else pytest.skip)(reason)

    path = chromium_path()
    if path is None:
        absent("no Chromium found: set ZONGDI_CHROMIUM to one")
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        absent("playwright is not installed")
    with sync_playwright() as player:
        chromium = player.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the tables that tests recorded, whichever process ran them."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, text in getattr(report, "user_properties", ()):
                if name == "table" and getattr(report, "when", "") == "call":
                    terminalreporter.section(report.nodeid)
                    terminalreporter.write_line(str(text))


@dataclass
class Opened:
    """A page, and what it did beside showing itself."""

    page: Any
    url: str
    messages: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def until(self, script: str, arg: Any = None) -> None:
        """Wait until `script` gives something true.

        Playwright's own wait_for_function evaluates strings, which a page's policy may forbid.
        """
        for _ in range(200):
            if self.page.evaluate(script, arg):
                return
            self.page.wait_for_timeout(25)
        pytest.fail(f"never came true: {script}")

    def quiet(self) -> None:
        """Assert that the page asked for nothing but itself, and complained of nothing."""
        assert self.messages == []
        assert self.errors == []
        assert {url.split("#")[0] for url in self.requests} == {self.url}


def _varints(data: bytes) -> list[int]:
    values, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            values.append(value)
            value, shift = 0, 0
    return values


def _column(said: dict[str, Any], parts: list[bytes]) -> set[Any]:
    """Return the distinct values of one column of a page: texts, numbers, days since 1970."""
    if said["enc"] in ("none", "bool"):
        return set()
    if said["enc"] == "text":
        return set(said["dict"])
    codes = _varints(parts[said["p"]])
    if said["enc"] in ("num", "date"):
        scale = 10 ** said.get("d", 0)
        return {((c - 1) >> 1 ^ -((c - 1) & 1)) / scale for c in codes if c}
    if said["enc"] == "dict":
        return set(said["dict"])
    args = parts[said["args"]].decode().split("\n")
    sizes = [codes.count(number + 1) for number in range(len(said["dict"]))]
    texts, start = set(), 0
    for pattern, size in zip(said["dict"], sizes, strict=True):
        pieces = pattern.split("\0")
        for row in range(size):
            slots = [args[start + k * size + row] for k in range(len(pieces) - 1)] + [""]
            texts.add("".join(a + b for a, b in zip(pieces, slots, strict=True)))
        start += size * (len(pieces) - 1)
    return texts


def everything_in(page: str) -> tuple[str, set[float], dict[str, Any]]:
    """Unpack a map: all its text as one, all numbers of its tables, and the headers of its sections."""
    headers, texts, numbers = (
        {},
        # Packed sections are read below; any three letters stand somewhere in base64.
        [re.sub(r"<(script|style)[^>]*>.*?</\1>", "", page, flags=re.DOTALL)],
        set(),
    )

    def walk(node: Any, parts: list[bytes]) -> None:
        if isinstance(node, list):
            for value in node:
                walk(value, parts)
        elif isinstance(node, dict):
            if "enc" in node:
                values = _column(node, parts)
                texts.extend(value for value in values if isinstance(value, str))
                numbers.update(value for value in values if isinstance(value, float))
            for value in node.values():
                walk(value, parts)

    for name, packed in re.findall(
        r'<script type="text/plain" id="zd-(page|shapes|parcels|records)">([^<]*)</script>', page
    ):
        raw = gzip.decompress(base64.b64decode(packed))
        length = int.from_bytes(raw[:4], "little")
        header = json.loads(raw[4 : 4 + length])
        parts, at = [], 4 + length
        for size in header["parts"]:
            parts.append(raw[at : at + size])
            at += size
        headers[name] = header
        texts.append(json.dumps(header, ensure_ascii=False))
        texts.append(raw[4 + length :].decode("utf-8", errors="ignore"))
        walk(header, parts)
    return "\n".join(texts), numbers, headers


@pytest.fixture(scope="session")
def unpack_page() -> Callable[[str], tuple[str, set[float], dict[str, Any]]]:
    """Give tests `everything_in`."""
    return everything_in


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Open an HTML text or file from the disk, with the network cut, and wait until it is ready.

    Every page opened must have been quiet at the end of the test.
    """
    contexts: list[Any] = []
    opened: list[Opened] = []

    def open_(
        source: str | Path,
        *,
        fragment: str = "",
        width: int = 1440,
        height: int = 900,
        wait: bool = True,
        **options: Any,
    ) -> Opened:
        if isinstance(source, Path):
            path = source
        else:
            path = tmp_path / f"page{len(opened)}.html"
            path.write_text(source, encoding="utf-8", newline="\n")
        context = browser.new_context(
            viewport={"width": width, "height": height}, offline=True, **options
        )
        contexts.append(context)
        context.route(
            "**/*",
            lambda route: (
                route.continue_() if route.request.url.startswith("file:") else route.abort()
            ),
        )
        page = context.new_page()
        result = Opened(page=page, url=path.as_uri())
        page.on("console", lambda message: result.messages.append(message.text))
        page.on("pageerror", lambda error: result.errors.append(str(error)))
        page.on("request", lambda request: result.requests.append(request.url))
        page.goto(result.url + fragment)
        if wait:
            page.wait_for_selector("html[data-ready]", state="attached")
        opened.append(result)
        return result

    yield open_
    for one in opened:
        one.quiet()
    for context in contexts:
        context.close()
