"""A plain `assert` may compare anything of a trace with a text: it is understood or refused, never unequal by accident.

The attributes are found by introspection: a new one is tried with every text as soon as it is there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any

import pytest
from syrupy.extensions.amber.serializer import AmberDataSerializer

from pytest_traces.errors import TracesError
from pytest_traces.model.consumption.cost import Cost
from pytest_traces.model.consumption.model_usage import UNITS, ModelUsage
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.event import Event
from pytest_traces.model.span import SpanError
from pytest_traces.model.words.compared import Keys, Texts
from pytest_traces.model.words.status import STATUSES
from pytest_traces.trace.run import Retry, Run
from pytest_traces.trace.selection import Selection, Span
from pytest_traces.trace.trace import Trace
from tests.assertions.reading import headline, why
from tests.builders import a_trace, agent, llm, tool

USED = Usage(by_model={"openai/gpt-4o": ModelUsage(**dict.fromkeys(UNITS, 3))})
TRACE = a_trace(
    agent(
        "planner",
        llm("chat", model="openai/gpt-4o", usage=USED, tags=("fast", "eval-7")),
        tool("get_weather", error="TimeoutError: upstream timed out", usage={"rows_read": 7}),
        tool("get_weather", output={"temp": 21}),
        tool("pay", error="ValueError: no", status="blocked", chunks=("a", "b")),
    )
)
PROGRAM_S_OWN = {"input", "output", "metadata", "attributes", "payload", "chunk", "acted"}
"""What the program said is plain JSON, whatever it is compared with."""


def holders() -> Iterator[Any]:
    """One of each kind of thing that users hold."""
    failed = TRACE.first("get_weather")
    yield from (TRACE, TRACE.tools, TRACE.first("chat"), failed, TRACE.retries[0], TRACE.runs[0], failed.events[0])
    yield from (TRACE.usage, TRACE.usage.by_model["openai/gpt-4o"], failed.error)


def attributes(holder: Any) -> Iterator[str]:
    fields = set(getattr(type(holder), "model_fields", ()))
    ours = {name for kind in type(holder).__mro__ if kind.__module__.startswith("pytest_traces") for name in vars(kind)}
    for name in sorted(fields | ours):
        if name[0] != "_" and name not in PROGRAM_S_OWN | {"model_config", "options", "instead", "stamp"}:
            value = getattr(holder, name)
            if not callable(value) and type(value) not in (str, int, float, bool, type(None)):
                yield name


COMPARED = [
    *((type(holder).__name__.lower(), holder) for holder in holders()),
    *(
        (f"{type(holder).__name__.lower()}.{name}", getattr(holder, name))
        for holder in holders()
        for name in attributes(holder)
    ),
]


def readings(value: Any) -> set[str]:
    """The texts by which a user may mean something that is there."""
    if isinstance(value, Trace):
        return readings(value.spans)
    if isinstance(value, Span):
        return {value.name, f"{value.type} {value.name}"}
    if isinstance(value, Retry):
        return {value.name}
    if isinstance(value, Run):
        return {value.run_id, value.root.name}
    if isinstance(value, Event):
        return {value.type, value.path}
    if isinstance(value, SpanError):
        return {value.type, value.message, str(value)} - {""}
    if isinstance(value, Cost):
        return {str(value.usd), "usd", "unpriced"}
    if isinstance(value, (Usage, ModelUsage)):
        return {*type(value).model_fields, "openai/gpt-4o", "rows_read"}
    if isinstance(value, Mapping):
        return {*value, *(name.rpartition("/")[2] for name in value)}
    if isinstance(value, str):
        return {*STATUSES, "warning", "failed", "err", "succes"}
    assert isinstance(value, (tuple, list, Selection)), f"{value!r} has no reading: does it understand texts?"
    return {item for item in value if type(item) is str} | {
        text for item in value if type(item) is not str for text in readings(item)
    }


def variants(text: str) -> Iterator[str]:
    """The same text as it is written by hand: as a glob, in another case, with other separators, with a letter less."""
    yield from (text, f"{text[:-1]}*", text.upper(), text.replace("_", "-"))
    if len(text) > 5 and text.isidentifier() and not text[-3].isdigit():
        yield text[:-3] + text[-2:]


def holds(ask: Callable[[], Any]) -> bool | None:
    """Whether a plain `assert` holds; `None` if it is refused."""
    try:
        return bool(ask())
    except TracesError:
        return None


@pytest.mark.parametrize(("name", "value"), COMPARED, ids=[name for name, _ in COMPARED])
def test_a_text_that_is_there_is_never_told_to_be_absent(name: str, value: Any) -> None:
    wrong = []
    for text in {variant for reading in readings(value) for variant in variants(reading)}:
        if type(value).__name__ in ("_SpanStatus", "_TraceStatus"):
            is_there = text == str(value)
            told = [holds(lambda text=text: text not in value), holds(lambda text=text: value != text)]
            expected = [None, not is_there] if text in type(value).known else [None]
            wrong += [text for one in told if one not in expected]
            continue
        many = isinstance(value, (Trace, Selection, tuple, list, Mapping))
        if holds(lambda text=text: text not in value):
            wrong.append(f"{text!r} not in {name}")
        if holds(lambda text=text: value != text):
            wrong.append(f"{name} != {text!r}")
        if many and not isinstance(value, Mapping) and holds(lambda text=text: value != {text}):
            wrong.append(f"{name} != {{{text!r}}}")
    assert wrong == []


@pytest.mark.parametrize(("name", "value"), COMPARED, ids=[name for name, _ in COMPARED])
def test_a_text_that_is_not_there_is_never_told_to_be_there(name: str, value: Any) -> None:
    for text in ("zebra", "zebra*", "agent zebra", "ZebraError: no stripes"):
        assert holds(lambda text=text: text in value) is not True
        assert holds(lambda text=text: value == text) is not True


def test_every_kind_of_thing_was_compared() -> None:
    kinds = {type(value) for _, value in COMPARED}
    assert kinds >= {Trace, Selection, Span, Retry, Run, Event, Usage, ModelUsage, SpanError, Texts, Keys}
    assert len(COMPARED) > 60


class Tool(Enum):
    WEATHER = "get_weather"


@pytest.mark.parametrize(
    "wanted", ["get_weather", "get_*", re.compile("^get_"), Tool.WEATHER, TRACE.first("get_weather")]
)
def test_names_take_what_find_takes(wanted: Any) -> None:
    names = TRACE.tools.names
    assert (wanted in names, wanted not in names, names.count(wanted) > 0) == (True, False, True)
    assert ("refund" in names, names.count("refund"), "refund" in TRACE.retrievals.names) == (False, 0, False)


NAMES = TRACE.tools.names
RETRY = TRACE.retries[0]
FAILED = TRACE.first("get_weather")


WHOLE = "names are compared whole: 'get_*' is no name here; assert_sequence() takes patterns"
WEATHER = "nothing is called 'get_wether', but 'get_weather' "
LATE = "an error equals its type or its message: 'TimeoutError: upstream timed out' is not "
MEANT = "did you mean that one?"


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda: "get_wether" not in NAMES, f"{WEATHER}ran; {MEANT}"),
        (lambda: NAMES != "pay", "spans and their names never equal a str, got 'pay'"),
        (lambda: {"pay"} != NAMES, "spans and their names never equal a set, got {'pay'}"),
        (lambda: NAMES != ["get_*"], WHOLE),
        (lambda: TRACE.tools != ["get_*"], WHOLE),
        (lambda: TRACE.tools != "pay", "spans and their names never equal a str, got 'pay'"),
        (lambda: TRACE != "planner", "spans never equal a str, got 'planner'"),
        (lambda: "get_wether" not in TRACE.retries, f"{WEATHER}was tried again"),
        (lambda: re.compile("x") in TRACE.retries, "a regex is not compared with a row, got re.compile('x')"),
        (lambda: TRACE.retries != "get_weather", "things in a row never equal a str, got 'get_weather'"),
        (lambda: RETRY != "get_wether", f"{WEATHER}was tried again"),
        (
            lambda: "chunk" not in TRACE.events,
            "<start planner> is no text, got 'chunk': compare its type, its path or its payload",
        ),
        (
            lambda: "planner" not in TRACE.runs,
            "<run planner [success] 5 spans> is no text, got 'planner': "
            "compare `run.root`, `run.spans` or `run.run_id`",
        ),
        (lambda: "time" in RETRY, "<retry get_weather 2 attempts, recovered> holds no 'time': ask one of its fields"),
        (lambda: FAILED.error != "upstream", f"{LATE}'upstream', but nearly"),
        (lambda: FAILED.error != "TimeotError", f"{LATE}'TimeotError', but nearly"),
        (lambda: FAILED.parent != "planer", f"nothing is called 'planer', but 'planner' ran; {MEANT}"),
        (
            lambda: FAILED.status != "failed",
            "unknown status of a span 'failed'; did you mean 'error'?; "
            "known: blocked, cancelled, error, running, success, timeout",
        ),
        (
            lambda: TRACE.status != "error",
            "unknown status of a trace 'error'; did you mean 'failed'?; known: failed, running, success, warning",
        ),
        (
            lambda: "gpt-4o" not in TRACE.usage.by_model,
            f"nothing is called 'gpt-4o', but 'openai/gpt-4o' is there; {MEANT}",
        ),
        (
            lambda: "fsat" not in TRACE.first("chat").tags,
            f"nothing is called 'fsat', but 'fast' is there; {MEANT}",
        ),
        (
            lambda: re.compile("^FAST") not in TRACE.first("chat").tags,
            f"nothing is called /^FAST/, but 'fast' is there; {MEANT}",
        ),
    ],
)
def test_a_comparison_without_a_meaning_is_refused(ask: Callable[[], Any], told: str) -> None:
    assert headline(ask).partition(": ")[2] == told


def test_a_comparison_with_a_meaning_is_made() -> None:
    assert "get_*" in TRACE.tools.names
    assert TRACE.tools.names.count("get_*") == 2
    assert "get_weather" in TRACE.retries
    assert "pay" not in TRACE.retries
    assert TRACE.retries == ["get_weather"]
    assert RETRY.errors == ("TimeoutError",)
    assert "ValueError" not in RETRY.errors
    assert FAILED.parent == "planner"
    assert FAILED.parent == "agent planner"
    assert FAILED.parent != "pay"
    assert FAILED.error == "TimeoutError"
    assert FAILED.error != "KeyError"
    assert FAILED.error == "Timeout*"
    assert FAILED.status == "error"
    assert FAILED.status in ("error", "timeout")
    assert "error" in FAILED.status
    assert TRACE.status != "running"
    assert TRACE.status != 5
    assert "eval-*" in TRACE.first("chat").tags
    assert TRACE.first("chat").tags == ["fast", "eval-7"]
    assert "openai/*" in TRACE.usage.by_model
    assert "rows_read" in TRACE.usage.counters
    assert 5 not in TRACE.usage.counters
    assert TRACE.tools.names == ("get_weather", "get_weather", "pay")
    assert TRACE.tools.names != 5
    assert TRACE.usage != 5
    assert TRACE == TRACE
    assert TRACE.retries != 5
    assert TRACE.first("chat").tags != 5


def test_the_costs_of_calls_are_not_compared_with_an_amount() -> None:
    cost = TRACE.usage.cost
    told = f"TracesError: {cost!r} is not compared with a number, got 3.0: compare `usage.cost_usd`"
    assert (why(lambda: cost != 3.0), cost == TRACE.usage.cost, cost == ()) == (told, True, False)


@pytest.mark.parametrize(
    "value", [TRACE.runs[0], TRACE.events[0], FAILED, FAILED.error, FAILED.status, RETRY, TRACE.usage]
)
def test_the_empty_text_means_nothing(value: Any) -> None:
    assert value not in ("", None)


def test_a_span_of_no_trace_is_compared_by_its_name() -> None:
    alone = Span(name="pay", type="tool", path="pay", call_id="1", run_id="1", t0=0.0)
    assert alone == "pay"
    assert alone != "refund"


def test_a_serializer_may_look_for_line_breaks_in_a_status() -> None:
    dumped = [span.model_dump() for span in TRACE.spans]
    assert "'status': 'error'" in str(AmberDataSerializer.serialize(dumped))
