"""Traces in the reports of others: pytest-html, allure, JUnit."""

from __future__ import annotations

import base64
import html
import json
import re
from pathlib import Path

import pytest

from tests.plugin.umbrella import OSLO
from tests.project import PLUGINS, Project

TESTS = f"""{OSLO}
def test_a(trace):
    ask("Paris")

def test_b(oslo):
    assert oslo.tools

def test_c(trace):
    ask("Rome")
    assert 0

def test_d():
    pass
"""
TREE = re.compile(r'agent weather .*\n├─ tool get_weather {"city": "(\w+)"} → {"temp": 21} .*\n└─ llm gpt-4o-mini ')
CITIES = {
    "test_it.py::test_a": [("Trace", "Paris")],
    "test_it.py::test_b": [("Trace of test_it.py::oslo", "Oslo")],
    "test_it.py::test_c": [("Trace", "Rome")],
    "test_it.py::test_d": [],
}
WORKERS = pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["plain", "n2"])


@WORKERS
def test_a_page_of_pytest_html_has_the_traces_attached(project: Project, workers: tuple[str, ...]) -> None:
    project.tests(TESTS)
    plugins = (*PLUGINS, "pytest_metadata.plugin", "pytest_html.plugin")
    project.run("--html=report.html", "--self-contained-html", *workers, plugins=plugins)
    page = (project.path / "report.html").read_text(encoding="utf-8")
    found = re.search(r'data-jsonblob="([^"]*)"', page)
    assert found is not None
    tests = json.loads(html.unescape(found[1]))["tests"]
    shown = {name: [(one["name"], city(content_of(one))) for one in rows[0]["extras"]] for name, rows in tests.items()}
    assert shown == CITIES


@WORKERS
def test_an_allure_report_has_the_traces_attached(project: Project, workers: tuple[str, ...]) -> None:
    project.tests(TESTS)
    project.run("--alluredir=allure", *workers, plugins=(*PLUGINS, "allure_pytest.plugin"))
    results = project.path / "allure"
    tests = [json.loads(file.read_text(encoding="utf-8")) for file in results.glob("*-result.json")]
    shown = {f"test_it.py::{test['name']}": [*attached(results, test)] for test in tests}
    assert shown == CITIES


def test_junit_holds_the_figures(project: Project) -> None:
    project.tests("""
    from pytest_traces.runtime.tracing.spans import span

    def test_a(trace):
        with span(span_type="llm", name="gpt") as step:
            for unit, amount in (("input_tokens", 60), ("output_tokens", 12), ("cost_usd", 0.25)):
                step.count(f"gpt:{unit}", amount)
    """)
    project.run("--junitxml=junit.xml")
    properties = re.findall(r'name="(trace\.\w+)" value="([^"]*)"', (project.path / "junit.xml").read_text())
    assert dict(properties) == {
        "trace.spans": "1",
        "trace.llm_calls": "1",
        "trace.tokens": "72",
        "trace.cost_usd": "0.25",
        "trace.status": "success",
        "trace.retries": "0",
    }


@WORKERS
def test_a_field_of_a_span_may_be_a_property_of_a_test_and_name_a_subtest(
    project: Project, workers: tuple[str, ...]
) -> None:
    project.tests("""
    def test_a(trace, record_property, subtests):
        ask("Paris")
        tool = trace.tools[0]
        record_property("status", tool.status)
        record_property("tool", tool)
        with subtests.test(type=tool.type, status=tool.status, tags=tool.tags):
            assert tool
    """)
    ran = project.run("--junitxml=junit.xml", *workers)
    assert (ran.code, "INTERNALERROR" in ran.output) == (0, False)
    written = (project.path / "junit.xml").read_text()
    assert '<property name="status" value="success" />' in written
    assert '<property name="tool" value="&lt;tool get_weather&gt;" />' in written


def content_of(extra: dict[str, str]) -> str:
    """A self-contained page holds a text as a data URI."""
    head, _, data = extra["content"].partition(",")
    assert head == "data:text/plain;charset=utf-8;base64"
    return base64.b64decode(data).decode()


def attached(results: Path, test: dict[str, list[dict[str, str]]]) -> list[tuple[str, str]]:
    sources = [(one["name"], results / one["source"]) for one in test.get("attachments", [])]
    return [(name, city(source.read_text(encoding="utf-8"))) for name, source in sources if name.startswith("Trace")]


def city(tree: str) -> str:
    found = TREE.search(tree)
    assert found is not None, tree
    return found[1]
