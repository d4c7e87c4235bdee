"""The page on formats runs: what it says of a file holds for one that a program wrote."""

from pathlib import Path

import pytest

from pytest_traces.errors import CorruptFile
from tests.formats.files import load, otlp, otlp_span

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")

PRODUCTION = """
from pytest_traces.runtime import JsonlTracingProvider, agent_trace, install

with install(JsonlTracingProvider("production/monday.json")), agent_trace(agent_name="weather") as run:
    run.record_span(span_type="tool", name="geocode")
    run.record_span(span_type="tool", name="get_weather")
    with run.span(span_type="llm", name="chat", model_id="gpt-4o-mini") as call:
        call.set_token_usage(input_tokens=60, output_tokens=12)
"""


def test_a_trace_of_production_becomes_a_regression_test(project):
    (project.path / "production").mkdir()
    assert project.python("-c", PRODUCTION).code == 0
    project.write("test_monday.py", PAGE.partition("```python\n")[2].partition("```")[0])
    assert project.run().outcomes == "1 passed"


ERRORS = [
    (otlp(otlp_span(1, status={"code": 7})), "an unknown status code"),
    (otlp(otlp_span(1) | {"endTimeUnixNano": "1"}), "ended before it started"),
    (otlp(otlp_span(1, attributes={"input.value": "[" * 101 + "]" * 101})), "nested more than 100 levels deep"),
    (otlp(otlp_span(1, "\ud83d")), "half a character"),
]


@pytest.mark.parametrize(("document", "said"), ERRORS)
def test_a_document_that_the_page_calls_an_error_is_refused(tmp_path, document, said):
    assert said in PAGE
    with pytest.raises(CorruptFile):
        load(tmp_path, document)


def test_the_id_by_which_a_tool_call_was_asked_for_finds_it(tmp_path):
    asked = {"gen_ai.tool.name": "get_weather", "gen_ai.tool.call.id": "call_abc"}
    trace = load(tmp_path, otlp(otlp_span(1, "execute_tool get_weather", attributes=asked)))
    assert 'trace["call_abc"]' in PAGE
    assert trace["call_abc"].name == "get_weather"
