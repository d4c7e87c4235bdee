"""The contract for acts: a framework behaves as if the tool or the model had done the same by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, Literal

import pytest

from pytest_traces.drawing.marks import split_acted
from pytest_traces.errors import Mismatch, TracesError
from pytest_traces.trace.fixture import TraceFixture
from pytest_traces.trace.record import record

Observed = Literal["tool", "llm", "answers", "values"]
"""Calls that acts cannot replace: of tools, of models. `answers`: a call can only fail or begin later.

`values`: the call of a model may return any value.
"""

_TRACEBACK = re.compile(r"Traceback \(most recent call last\):.*?(?=\\n\w+(?:Error|Retry): )", re.DOTALL)
_IDS = re.compile(r"\b(?:[a-z]+_+)?[0-9a-fA-F-]{16,}\b|\bcall_\w{8,}\b")
_ANSWER = "It is 21 degrees in Paris."


class ActsContract:
    """The same scenario, in which acts of the test fail, replace or delay calls."""

    observes: ClassVar[Mapping[Observed, str]] = {}
    """The acts that the framework cannot have, each with the reason; such an act must be refused."""
    outages: int = 1
    """How often `get_weather` fails by itself, which `ask` must respect. The contract sets 0 and uses an act."""

    def ask(self, city: str) -> str:
        """Run the program and return its answer."""
        raise NotImplementedError

    def ask_broken(self) -> None:
        """Run the program with a model that fails."""
        raise NotImplementedError

    def outage(self) -> Exception:
        """Return the error that `get_weather` raises by itself."""
        return TimeoutError("upstream timed out")

    def test_a_tool_that_an_act_fails_is_like_one_that_fails_by_itself(self, trace: TraceFixture) -> None:
        self._require("tool")
        by_itself = self._told(lambda inner: self.ask("Paris"))
        self.outages = 0

        def program(inner: TraceFixture) -> None:
            inner.on("get_weather", type="tool").raises(self.outage())
            assert self.ask("Paris") == _ANSWER

        assert self._told(program, acted={"get_weather": "raises"}) == by_itself

    def test_a_tool_whose_value_an_act_gives_is_like_one_that_returns_it(self, trace: TraceFixture) -> None:
        self._require("tool", "answers")
        by_itself = self._told(lambda inner: self.ask("Paris"))

        def program(inner: TraceFixture) -> None:
            inner.on("geocode", type="tool").returns({"lat": 48.85, "lon": 2.35})
            assert self.ask("Paris") == _ANSWER

        assert self._told(program, acted={"geocode": "returns"}) == by_itself

    def test_a_tool_that_an_act_delays_runs(self, trace: TraceFixture) -> None:
        self._require("tool")
        by_itself = self._told(lambda inner: self.ask("Paris"))

        def program(inner: TraceFixture) -> None:
            inner.on("get_weather", type="tool").delays(seconds=0.001)
            assert self.ask("Paris") == _ANSWER

        assert self._told(program, acted={"get_weather": "delays"}) == by_itself

    def test_a_model_that_an_act_fails_is_like_one_that_fails_by_itself(self, trace: TraceFixture) -> None:
        self._require("llm")
        by_itself = self._told(lambda inner: self._escaped_from(self.ask_broken))

        def program(inner: TraceFixture) -> str | None:
            inner.on(type="llm").raises(RuntimeError("model overloaded"))
            return self._escaped_from(self.ask_down)

        assert self._told(program, acted={"llm": "raises"}) == by_itself

    def ask_down(self) -> None:
        """Run the program of `ask_broken` with a model that answers."""
        self.ask("Paris")

    def test_what_an_act_lets_a_model_say_is_its_answer(self, trace: TraceFixture) -> None:
        self._require("llm", "answers")
        trace.on(type="llm").says(_ANSWER)
        assert self.ask("Paris") == _ANSWER
        [call] = trace.llms
        assert (call.acted, call.status) == ("says", "success")
        assert call.output is None or _ANSWER in str(call.output)

    @pytest.mark.parametrize("arguments", [{"city": "Oslo"}, '{"city": "Oslo"}'], ids=["mapping", "text"])
    def test_what_an_act_lets_a_model_call_is_called(self, trace: TraceFixture, arguments: Any) -> None:
        self._require("llm", "answers")
        trace.on(type="llm").after(1).calls("get_time", arguments)
        self._escaped_from(lambda: self.ask("Paris"))
        assert [call.input for call in trace.find("get_time", type="tool")] == [{"city": "Paris"}, {"city": "Oslo"}]

    def test_a_value_that_is_no_answer_of_a_model_is_refused(self, trace: TraceFixture) -> None:
        self._require("llm", "answers", "values")
        with pytest.raises(TracesError, match=r"no model of '.*' answers with int"), self._recorded() as inner:  # noqa: PT012
            inner.on(type="llm").returns(5)
            self._escaped_from(lambda: self.ask("Paris"))

    def test_where_nothing_can_stand_in_an_act_is_refused(self, trace: TraceFixture) -> None:
        for type in sorted({"tool", "llm"} & self.observes.keys()):
            told = f"can't act on {type} '.*': it is only observed by"
            with pytest.raises(Mismatch, match=told), self._recorded() as inner:  # noqa: PT012
                inner.on(type=type).raises(TimeoutError("late"), times=...)
                self.ask("Paris")

    def _require(self, *kinds: Observed) -> None:
        reasons = [self.observes[kind] for kind in kinds if kind in self.observes]
        if reasons:
            pytest.skip(reasons[0])
        if "llm" in kinds and "llms" in getattr(self, "lacks", ()):
            pytest.skip("it records no calls of models")

    def _escaped_from(self, program: Callable[[], Any]) -> str | None:
        try:
            program()
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return None

    def _told(self, program: Callable[[TraceFixture], Any], acted: dict[str, str] | None = None) -> dict[str, Any]:
        """Return all data of a run, without the marks of acts."""
        with self._recorded() as trace:
            given = program(trace)
        marks = {span.type if span.type == "llm" else span.name: span.acted for span in trace.spans if span.acted}
        assert marks == (acted or {})
        return {
            "escaped": given if isinstance(given, str) and given != _ANSWER else None,
            "tree": "\n".join(split_acted(line)[0] for line in str(trace).splitlines()),
            "values": sorted(_comparable([span.name, span.model, span.input, span.output]) for span in trace.spans),
            "events": sorted((event.path, event.type) for event in trace.events),
            "statuses": [trace.status, *sorted(f"{span.name} {span.status}" for span in trace.spans)],
            "retries": [
                (retry.name, retry.attempts, retry.recovered, list(map(str, retry.errors))) for retry in trace.retries
            ],
            "usage": trace.usage,
        }

    @contextmanager
    def _recorded(self) -> Iterator[TraceFixture]:
        with record() as trace:
            self.prepare(trace)
            yield trace

    def prepare(self, trace: TraceFixture) -> None:
        """Prepare each recording for the scenario, as with `trace.record_calls(...)`."""


def _comparable(value: Any) -> str:
    """Return a value as text, without ids that differ in each run and without the lines of tracebacks."""
    return _IDS.sub("<id>", _TRACEBACK.sub("", json.dumps(value, sort_keys=True)))
