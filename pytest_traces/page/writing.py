"""Writes the page: markup, styles, script and data in one file that loads no other."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from pytest_traces.files import replace_file
from pytest_traces.page.entries import PageData, TestEntry
from pytest_traces.page.packing import redacted_fields

STYLES = ("page", "tests", "trace", "span")
SCRIPTS = (
    *("elements", "figures", "session", "rows", "tests", "views"),
    *("span/values", "span/conversation", "span/detail"),
    *("test/forest", "test/tree", "test/lanes", "test/failure", "test/view"),
    "page",
)
"""Files of `assets`, in the order of the page."""

_FIGURES = ("spans", "llm_calls", "tokens", "unreported", "cost_usd", "unpriced", "elapsed_ms", "status")


def write_page(path: Path, data: PageData) -> None:
    """Write the page in one step; raises `OSError` and leaves an older page if that fails."""
    replace_file(path, render_page(data))


def render_page(data: PageData) -> str:
    """Return the page as HTML; it contains values as data, never as markup."""
    style = "\n".join(_asset(f"style/{name}.css") for name in STYLES)
    script = "\n".join(_asset(f"script/{name}.js") for name in SCRIPTS)
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    parts = {"policy": policy, "style": style, "script": script, "data": "\n".join(_elements(data))}
    pieces = _asset("page.html").split("%%")  # parts: text, name, text, name, ..., text
    return "".join(parts[piece] if index % 2 else piece for index, piece in enumerate(pieces))


def _elements(data: PageData) -> Iterator[str]:
    """Yield the data, and each packed value in an element of its own; opening a test unpacks it."""
    session = {"title": data.title, "about": data.about, "tests": [*map(_head, data.tests)], "tabs": data.tabs}
    inert = redacted_fields(session).replace("<", "\\u003c")  # so that the data cannot close the element
    yield f'<script type="application/json" id="session">{inert}</script>'
    for key, packed in sorted(data.packed.items()):
        yield f'<script type="text/plain" id="{key}">{packed}</script>'


def _head(entry: TestEntry) -> dict[str, Any]:
    """Return the figures of a test for the list of tests."""
    figures = entry["figures"]
    counted = {name: len(figures.get(name, ())) for name in ("retries", "slow")}
    return {**entry, "figures": {name: figures[name] for name in _FIGURES if name in figures} | counted}


def _asset(name: str) -> str:
    return files("pytest_traces.page").joinpath("assets", *name.split("/")).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"
