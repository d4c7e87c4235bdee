"""A program whose tests have limits."""

from textwrap import dedent

import pytest

PROGRAM = """
    from pytest_traces.runtime.tracing.spans import span

    def program(tokens=100):
        with span(span_type="agent", name="weather"):
            with span(span_type="llm", name="chat", model_id="gpt-4o-mini") as call:
                call.set_token_usage(input_tokens=tokens, output_tokens=10)

"""


@pytest.fixture
def limited(project):
    def run(test, *options, ini=""):
        project.write("pytest.ini", f"[pytest]\n{ini}\n")
        project.tests(dedent(PROGRAM) + dedent(test))
        return project.run(*options, columns=80)

    return run
