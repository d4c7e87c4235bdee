"""A file that was damaged or edited is refused, or is a trace like any other: never half of one, never a crash."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from pytest_traces.errors import CorruptFile, EmptyTrace, UsageNotRecorded
from pytest_traces.formats.otlp.writing import encode_otlp
from pytest_traces.model.tree import SpanTree
from pytest_traces.trace.trace import Trace
from tests.builders import a_tree, agent, at_once, llm, tool
from tests.formats.files import any_value, load, otlp, otlp_span, rows
from tests.formats.test_jaeger import jaeger, jaeger_span, tag
from tests.formats.test_jsonl import facts

TREE = a_tree(
    agent(
        "weather",
        llm("gpt-4o", tokens=(60, 12), chunks=["It ", "is"]),
        at_once(tool("geocode", input={"city": "Paris"}, notes=[("retry", {"type": "KeyError"})]), tool("get_time")),
        tool("get_weather", error="TimeoutError: upstream", output={"temp": 21}, metadata={"plan": "pro"}),
    )
)
CHAT = {
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.usage.input_tokens": 60,
    "llm.input_messages.0.message.content": "Hello",
    "metadata": '{"plan": "pro"}',
}
EVENT = {"timeUnixNano": "1700000000000000000", "name": "exception", "attributes": []}
FOREIGN = otlp(
    otlp_span(1, attributes={"gen_ai.operation.name": "invoke_agent"}),
    otlp_span(2, parent=1, attributes=CHAT, status={"code": 2, "message": "no"}, events=[EVENT]),
    otlp_span(3, parent=1, ms=20, attributes={"gen_ai.tool.name": "x", "gen_ai.tool.call.id": "c"}),
)
JAEGER = jaeger(
    jaeger_span("a1", logs=[{"timestamp": 1_700_000_000_001_000, "fields": [tag("event", "x")]}]),
    jaeger_span("a2", parent="a1", tags=[tag("error", True, "bool"), tag("gen_ai.tool.name", "x")]),
)
FILES: list[list[Any]] = [rows(TREE), [encode_otlp(TREE.spans, TREE.noted)], [FOREIGN], [JAEGER]]

ODD: list[Any] = [
    *(None, True, 0, -1, 1.5, 10**30, 1e300, float("nan"), float("inf"), "", "x", "0", "NaN", "\x00", "\ud83d", "[1"),
    *([], {}, [[]], {"": {}}, {"stringValue": "x"}, [None], any_value([1]), json.loads("[" * 150 + "]" * 150)),
]


def edit(change: Callable[[Any, Any], Any]) -> some.SearchStrategy:
    """Change one value of the file, picked by a number."""
    return some.tuples(some.just(change), some.integers(0, 10_000), some.sampled_from(ODD))


EDITS = some.one_of(
    edit(lambda holder, odd: odd),
    edit(lambda holder, odd: ...),  # left out
    edit(lambda value, odd: [value, odd]),
    edit(lambda value, odd: {"x": value}),
    edit(lambda value, odd: value[::-1] if isinstance(value, list) else value),
    edit(lambda value, odd: value[:1] * 2 if isinstance(value, list) else value),
    edit(lambda value, odd: value | {"x": odd} if isinstance(value, dict) else value),
    edit(lambda value, odd: str(value)),
)
DAMAGES = some.lists(
    some.tuples(some.floats(0, 1), some.integers(0, 30), some.binary(max_size=4) | some.sampled_from(b'"{}[],:\\')),
    max_size=2,
)


def places(value: Any, depth: int = 0) -> list[tuple[Any, Any]]:
    """Every place in a JSON value, as its holder and its key there; those below 40 levels are left out."""
    if depth == 40:
        return []
    keys = range(len(value)) if isinstance(value, list) else list(value) if isinstance(value, dict) else ()
    return [place for key in keys for place in [(value, key), *places(value[key], depth + 1)]]


def edited(documents: list[Any], edits: list[Any]) -> list[Any]:
    copied = json.loads(json.dumps(documents))
    for change, number, odd in edits:
        found = places(copied)
        holder, key = found[number % len(found)]
        value = change(holder[key], copy.deepcopy(odd))
        if value is ...:
            del holder[key]
        else:
            holder[key] = value
        if not copied:
            return [{}]
    return copied


def damaged(text: bytes, damages: list[Any]) -> bytes:
    for share, length, put in damages:
        at = int(share * len(text))
        text = text[:at] + (put if isinstance(put, bytes) else bytes([put])) + text[at + length :]
    return text


def use(trace: Trace) -> None:
    """Do with a trace what a test does."""
    str(trace).encode()
    trace.timeline().encode()
    assert len(trace.events) >= len(trace.spans)
    assert [retry.attempts > 1 for retry in trace.retries] == [True] * len(trace.retries)
    assert trace.status in ("running", "success", "warning", "failed")
    with suppress(UsageNotRecorded):
        assert trace.usage.total_tokens >= 0


def loaded(file: Path) -> Trace | str:
    """A trace, or why it cannot be loaded."""
    try:
        return Trace.load(file)
    except CorruptFile as error:
        return str(error)


def tree_of(trace: Trace) -> SpanTree:
    return trace._tree()


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    which=some.sampled_from(range(len(FILES))),
    edits=some.lists(EDITS, max_size=3),
    damages=DAMAGES,
)
def test_a_mutated_file_is_refused_or_a_whole_trace(tmp_path: Path, which, edits, damages):
    text = "\n".join(json.dumps(document) for document in edited(FILES[which], edits)).encode()
    file = tmp_path / "trace.json"
    file.write_bytes(damaged(text, damages))
    trace = loaded(file)
    if isinstance(trace, str):
        assert trace.startswith(f"{file}")
        assert len(trace) < 1_500
        return
    if not trace.spans:
        with pytest.raises(EmptyTrace):
            trace.assert_no_errors()
        return
    use(trace)
    assert facts(load(tmp_path, *rows(tree_of(trace)), name="again.json")) == facts(trace)
