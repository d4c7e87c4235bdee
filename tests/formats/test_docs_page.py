"""The page on formats runs: what it says of a file holds for one that a program wrote."""

from pathlib import Path

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
