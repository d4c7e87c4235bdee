"""What a program says about its spans: taken as what it plainly means, or refused at the line that says it."""

import enum
import math
from decimal import Decimal

import pytest

from pytest_traces.errors import TracesError, UnknownCondition, UsageNotRecorded
from pytest_traces.runtime import agent_trace, get_run_context, record_span, span
from pytest_traces.runtime.recording.context import CURRENT, here
from tests.builders import start


class Kind(enum.Enum):
    TOOL = "tool"
    FAILED = "failed"


def llm():
    return span(span_type="llm", name="answer")


@pytest.mark.parametrize("said", ["Tool", "TOOL", Kind.TOOL, "tool"])
def test_a_type_in_another_case_is_the_known_type(trace, said):
    with span(span_type=said), agent_trace(agent_name="desk") as run, run.span(span_type=said, name="inside"):
        record_span(span_type=said, name="reported")
    assert trace.tools.names == [said if isinstance(said, str) else "tool", "inside", "reported"]
    trace.assert_calls(dict.fromkeys(trace.tools.names, 1))


def test_tokens_may_come_as_text_and_what_was_not_reported_is_unknown(trace):
    with llm() as step:
        step.set_token_usage(input_tokens="12", output_tokens=3.0, cached_input_tokens=None)
    used = trace.one("answer").usage
    assert (used.input_tokens, used.output_tokens, used.requests) == (12, 3, 1)
    with pytest.raises(UsageNotRecorded, match="1 model call of 'unknown' reported no cached_input_tokens"):
        used.cached_input_tokens  # noqa: B018


def test_a_call_that_reports_nothing_but_none_has_reported_nothing(trace):
    with llm() as step:
        step.set_token_usage(input_tokens=None, output_tokens=None)
    with pytest.raises(UsageNotRecorded, match="1 model call reported no usage: 'answer'"):
        trace.usage.total_tokens  # noqa: B018


def test_zero_tokens_are_a_report(trace):
    with llm() as step:
        step.set_token_usage(input_tokens=0, output_tokens=0)
    assert trace.usage.total_tokens == 0


@pytest.mark.parametrize("bad", [math.nan, math.inf, -1, 1.5, "many", [], "inf", 2**64])
def test_a_value_that_is_no_count_is_refused(trace, bad):
    with llm() as step:
        with pytest.raises(TracesError, match=r"^input_tokens of span 'answer' is a whole number of at least 0, got "):
            step.set_token_usage(input_tokens=bad)
        with pytest.raises(
            TracesError, match=r"^counter 'rows' of span 'answer' is a whole number of at least 0, got "
        ):
            step.count("rows", bad)
        with pytest.raises(
            TracesError, match=r"^counter 'm:input_tokens' of span 'answer' is a whole number of at lea"
        ):
            step.count("m:input_tokens", bad)
    assert not trace.one("answer").usage


@pytest.mark.parametrize("bad", [math.nan, -math.inf, -0.1, None, "free"])
def test_a_value_that_is_no_cost_is_refused(trace, bad):
    with llm() as step, pytest.raises(TracesError) as refused:
        step.count("openai/gpt-4o:cost_usd", bad)
    assert str(refused.value) == (
        f"counter 'openai/gpt-4o:cost_usd' of span 'answer' is a number of at least 0, got {bad!r}"
    )


def test_a_cost_may_be_a_decimal_or_text(trace):
    with llm() as step:
        step.count("openai/gpt-4o:cost_usd", Decimal("0.25"))
        step.count("openai/gpt-4o:cost_usd", "0.5")
    assert trace.usage.cost_usd == 0.75


def test_a_counter_may_have_any_name(trace):
    with llm() as step:
        step.count(5, 1)
        step.count(Kind.TOOL, True)
    assert trace.one("answer").usage.counters == {"5": 1, "tool": 1}


def test_usage_of_an_adapters_span_is_held_to_the_same(trace):
    place = here()
    record = start(place.recorder, "step", place=place)
    CURRENT.set(record)
    get_run_context().update_usage(5, "2")
    with pytest.raises(TracesError, match=r"^counter 'rows' of span 'step' is a whole number of at least 0, got nan$"):
        get_run_context().update_usage("rows", math.nan)
    record.end()
    CURRENT.set(place)
    assert trace.one("step").usage["5"] == 2


def test_an_exception_is_a_failure_with_its_type_and_message(trace):
    with span(span_type="tool", name="marked") as step:
        step.mark_failed(ValueError("x"))
    record_span(span_type="tool", name="recorded", error=ValueError("x"))
    for name in ("marked", "recorded"):
        failed = trace.one(name)
        assert (failed.status, failed.error.type, failed.error.message) == ("error", "ValueError", "x")
    assert trace.one("marked").error.traceback == "ValueError: x\n"


def test_a_failure_needs_no_message(trace):
    with span(span_type="tool", name="step") as step:
        step.mark_failed(None)
    assert str(trace.one("step").error) == "Failed"


def test_a_failure_without_a_message_is_what_was_handled_or_comes_later(trace):
    with span(span_type="tool", name="handled") as step:
        try:
            raise TimeoutError("upstream")
        except TimeoutError:
            step.mark_failed(None)
    fails_later = span(span_type="tool", name="later")
    with pytest.raises(TimeoutError), fails_later:
        _mark_and_raise(fails_later)
    assert [str(one.error) for one in trace.spans] == ["TimeoutError: upstream"] * 2


def _mark_and_raise(step):
    step.mark_failed(None)
    raise TimeoutError("upstream")


@pytest.mark.parametrize("said", ["failed", "FAILED", "Error", Kind.FAILED])
def test_known_words_say_that_it_failed_in_any_case(trace, said):
    with span(span_type="tool", name="step") as step:
        step.set_status(said)
    record_span(span_type="tool", name="step", status=said)
    assert [one.status for one in trace.find("step")] == ["error", "error"]


def test_warning_is_the_word_for_a_success_after_a_retry(trace):
    record_span(span_type="tool", name="step", status="warning")
    assert trace.one("step").status == "success"


def test_a_status_that_was_not_set_is_a_success(trace):
    record_span(span_type="tool", name="step", status=None)
    assert trace.one("step").status == "success"


@pytest.mark.parametrize(("word", "meant"), [("fail", "failed"), ("timed_out", "timeout"), ("canceled", "cancelled")])
def test_an_unknown_status_is_no_success(trace, word, meant):
    known = "blocked, cancelled, completed, error, failed, success, timeout, warning"
    with pytest.raises(UnknownCondition) as refused, span(span_type="tool", name="step") as step:
        step.set_status(word)
    assert str(refused.value) == f"unknown status {word!r}; did you mean {meant!r}?; known: {known}"
    with pytest.raises(TracesError, match=f"unknown status {word!r}"):
        record_span(span_type="tool", name="recorded", status=word)
    assert trace.spans.names == ["step"]


def test_no_status_at_all_is_unknown(trace):
    with pytest.raises(TracesError, match=r"^unknown status None; known: "), span(span_type="tool") as step:
        step.set_status(None)


def test_names_and_types_may_be_anything_that_has_a_text(trace):
    record_span(span_type=Kind.TOOL, name=5)
    with agent_trace(agent_name=Kind.TOOL, model_id=Kind.FAILED, tags="beta", metadata={1: 2}) as run:
        run.add_tags(["a", 5, Kind.TOOL])
    assert [(one.type, one.name) for one in trace.spans] == [("tool", "5"), ("agent", "tool")]
    assert (trace.last().model, trace.last().tags) == ("failed", ("beta", "a", "5", "tool"))
    assert trace.last().metadata == {"1": 2}


def test_a_span_without_a_type_is_refused(trace):
    with pytest.raises(TracesError, match=r"^span_type says what kind of work a span is, .* or 'llm', got None$"):
        record_span(span_type=None, name="a")


def test_tags_and_metadata_of_another_shape_are_refused(trace):
    with pytest.raises(TracesError, match=r"^tags are several texts, got 5$"):
        span(span_type="tool", tags=5)
    with pytest.raises(TracesError, match=r"^metadata is a mapping, as in \{'user': 'u1'\}, got 'u1'$"):
        span(span_type="tool", metadata="u1")


@pytest.mark.parametrize("bad", [math.nan, -1, "long"])
def test_a_duration_that_is_none_is_refused(trace, bad):
    with pytest.raises(TracesError, match=r"^latency_ms of span 'a' is a number of at least 0, got "):
        record_span(span_type="tool", name="a", latency_ms=bad)
    assert len(trace) == 0


def test_a_duration_may_come_as_text(trace):
    record_span(span_type="tool", name="a", latency_ms="45")
    assert trace.one("a").elapsed == pytest.approx(45)


def test_integers_that_python_refuses_to_print_are_kept_as_text(trace):
    record_span(span_type="tool", name="a", input={"n": 10**5000, 10**5000: [-(10**5000), 10**4299]}, status="failed")
    huge = hex(10**5000)
    assert trace.one("a").input == {"n": huge, huge: [f"-{huge}", 10**4299]}
    assert "tool a" in str(trace)


def test_a_value_that_has_no_repr_is_named_by_its_type(trace):
    class Odd:
        def __repr__(self):
            raise RuntimeError

    with pytest.raises(TracesError, match=r"got <Odd>$"), llm() as step:
        step.count("rows", Odd())


def test_halves_of_characters_are_spelt_out(trace):
    record_span(span_type="tool", name="\ud800", input={"\ud801": "\ud802é"}, error=ValueError("\ud803"))
    call = trace.one()
    assert (call.name, call.input, call.error.message) == (r"\ud800", {r"\ud801": r"\ud802é"}, r"\ud803")
