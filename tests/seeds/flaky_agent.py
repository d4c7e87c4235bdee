"""The agent of document 003: a schema lookup that fails some times, and then a plan."""

from pytest_traces.runtime import span, trace_tool
from pytest_traces.runtime import trace as traced


class Flaky:
    """Fails some times, then works."""

    def __init__(self, failures):
        self.failures = failures

    def __call__(self):
        self.failures -= 1
        if self.failures >= 0:
            raise TimeoutError("upstream timed out")
        return "schema"


def agent_with(failures, max_retries=3, **about):
    flaky = Flaky(failures)

    @trace_tool(name="tool_schema_lookup", max_retries=max_retries, backoff=0)
    def lookup():
        return flaky()

    @traced(name="agent", **about)
    def agent():
        with span(span_type="tool", name="query.embed"):
            pass
        return lookup()

    return agent
