"""`--trace-slow MS`, and the ini key it overrides."""

import pytest

from tests.project import Project

TEST = """
from pytest_traces.runtime.tracing.spans import record_span

def test_a(trace):
    record_span(span_type="llm", name="answer", latency_ms=LATENCY)
    assert trace.slow.names == NAMES
"""


@pytest.mark.parametrize(
    ("ini", "option", "latency", "slow"),
    [
        ("", (), 1499, False),
        ("", (), 1501, True),
        ("trace_slow_ms = 100", (), 101, True),
        ("trace_slow_ms = 100", ("--trace-slow", "200"), 101, False),
        ("", ("--trace-slow=0", "-n2"), 0, True),
    ],
)
def test_from_which_time_on_a_span_is_slow(
    project: Project, ini: str, option: tuple[str, ...], latency: int, slow: bool
) -> None:
    project.write("pytest.ini", f"[pytest]\n{ini}\n")
    project.tests(TEST.replace("LATENCY", str(latency)).replace("NAMES", "['answer']" if slow else "[]"))
    assert project.run(*option).code == 0
