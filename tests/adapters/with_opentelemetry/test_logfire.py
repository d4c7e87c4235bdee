"""logfire beside us: configured again and again, its own test fixture, its copies of spans that still run."""

import logfire
import pytest
from logfire.testing import CaptureLogfire, TestExporter
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from pytest_traces.runtime import span


@pytest.mark.parametrize("test", ["first", "second"])
def test_a_span_is_captured_once_however_often_logfire_is_configured(trace, test):
    exporters = [TestExporter(), TestExporter()]
    for exporter in exporters:
        logfire.configure(
            send_to_logfire=False, console=False, additional_span_processors=[SimpleSpanProcessor(exporter)]
        )
    with logfire.span("search {shop}", shop="books"), span(span_type="chain", name="rank"):
        logfire.info("found {count}", count=3)
    assert str(trace).splitlines() == ['span "search {shop}"', "└─ chain rank", '   └─ span "found {count}"']
    assert trace.one("search {shop}").attributes["shop"] == "books"
    assert [one["name"] for one in exporters[1].exported_spans_as_dict()] == ["found {count}", "search {shop}"]


def test_its_own_fixture_sees_what_it_would_see(trace, capfire: CaptureLogfire):
    with logfire.span("search"):
        pass
    with logfire.span("search"):
        pass
    assert trace.roots.names == ["search", "search"]
    assert [one["name"] for one in capfire.exporter.exported_spans_as_dict()] == ["search", "search"]


def test_its_own_fixture_repeats_its_ids_in_the_next_test(trace, capfire: CaptureLogfire):
    with logfire.span("outer"):
        logfire.info("inner")
    assert [one.path for one in trace.spans] == ["outer", "outer.inner"]


def test_spans_that_logfire_suppresses_are_captured(trace, capfire: CaptureLogfire):
    with logfire.suppress_instrumentation(), logfire.span("search"):
        pass
    assert trace.spans.names == ["search"]
    assert capfire.exporter.exported_spans == []
