"""Take the pictures of the map that stand in the documentation.

    python docs/build_pictures.py

runs the demo zone and, where ``ZONGDI_REAL_DATA`` names the folder of real data, four of its sets. Whose they are
stands beside the pictures in ``docs/map.md``. Each picture is a PNG of 255 colours and less than 200 kB in ``docs/pictures``.
"""

from __future__ import annotations

import os
import shutil
import struct
import sys
import tempfile
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import rasterio
import rasterio.errors
from playwright.sync_api import sync_playwright

from layers.project import load_project
from maps import read_view, render_map
from zongdi.demo import write_demo
from zongdi.outputs import write_results
from zongdi.pipeline import run_project

if TYPE_CHECKING:
    from numpy.typing import NDArray

PICTURES = Path(__file__).parent / "pictures"
PROJECTS = Path(__file__).parents[1] / "tests" / "real" / "projects"

#: Sets of which a picture is shown, and the theme that shows them.
SHOWN = {
    "es_elhierro": "built",
    "us_cambridge": "built",
    "tw_l0311": "bound",
    "jp_katsushika": "built",
}

LARGEST = 200_000
COLOURS = 255
WAIT_MS = 120_000


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the window, and what is chosen in it."""

    name: str
    theme: str = "idle"
    width: int = 1280
    height: int = 800
    scheme: str = "light"
    tab: str = "list"
    english: bool = False


DEMO = (
    Shot("demo_first", width=1200, height=760),
    Shot("demo_card", theme="action", width=1140, height=740, tab="card"),
    Shot("demo_green", theme="green", tab="charts"),
    Shot("demo_dark", theme="action", width=1024, height=768, scheme="dark"),
    Shot("demo_phone", width=390, height=844),
    Shot("demo_english", theme="land_use", english=True),
)


def paletted(rgb: NDArray[np.uint8]) -> bytes:
    """Return a PNG of the most frequent colours; every other becomes the nearest of them."""
    flat = rgb.reshape(-1, 3)
    # Of each channel six bits: letters keep their edges, and near colours become one.
    coarse = (flat & 0xFC).astype(np.int64)
    key = (coarse[:, 0] << 16) | (coarse[:, 1] << 8) | coarse[:, 2]
    found, place, counts = np.unique(key, return_inverse=True, return_counts=True)
    top = np.argsort(-counts, kind="stable")[:COLOURS]
    # What stands for a coarse colour is the mean of those that it holds.
    sums = np.stack(
        [np.bincount(place, weights=flat[:, c], minlength=len(found)) for c in range(3)]
    )
    means = (sums / counts).T
    palette = means[top]
    nearest = np.empty(len(found), dtype=np.uint8)
    for start in range(0, len(found), 4096):
        apart = ((means[start : start + 4096, None] - palette[None]) ** 2).sum(axis=2)
        nearest[start : start + 4096] = apart.argmin(axis=1)
    height, width = rgb.shape[:2]
    rows = nearest[place].reshape(height, width)
    lines = np.concatenate([np.zeros((height, 1), dtype=np.uint8), rows], axis=1)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            chunk(b"PLTE", np.rint(palette).astype(np.uint8).tobytes()),
            chunk(b"IDAT", zlib.compress(lines.tobytes(), 9)),
            chunk(b"IEND", b""),
        ]
    )


def take(chromium: Any, html: Path, shot: Shot) -> Path:
    """Open a map, choose what the shot asks for, and write the picture."""
    context = chromium.new_context(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme=shot.scheme,
        offline=True,
    )
    page = context.new_page()
    page.goto(html.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached", timeout=WAIT_MS)
    if shot.english:
        page.click(".zd-language")
    page.check(f"input[name=zd-theme][value={shot.theme}]")
    if shot.tab == "card":
        page.locator(".zd-row").first.click()
        page.wait_for_selector(".zd-card h2")
    else:
        page.click(f"#zd-tab-{shot.tab}")
    page.wait_for_timeout(600)
    raw = page.screenshot()
    context.close()
    with rasterio.MemoryFile(raw) as memory, memory.open() as picture:
        rgb = np.moveaxis(picture.read([1, 2, 3]), 0, -1)
    path = PICTURES / f"{shot.name}.png"
    path.write_bytes(paletted(rgb))
    size = path.stat().st_size
    if size > LARGEST:
        msg = f"{path.name} has {size:,} bytes, more than {LARGEST:,}: take it in a smaller window."
        raise SystemExit(msg)
    return path


def results_of(project: Path, out: Path) -> Path:
    """Run a project and render its map."""
    write_results(run_project(load_project(project)), out)
    path = out / "map.html"
    path.write_text(render_map(read_view(out)), encoding="utf-8", newline="\n")
    return path


def say(path: Path) -> None:
    """Name the picture that is done."""
    sys.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes\n")


def main() -> None:
    """Take every picture."""
    # A screenshot lies nowhere on the earth.
    warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
    PICTURES.mkdir(exist_ok=True)
    real = os.environ.get("ZONGDI_REAL_DATA")
    with tempfile.TemporaryDirectory() as place, sync_playwright() as player:
        folder = Path(place)
        chromium = player.chromium.launch(
            executable_path=os.environ.get("ZONGDI_CHROMIUM") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        write_demo(folder / "demo")
        html = results_of(folder / "demo" / "project.toml", folder / "demo_out")
        for shot in DEMO:
            say(take(chromium, html, shot))
        for name, theme in SHOWN.items() if real else ():
            own = folder / name
            own.mkdir()
            text = (PROJECTS / f"{name}.toml").read_text(encoding="utf-8")
            project = own / "project.toml"
            project.write_text(text.replace("DATA", Path(str(real)).as_posix()), encoding="utf-8")
            shot = Shot(name, theme=theme, width=1200, height=760)
            say(take(chromium, results_of(project, own / "out"), shot))
        chromium.close()


if __name__ == "__main__":
    main()
