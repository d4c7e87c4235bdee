"""The contract of every framework: one scenario, and the trees that it must draw."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, ClassVar, Literal

import pytest

from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.context import aside
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.testing.readings import values_read
from pytest_traces.trace.trace import Trace

Lack = Literal["llms", "chunks", "usage", "inputs", "cancellation"]
"""Data and behaviour that a framework may lack: model calls, pieces, tokens, arguments, cancelled runs."""

TREE = """\
agent weather
  llm
  ∥ tool geocode
  ∥ tool get_time
  llm
  tool get_weather ✗ TimeoutError: upstream timed out
  llm
  tool get_weather
  llm"""

BROKEN_TREE = """\
agent weather ✗ RuntimeError: model overloaded
  llm ✗ RuntimeError: model overloaded"""

NESTED_TREE = """\
agent desk
  llm
  tool ask_weather
    {weather}
  llm"""

CANCELLED_TREE = """\
agent weather [cancelled]
  llm
  tool get_weather [cancelled]"""


class ScenarioContract:
    """One scenario, one canonical tree.

    The program: an agent `weather` asks its model, which calls `geocode` and `get_time` side by side, then
    `get_weather`, which fails once with `TimeoutError("upstream timed out")`; the model asks again and it succeeds;
    the model streams the answer. The four model calls report 100 tokens in and 20 out in total. All tools take
    `{"city": city}`; they return `{"lat": 48.85, "lon": 2.35}`, `"12:00"` and `{"temp": 21}`.

    Equal for all frameworks: types, nesting, order and concurrency. Also equal: names of agents and tools, errors,
    inputs and outputs of tools, the streamed text, token sums, the retry. Free: the name of a model call (`llm`,
    `chat`, or the model), metadata, attributes. `lacks` declares the data that a framework does not give; the contract
    checks that such data is really absent.
    """

    source: ClassVar[str]
    """The `source` of the spans."""
    lacks: ClassVar[Mapping[Lack, str]] = {}
    """The data that the framework lacks, and why."""
    beside: ClassVar[frozenset[str]] = frozenset()
    """Sources of further spans, if the framework only calls models: `record_calls` for functions of the program."""
    escapes: ClassVar[str | None] = "RuntimeError: model overloaded"
    """The error that the caller of a broken run gets; `None` if the framework passes none on."""
    failure: ClassVar[str] = "TimeoutError: upstream timed out"
    """The error of the failing tool; set it if the framework passes on its text and not its exception."""

    def ask(self, city: str) -> str:
        """Run the program and return its answer, `It is 21 degrees in Paris.`"""
        raise NotImplementedError

    def ask_broken(self) -> None:
        """Run the program with a model whose first call raises `RuntimeError("model overloaded")`."""
        raise NotImplementedError

    def ask_desk(self, city: str) -> None:
        """Run an agent `desk` whose model calls a tool `ask_weather`, which returns `self.ask(city)`, and answers."""
        raise NotImplementedError

    def wait_for_weather(self, wait: Callable[[], Awaitable[None]]) -> Coroutine[Any, Any, Any]:
        """Return a run of the agent `weather` whose model calls `get_weather`, which awaits `wait()`."""
        raise NotImplementedError

    @pytest.mark.parametrize("test", ["first", "second"])
    def test_the_scenario_gives_the_canonical_tree_in_every_test(self, trace: Trace, test: str) -> None:
        assert self.ask("Paris") == "It is 21 degrees in Paris."
        assert troubles_of(trace) == []
        assert drawn(trace) == self._without_lacks(TREE)

    def test_a_second_run_in_the_same_test_gives_the_same_tree_again(self, trace: Trace) -> None:
        self.ask("Paris")
        self.ask("Paris")
        assert drawn(trace) == self._without_lacks(f"{TREE}\n{TREE}")

    def test_every_span_knows_its_source_its_run_and_its_end(self, trace: Trace) -> None:
        self.ask("Paris")
        assert {span.source for span in trace.spans} == {self.source, *self.beside}
        assert len(trace.runs) == 1
        assert [span for span in trace.spans if span.t1 is None or span.status == "running"] == []

    def test_what_went_in_and_out_of_the_tools_is_recorded(self, trace: Trace) -> None:
        self.ask("Paris")
        took = None if "inputs" in self.lacks else {"city": "Paris"}
        assert [call.input for call in trace.tools] == [took] * 4
        assert trace.one("geocode").output == {"lat": 48.85, "lon": 2.35}
        assert trace.one("get_time").output == "12:00"
        assert [call.output for call in trace.find("get_weather")] == [None, {"temp": 21}]

    def test_the_retry_is_found_and_the_run_succeeds_with_a_warning(self, trace: Trace) -> None:
        self.ask("Paris")
        [retry] = trace.retries
        assert (retry.name, retry.attempts, retry.recovered) == ("get_weather", 2, True)
        assert [str(error) for error in retry.errors] == [self.failure]
        assert trace.status == "warning"

    def test_the_streamed_answer_arrives_in_pieces(self, trace: Trace) -> None:
        self.ask("Paris")
        pieces = [text for event in trace.events if event.type == "chunk" if (text := text_of(event.chunk))]
        if "chunks" in self.lacks:
            assert pieces == []
        else:
            assert len(pieces) > 1
            assert "".join(pieces) == "It is 21 degrees in Paris."

    def test_usage_is_counted_once(self, trace: Trace) -> None:
        self.ask("Paris")
        if "usage" in self.lacks:
            assert not trace.usage
        else:
            assert (trace.usage.input_tokens, trace.usage.output_tokens) == (100, 20)
            assert trace.roots[0].usage == trace.usage

    def test_a_failed_run_is_recorded_and_its_error_passes_through(self, trace: Trace) -> None:
        assert self._escaped() == self.escapes
        assert drawn(trace) == self._without_lacks(BROKEN_TREE)
        assert trace.status == "failed"

    def test_an_agent_in_a_tool_is_drawn_there_and_counted_once(self, trace: Trace) -> None:
        self.ask_desk("Paris")
        assert drawn(trace) == self._without_lacks(NESTED_TREE.format(weather=TREE.replace("\n", "\n    ")))
        if "usage" not in self.lacks:
            assert trace.agents.one("weather").usage.input_tokens == 100
            assert trace.roots[0].usage == trace.usage

    def test_a_cancelled_run_is_told_apart_from_a_failed_one(self, trace: Trace) -> None:
        if "cancellation" in self.lacks:
            pytest.skip(self.lacks["cancellation"])

        async def give_up() -> None:
            waiting = asyncio.Event()

            async def wait() -> None:
                waiting.set()
                await asyncio.Event().wait()

            run = asyncio.ensure_future(self.wait_for_weather(wait))
            await waiting.wait()
            run.cancel()
            await asyncio.wait([run])

        asyncio.run(give_up())
        assert drawn(trace) == self._without_lacks(CANCELLED_TREE)

    def test_concurrent_runs_in_threads_are_kept_apart(self, trace: Trace) -> None:
        threads = [threading.Thread(target=self.ask, args=[city]) for city in ("Oslo", "Paris", "Rome")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert drawn(trace) == self._without_lacks("\n".join([f"∥ {TREE}"] * 3))
        assert len(trace.runs) == 3
        if "inputs" not in self.lacks:
            asked = [{call.input["city"] for call in root.descendants.find(type="tool")} for root in trace.roots]
            assert sorted(asked, key=str) == [{"Oslo"}, {"Paris"}, {"Rome"}]

    def test_a_program_without_a_recorder_works_as_ever(self) -> None:
        assert self.ask("Paris") == "It is 21 degrees in Paris."
        assert self._escaped() == self.escapes

    def test_a_program_without_a_recorder_has_none_of_its_values_read(self) -> None:
        def read() -> list[str]:
            with values_read() as found:
                self.ask("Paris")
                self._escaped()
            return found

        with aside():
            assert read() == []
        with recording(Recorder("a test")):
            assert read() != []

    def _escaped(self) -> str | None:
        try:
            self.ask_broken()
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return None

    def _without_lacks(self, tree: str) -> str:
        lines = tree.replace("TimeoutError: upstream timed out", self.failure).splitlines()
        return "\n".join(line for line in lines if "llms" not in self.lacks or not line.lstrip().startswith("llm"))


def troubles_of(trace: Trace) -> list[str]:
    """Return the errors inside adapters during a recording."""
    recorder: Recorder = trace._harvest.recorder  # type: ignore[attr-defined]
    return recorder.gaps.troubles


def drawn(trace: Trace) -> str:
    """Draw a trace in the form that all frameworks share: indented, model calls without a name."""
    lines = []
    for line in str(trace).splitlines():
        text = line.lstrip("│├└─ ")
        depth = (len(line) - len(text)) // 3
        lines.append("  " * depth + re.sub(r"^llm (\"[^\"]*\"|\S+)", "llm", text))
    return "\n".join(lines)


def text_of(chunk: Any) -> str:
    """Return the text of a streamed piece: plain, or the `text` of a structured one."""
    if isinstance(chunk, dict):
        return str(chunk.get("text") or "") if chunk.get("type") in (None, "text") else ""
    return chunk if isinstance(chunk, str) else ""
