"""Document 001: events, collectors, the run context, providers. One test for each statement."""

import pytest

from pytest_traces.runtime import (
    EventCollector,
    InMemoryTracingProvider,
    OtlpTracingProvider,
    TracingProvider,
    get_run_context,
    install,
    register_collector,
    span,
    trace_tool,
)
from pytest_traces.runtime import trace as traced
from pytest_traces.runtime.streams.registry import unregister_collector


async def test_start_chunk_and_output_are_found_when_calling_async(trace):
    @traced
    async def agent():
        yield "a"
        yield "b"

    types = [event.type async for event in agent.stream() if event.type != "stage"]
    assert types == ["start", "chunk", "chunk", "output"]


async def test_the_output_collector_takes_the_output_from_the_output_event(trace):
    @traced
    async def inner():
        return 42

    @traced
    async def outer():
        async for event in inner.stream():
            yield event

    assert await outer.stream().collect() == 42
    assert not [event for event in trace.events if event.type == "chunk"]  # they were told already


def test_the_default_collector_collects_all_in_a_list(trace):
    @traced
    def agent():
        yield {"n": 1}
        yield {"n": 2}

    list(agent())
    assert trace.one("agent").output == [{"n": 1}, {"n": 2}]


class Custom:
    def __init__(self, custom_field):
        self.custom_field = custom_field


@pytest.fixture
def custom_collector():
    @register_collector
    class CustomCollector(EventCollector):
        def __init__(self, run_context):
            super().__init__(run_context)
            self._result = None

        @classmethod
        def can_handle(cls, event):
            return hasattr(event, "custom_field")

        def process(self, event):
            # Process event and update internal state
            self._result = event.custom_field
            return event

        def collect(self):
            return self._result

    yield CustomCollector
    unregister_collector(CustomCollector)


@pytest.mark.usefixtures("custom_collector")
def test_a_custom_collector_processes_events_and_collects_the_result(trace):
    @traced
    def agent():
        yield Custom("first")
        yield Custom("last")

    assert [piece.custom_field for piece in agent()] == ["first", "last"]
    assert trace.one("agent").output == "last"


def test_a_collector_knows_its_run_context(trace, custom_collector):
    runs = []
    custom_collector.process = lambda self, event: runs.append(self.run_context.id)

    @traced
    def agent():
        yield Custom(1)

    list(agent())
    assert runs == [trace.one("agent").run_id]


def test_traces_store_timing_usage_and_results_by_call_hierarchy(trace):
    @traced
    def agent():
        with span(span_type="tool", name="search", input={"q": 1}) as step:
            step.record_output(["doc"])
            get_run_context().update_usage("searches", 1)

    agent()
    search = trace.one("search")
    assert search.parent is trace.one("agent")
    assert (search.output, search.usage["searches"]) == (["doc"], 1)
    assert search.t0 <= search.t1


def test_update_usage_counts_for_the_span_and_its_ancestors(trace):
    @trace_tool
    def search():
        context = get_run_context()
        if context:
            # Update usage metrics
            context.update_usage("tokens", 150)

    @traced
    def agent():
        search()
        search()

    agent()
    assert [call.usage["tokens"] for call in trace.tools] == [150, 150]
    assert trace.one("agent").usage["tokens"] == trace.usage["tokens"] == 300


def test_update_usage_takes_units_of_models(trace):
    @traced
    def agent():
        get_run_context().update_usage("openai/gpt-4o-mini:input_tokens", 32)

    agent()
    assert trace.usage.by_model["openai/gpt-4o-mini"].input_tokens == 32


def test_trace_data_is_accessed_through_the_context(trace):
    @traced
    def agent():
        return list(get_run_context().trace)

    assert agent() == list(trace)


def test_data_is_shared_between_steps(trace):
    @trace_tool
    def greet():
        return get_run_context().get_data("user_id")

    @traced
    def agent():
        context = get_run_context()
        context.set_data("user_id", "12345")
        return greet(), context.get_data("user_id")

    assert agent() == ("12345", "12345")


def test_two_dots_give_the_parents_output(trace):
    @traced
    def agent():
        with span(span_type="plan", name="plan") as plan:
            plan.record_output({"steps": ["search"]})
            with span(span_type="tool", name="search"):
                context = get_run_context()
                return context.get_data("..output"), context.get_data("..output.steps.0")

    assert agent() == ({"steps": ["search"]}, "search")


def test_a_siblings_shared_data_is_found_by_its_name(trace):
    @trace_tool
    def first():
        get_run_context().set_data("key", "value")
        return "done"

    @trace_tool
    def second():
        context = get_run_context()
        return context.get_data("first.shared.key"), context.get_data("first.output")

    @traced
    def agent():
        first()
        return second()

    assert agent() == ("value", "done")


def test_data_that_was_not_shared_is_a_key_error_unless_there_is_a_default(trace):
    @traced
    def agent():
        context = get_run_context()
        assert context.get_data("user_id", None) is None
        context.get_data("user_id")

    with pytest.raises(KeyError, match="no data 'user_id' for step 'agent'"):
        agent()


def test_the_context_of_one_run_does_not_see_another(trace):
    @traced
    def agent(share):
        if share:
            get_run_context().set_data("key", 1)
        return get_run_context().get_data("key", "nothing")

    assert (agent(True), agent(False)) == (1, "nothing")


def test_providers_store_traces_and_give_them_back():
    provider = InMemoryTracingProvider()

    @traced
    def agent():
        return get_run_context().id

    with install(provider):
        run_id = agent()
    assert provider.get(run_id) is provider.runs[0]
    assert provider.get("unknown") is None


def test_memory_is_the_default_provider(monkeypatch):
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", raising=False)
    from pytest_traces.runtime.export.install import from_environment

    assert isinstance(from_environment(), InMemoryTracingProvider)


def test_the_environment_chooses_the_platform(monkeypatch):
    from pytest_traces.runtime.export.install import from_environment

    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    provider = from_environment()
    assert isinstance(provider, OtlpTracingProvider)
    provider.close()


def test_a_custom_provider_plugs_in():
    class Names(TracingProvider):
        def __init__(self):
            self.names = []

        def put(self, run):
            self.names.extend(span.name for span in run.tree.spans)

    @traced
    def agent():
        with span(span_type="tool", name="search"):
            pass

    names = Names()
    with install(names):
        agent()
    agent()  # no listener is left
    assert names.names == ["agent", "search"]
