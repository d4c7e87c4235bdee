# ruff: noqa: PT012, SIM117 (blocks nest as the spans of the document do)
"""Document 004: spans. One test for each statement."""

import asyncio
import threading

import pytest

from pytest_traces.runtime import agent_trace, record_span, run_in_thread, span


def test_a_span_is_one_unit_of_work_within_a_trace(trace):
    with agent_trace(agent_name="my-agent") as run:
        with run.span(span_type="tool", name="work"):
            pass
    assert str(trace) == "agent my-agent\n└─ tool work"


@pytest.mark.parametrize("type", ["llm", "retrieval", "tool", "plan", "action", "of my own"])
def test_span_types_are_common_or_custom(trace, type):
    with span(span_type=type, name="step"):
        pass
    assert trace.one("step").type == type


def test_the_creating_spans_sample_runs(trace):
    with agent_trace(agent_name="my-agent") as run:
        # Create an LLM span
        with run.span(span_type="llm", name="generate_response", model_id="gpt-4") as step:
            step.record_input({"messages": ["Hi"]})
            step.record_output({"content": "Hello"})
            step.set_token_usage(input_tokens=100, output_tokens=200)
    llm = trace.one("generate_response")
    assert (llm.input, llm.output, llm.model) == ({"messages": ["Hi"]}, {"content": "Hello"}, "gpt-4")
    assert llm.usage.flat() == {"gpt-4:input_tokens": 100, "gpt-4:output_tokens": 200, "gpt-4:requests": 1}


def test_the_span_type_is_required(trace):
    with pytest.raises(TypeError, match="span_type"):
        span(name="step")


def test_the_name_is_optional(trace):
    with span(span_type="llm"):
        pass
    assert trace.one("llm").type == "llm"


def test_input_can_be_given_or_recorded(trace):
    with span(span_type="tool", name="given", input={"a": 1}):
        pass
    with span(span_type="tool", name="recorded") as step:
        step.record_input({"a": 1})
    assert trace.one("given").input == trace.one("recorded").input == {"a": 1}


def test_input_is_captured_as_it_was_when_recorded(trace):
    messages = ["Hi"]
    with span(span_type="llm", name="answer", input=messages) as step:
        messages.append("changed")
        step.record_output(messages)
        messages.append("again")
    assert (trace.one("answer").input, trace.one("answer").output) == (["Hi"], ["Hi", "changed"])


def test_tags_filter_spans(trace):
    for name, tags in {"a": ["streaming"], "b": []}.items():
        with span(span_type="tool", name=name, tags=tags):
            pass
    assert trace.find(tags="streaming").names == ["a"]


def test_metadata_is_kept(trace):
    with agent_trace(agent_name="my-agent", metadata={"tenant": "acme"}, tags=["beta"], model_id="gpt-4") as run:
        with run.span(span_type="tool", name="step", metadata={"k": 1}):
            pass
    root = trace.one("my-agent")
    assert (root.metadata, root.tags, root.model) == ({"tenant": "acme"}, ("beta",), "gpt-4")
    assert trace.one("step").metadata == {"k": 1}


def test_the_parent_can_be_given(trace):
    with agent_trace(agent_name="my-agent") as run:
        with run.span(span_type="plan", name="plan") as plan:
            pass
        with run.span(span_type="tool", name="late", parent_span_id=plan.id):
            pass
    assert trace.one("late").parent is trace.one("plan")


def test_the_parent_is_detected_where_spans_nest(trace):
    with span(span_type="plan", name="plan") as plan:
        with span(span_type="tool", name="tool") as tool:
            assert tool.parent_span_id == plan.id
    assert trace.one("tool").parent is trace.one("plan")


def test_the_handle_sample_runs(trace):
    with agent_trace(agent_name="my-agent") as run:
        with run.span(span_type="llm", name="completion", model_id="gpt-4") as step:
            # Access span properties
            assert trace[step.id].name == "completion"
            assert step.trace_id == run.id == trace.one("my-agent").run_id
            assert step.parent_span_id == run.id
            step.record_input({"messages": ["Hi"], "model": "gpt-4"})
            step.record_output({"response": "Hello", "finish_reason": "stop"})
            step.set_token_usage(input_tokens=150, output_tokens=200, cached_input_tokens=50)
            step.add_tags(["streaming", "high-priority"])
            step.set_status("completed")
    llm = trace.one("completion")
    assert (llm.status, llm.tags) == ("success", ("streaming", "high-priority"))
    assert (llm.usage.input_tokens, llm.usage.output_tokens, llm.usage.cached_input_tokens) == (150, 200, 50)


@pytest.mark.parametrize(("said", "status"), [("completed", "success"), ("failed", "error"), ("FAILED", "error")])
def test_set_status_says_how_it_ends(trace, said, status):
    with span(span_type="tool", name="step") as step:
        step.set_status(said)
        assert trace.one("step").status == "running"
    assert trace.one("step").status == status


def test_mark_failed_fails_the_span_with_a_message(trace):
    with span(span_type="tool", name="step") as step:
        step.mark_failed("Error description")
    assert (trace.one("step").status, trace.one("step").error.message) == ("error", "Error description")


def test_the_nested_spans_sample_gives_the_documented_tree(trace):
    with agent_trace(agent_name="rag-agent") as run:
        with run.span(span_type="plan", name="analyze_query") as plan_span:
            plan_span.record_input({"query": "user query"})
            # Nested span - automatically linked to parent
            with run.span(span_type="retrieval", name="search_docs") as search_span:
                search_span.record_input({"query": "processed query"})
                search_span.record_output({"num_results": 2})
            # Another nested span
            with run.span(span_type="llm", name="generate") as llm_span:
                llm_span.record_input({"context": ["a", "b"], "query": "user query"})
                llm_span.record_output({"response": "answer"})
    assert (
        str(trace)
        == """\
agent rag-agent
└─ plan analyze_query
   ├─ retrieval search_docs
   └─ llm generate"""
    )


def test_the_parallel_spans_sample_is_one_group(trace):
    async def fetch_data(source: str) -> dict:
        with span(span_type="retrieval", name=f"fetch_{source}") as step:
            step.record_input({"source": source})
            await asyncio.sleep(0)
            step.record_output({"count": 1})
            return {}

    async def main():
        with agent_trace(agent_name="parallel-fetcher"):
            # These spans run in parallel and are grouped together
            await asyncio.gather(fetch_data("database"), fetch_data("api"), fetch_data("cache"))

    asyncio.run(main())
    assert (
        str(trace)
        == """\
agent parallel-fetcher
├─ ∥ retrieval fetch_api
├─ ∥ retrieval fetch_cache
└─ ∥ retrieval fetch_database"""
    )


def test_the_span_helper_finds_the_current_trace(trace):
    def process_request():
        # This works when called within an active trace context
        with span(span_type="tool", name="process") as s:
            s.record_input({"data": 1})
            s.record_output({"result": 2})
            return 2

    with agent_trace(agent_name="example"):
        # The span() helper finds the current trace automatically
        process_request()
    assert trace.one("process").parent is trace.one("example")


def test_record_span_makes_a_completed_span_in_one_call(trace):
    with agent_trace(agent_name="example") as run:
        # Record a complete span in one call
        run.record_span(
            span_type="tool",
            name="lookup",
            input={"key": "user_123"},
            output={"name": "John", "email": "[email protected]"},
            latency_ms=45,
            status="completed",
        )
    lookup = trace.one("lookup")
    assert (lookup.status, lookup.elapsed) == ("success", pytest.approx(45))
    assert lookup.output == {"name": "John", "email": "[email protected]"}


def test_record_span_can_record_a_failure_and_works_outside_a_trace(trace):
    record_span(span_type="tool", name="lookup", status="failed", error="no such key")
    lookup = trace.one("lookup")
    assert (lookup.status, lookup.error.message, lookup.parent) == ("error", "no such key", None)


def test_a_failed_span_can_have_a_message_of_its_own(trace):
    with pytest.raises(TimeoutError):
        with span(span_type="tool", name="risky_operation") as step:
            try:
                raise TimeoutError("10 s")
            except TimeoutError as e:
                # Manually mark failed with custom message
                step.mark_failed(f"Operation timed out: {e}")
                raise
    assert str(trace.one("risky_operation").error) == "TimeoutError: Operation timed out: 10 s"


def test_an_exception_that_escapes_fails_the_span_and_goes_on(trace):
    with pytest.raises(ValueError, match="boom"):
        with agent_trace(agent_name="example") as run:
            with run.span(span_type="tool", name="risky_operation"):
                raise ValueError("boom")
    assert [(one.name, str(one.error)) for one in trace.find(status="error")] == [
        ("example", "ValueError: boom"),
        ("risky_operation", "ValueError: boom"),
    ]
    assert 'raise ValueError("boom")' in trace.one("risky_operation").error.traceback


def test_a_handled_exception_fails_nothing_above(trace):
    with agent_trace(agent_name="example") as run:
        try:
            with run.span(span_type="tool", name="risky"):
                raise ValueError("boom")
        except ValueError:
            pass
    assert (trace.one("example").status, trace.one("risky").status) == ("success", "error")


async def test_spans_are_async_context_managers_too(trace):
    async with agent_trace(agent_name="my-agent") as run:
        async with run.span(span_type="tool", name="work"):
            await asyncio.sleep(0)
    assert trace.one("work").parent is trace.one("my-agent")


async def test_a_cancelled_span_is_cancelled(trace):
    async def work():
        with span(span_type="tool", name="work"):
            await asyncio.sleep(60)

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert trace.one("work").status == "cancelled"


def step(name):
    with span(span_type="tool", name=name):
        pass


async def test_nesting_goes_on_in_threads_with_a_copied_context(trace):
    async with agent_trace(agent_name="my-agent"):
        await asyncio.to_thread(step, "work")
    assert trace.one("work").parent is trace.one("my-agent")


def test_nesting_goes_on_in_threads_that_the_helper_starts(trace):
    with agent_trace(agent_name="my-agent"):
        run_in_thread(step, "work").join()
    assert trace.one("work").parent is trace.one("my-agent")


def test_a_thread_without_a_context_names_its_trace(trace):
    def work(run):
        with run.span(span_type="tool", name="work"):
            step("below")

    with agent_trace(agent_name="my-agent") as run:
        thread = threading.Thread(target=work, args=(run,))
        thread.start()
        thread.join()
    assert trace.one("work").parent is trace.one("my-agent")
    assert trace.one("below").parent is trace.one("work")
