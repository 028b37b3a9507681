"""A page printed as PDF by a Chromium that is installed: started without a shell, without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from policies.text import Text
from zongdi.errors import ProgramError

__all__ = ["BROWSER_VARIABLE", "PrintError", "find_chromium", "print_pdf"]

#: Names the browser to print with, where it is not found by itself.
BROWSER_VARIABLE: Final = "ZONGDI_CHROMIUM"

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge", "microsoft-edge")

#: Where installers put it on systems on which it is on no path.
_PLACES = {
    "win32": (
        ("PROGRAMFILES", "Google/Chrome/Application/chrome.exe"),
        ("PROGRAMFILES(X86)", "Google/Chrome/Application/chrome.exe"),
        ("LOCALAPPDATA", "Google/Chrome/Application/chrome.exe"),
        ("PROGRAMFILES(X86)", "Microsoft/Edge/Application/msedge.exe"),
        ("PROGRAMFILES", "Microsoft/Edge/Application/msedge.exe"),
    ),
    "darwin": (
        ("", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
        ("", "/Applications/Chromium.app/Contents/MacOS/Chromium"),
        ("", "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
    ),
}

_ARGUMENTS = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-default-apps",
    "--no-first-run",
    "--no-pdf-header-footer",
    # Whatever is asked for by name resolves to nothing: the page asks for nothing, nor shall the browser.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=127.0.0.1:9",
)

#: Milliseconds of the page's own time that it gets to draw itself, tried one after the other.
_BUDGETS = (10_000, 60_000)

#: Seconds after which a browser that has not ended is ended.
_TIMEOUT = 300

#: The page writes this into its title, which stands in the PDF, once it is laid out on paper.
_LAID_OUT = "zongdi-print"


class PrintError(ProgramError):
    """The page could not be printed."""


def find_chromium() -> Path | None:
    """Find an installed Chromium, Chrome or Edge: the one told, else one on the path, else the usual places."""
    told = os.environ.get(BROWSER_VARIABLE)
    if told:
        return Path(told)
    on_path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if on_path:
        return Path(on_path)
    for variable, place in _PLACES.get(sys.platform, ()):
        root = os.environ.get(variable, "") if variable else ""
        if variable and not root:
            continue
        path = Path(root) / place
        if path.is_file():
            return path
    return None


def print_pdf(page: Path, pdf: Path, *, paper: str = "a3") -> None:
    """Print `page` on landscape sheets of size `paper`.

    Parameters
    ----------
    page : pathlib.Path
        A map that `maps.render_map` gave.
    pdf : pathlib.Path
        The file to write.
    paper : str
        ``a3`` or ``a4``.

    Raises
    ------
    PrintError
        There is no browser, or it did not print.
    """
    browser = find_chromium()
    if browser is None:
        raise PrintError(
            Text(
                f"打印 PDF 需要已安装的 Chromium、Chrome 或 Edge，未找到。请安装其一，或用环境变量 {BROWSER_VARIABLE} 指明其位置；也可以在浏览器中打开地图后自行打印。",
                f"To print a PDF an installed Chromium, Chrome or Edge is needed and none was found. Install one, or name it in the environment variable {BROWSER_VARIABLE}; or open the map in a browser and print it there.",
            )
        )
    said = ""
    for budget in _BUDGETS:
        said = _run(browser, page, pdf, paper=paper, budget=budget)
        if pdf.is_file() and _laid_out(pdf):
            return
    pdf.unlink(missing_ok=True)
    raise PrintError(
        Text(
            f"浏览器 {browser} 未能打印地图（{said}）。请在浏览器中打开地图后自行打印，或用环境变量 {BROWSER_VARIABLE} 指明另一个浏览器。",
            f"The browser {browser} did not print the map ({said}). Open the map in a browser and print it there, or name another browser in {BROWSER_VARIABLE}.",
        )
    )


def _run(browser: Path, page: Path, pdf: Path, *, paper: str, budget: int) -> str:
    """Let the browser print once; return the last thing it said."""
    with tempfile.TemporaryDirectory(prefix="zongdi-print-") as profile:
        command = [
            str(browser),
            *_ARGUMENTS,
            # A browser run as root, as in containers, refuses to start in its sandbox.
            *(["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []),
            f"--user-data-dir={profile}",
            f"--virtual-time-budget={budget}",
            f"--print-to-pdf={pdf}",
            f"{page.as_uri()}#paper={paper}",
        ]
        try:
            done = subprocess.run(  # noqa: S603 -- no shell, and nothing in it is given by data
                command, capture_output=True, timeout=_TIMEOUT, check=False
            )
        except subprocess.TimeoutExpired:
            return f"> {_TIMEOUT} s"
        except OSError as error:
            return error.strerror or type(error).__name__
    lines = done.stderr.decode("utf-8", errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else f"exit {done.returncode}"


def _laid_out(pdf: Path) -> bool:
    """Whether the page had drawn itself when it was printed: its title says so."""
    raw = pdf.read_bytes()
    return any(_LAID_OUT.encode(code) in raw for code in ("ascii", "utf-16-be")) or (
        _LAID_OUT.encode("utf-16-be").hex().upper().encode() in raw
    )
