"""The data contract between Python and the page: one schema, kept by what writes and what reads."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import json
import re
from importlib import resources
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from maps import MapView, for_audience
from maps.payload import build_payload

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = json.loads((resources.files("maps") / "static" / "payload.schema.json").read_text("utf-8"))
ENCODINGS = {"none", "text", "dict", "num", "date", "bool", "pattern"}


def headers(view: MapView) -> dict[str, Any]:
    found = {}
    for name, text in build_payload(view).items():
        raw = gzip.decompress(base64.b64decode(text))
        found[name] = json.loads(raw[4 : 4 + int.from_bytes(raw[:4], "little")])
    return found


def parts_named(node: Any) -> set[int]:
    """Return the numbers of all parts that a header names."""
    if isinstance(node, list):
        return set().union(*map(parts_named, node)) if node else set()
    if not isinstance(node, dict):
        return set()
    own = {node[key] for key in ("p", "args", "counts") if isinstance(node.get(key), int)}
    if "origin" in node:
        own |= set(node["parts"])
    if "classes" in node and isinstance(node.get("other"), int):
        own.add(node["other"])
    return own.union(*(parts_named(value) for value in node.values()))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("audience", ["internal", "partner", "public"])
def test_what_is_written_keeps_the_schema(view_of: Callable[..., MapView], audience: Any) -> None:
    view = view_of(40)
    parcels = view.parcels.assign(idle_found=view.parcels["idle_status"] == "suspected_2y")
    written = headers(for_audience(dataclasses.replace(view, parcels=parcels), audience))
    jsonschema.validate(written, SCHEMA, cls=jsonschema.Draft202012Validator)
    for name, header in written.items():
        named = parts_named({key: value for key, value in header.items() if key != "parts"})
        assert named == set(range(len(header["parts"]))), name


def test_a_list_without_shapes_keeps_the_schema(view_of: Callable[..., MapView]) -> None:
    view = view_of(20)
    listed = view.parcels.drop(columns="geometry")
    written = headers(dataclasses.replace(view, parcels=listed, crs=None, context={}))
    jsonschema.validate(written, SCHEMA, cls=jsonschema.Draft202012Validator)


def test_the_schema_refuses_what_is_not_in_it(view_of: Callable[..., MapView]) -> None:
    written = headers(view_of(12))
    for spoil in (
        lambda page: page.update(surprise=1),
        lambda page: page.update(format=1),
        lambda page: page["themes"][0]["classes"][0].update(fill="red"),
        lambda page: page["zones"]["columns"][0].update(enc="zip"),
    ):
        spoiled = json.loads(json.dumps(written))
        spoil(spoiled["page"])
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(spoiled, SCHEMA, cls=jsonschema.Draft202012Validator)


def test_the_reader_knows_the_encodings_of_the_schema() -> None:
    enums = re.findall(r'"enc": \{\s*"(?:const|enum)": (\[[^\]]*\]|"\w+")', json.dumps(SCHEMA))
    assert {word for text in enums for word in re.findall(r"\w+", text)} == ENCODINGS
    script = (resources.files("maps") / "static" / "decode.js").read_text("utf-8")
    readers = script.partition("const READERS = {")[2].partition("\n  };")[0]
    assert set(re.findall(r"^    (\w+): \(", readers, re.MULTILINE)) == ENCODINGS


def test_the_scripts_read_no_field_that_is_not_in_the_schema() -> None:
    fields = set(SCHEMA["properties"]["page"]["properties"])
    folder = resources.files("maps") / "static"
    used = re.compile(r"(?:(?:model|this)\.page|(?<![.\w])page)\.(\w+)")
    read = {
        field
        for path in folder.iterdir()
        if path.name.endswith(".js")
        for field in used.findall(path.read_text("utf-8"))
    }
    # A section itself has its header and its parts.
    assert read - fields - {"header", "part", "css", "js"} == set()


@pytest.mark.browser
def test_what_the_page_decodes_keeps_the_schema(
    view_of: Callable[..., MapView], open_page: Callable[..., Any]
) -> None:
    from maps import render_map

    view = view_of(20)
    opened = open_page(render_map(view))
    # The sections are gone from the page once they are read: hand it those of the same view again.
    seen = opened.page.evaluate(
        """async (payload) => {
          const found = {};
          for (const [name, text] of Object.entries(payload)) {
            const node = document.createElement("script");
            node.type = "text/plain";
            node.id = `zd-${name}`;
            node.textContent = text;
            document.body.append(node);
            found[name] = (await window.zongdi.decode.section(name)).header;
          }
          return found;
        }""",
        build_payload(view),
    )
    jsonschema.validate(seen, SCHEMA, cls=jsonschema.Draft202012Validator)
    assert seen == headers(view)


@pytest.mark.browser
def test_a_page_of_another_version_is_refused_by_the_reader(
    view_of: Callable[..., MapView], open_page: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from maps import render_map

    monkeypatch.setattr("maps.payload._FORMAT", 99)
    opened = open_page(render_map(view_of(12)), wait=False)
    opened.until("!document.getElementById('zd-trouble').hidden && !!window.zongdi")
    opened.until("document.getElementById('zd-trouble').textContent.includes('不完整')")
    opened.errors.clear()
