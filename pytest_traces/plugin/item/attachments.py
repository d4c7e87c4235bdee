"""Attaches the traces of a test to the reports of pytest-html and allure-pytest, if these are written."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_traces.drawing.details import draw_details
from pytest_traces.plugin.item.traced_test import TracedTest

_WIDTH = 120  # columns of a page


def attach_to_other_reports(report: pytest.TestReport, test: TracedTest) -> None:
    """Attach each recording as a text to the last report of a test, when the recording is complete."""
    config: Any = test.item.config
    allure: Any = config.pluginmanager.get_plugin("allure_listener")  # registered by --alluredir
    has_html = bool(getattr(config.option, "htmlpath", None))  # --html
    if allure is None and not has_html:
        return
    texts = [(title, draw_details(harvest.tree, width=_WIDTH, whole=False)) for title, harvest in test.recordings()]
    if allure is not None:
        for title, text in texts:
            allure.attach_data(text, title, "text/plain", "txt")
    if has_html:
        extras = [_extra(title, text) for title, text in texts]
        report.extras = [*getattr(report, "extras", []), *extras]  # type: ignore[attr-defined]


def _extra(title: str, text: str) -> dict[str, str]:
    """Return what `pytest_html.extras.text` returns."""
    return {"name": title, "format_type": "text", "content": text, "mime_type": "text/plain", "extension": "txt"}
