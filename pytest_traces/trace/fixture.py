"""The value of the fixture `trace` and of `record()`: a trace of a running program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from pytest_traces.acting.act import Act, picked
from pytest_traces.acting.act_values import checked_error
from pytest_traces.acting.acts import RecordedActs, act_in
from pytest_traces.acting.faults import faults_of
from pytest_traces.acting.holding import holding
from pytest_traces.acting.picked_calls import Picked
from pytest_traces.assertions.queries.matching.texts import Text, anything
from pytest_traces.errors import TracesError
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.words.compared import Texts
from pytest_traces.runtime.effects import Raises
from pytest_traces.runtime.harvest.tree import Harvest
from pytest_traces.trace.options import TraceOptions
from pytest_traces.trace.recordings.host import present_host
from pytest_traces.trace.recordings.sweep import Sweep
from pytest_traces.trace.trace import Trace


class TraceFixture(Trace):
    """The trace of a running program: each access returns the recording so far."""

    def __init__(
        self,
        harvest: Harvest,
        why_empty: Callable[[], str] = str,
        options: TraceOptions | None = None,
        noted: Callable[[Harvest], None] | None = None,
    ) -> None:
        self._harvest = harvest
        self._noted = noted
        self._raised: Exception | None = None
        super().__init__(SpanTree(), why_empty, options)

    def record_calls(self, *names: str, type: str = "tool") -> None:
        """Record the calls of functions of the program from now on, until the recording ends.

        For programs without a framework, whose tools are plain functions:

            trace.record_calls("shop.tools:search", "shop.tools:Cart.*")
            trace.record_calls("shop.agent:answer", type="agent")

        The module of a name is imported; a glob matches functions that a module or a class defines itself. Calls
        through any reference count: imported names, tables of tools, decorators. Raises `TracesError` for an unknown
        name.
        """
        __tracebackhide__ = True
        from pytest_traces.adapters.named_calls import record_calls

        record_calls(self._harvest.recorder, names, type)

    def on(self, name: Text = anything, /, **conditions: Any) -> Picked:
        """Pick calls that have not begun; the verb that follows defines the effect in place of them.

            trace.on("get_weather").raises(TimeoutError("upstream timed out"))
            trace.on("search", input={"q": "paris"}).returns({"hits": []}, times=...)
            trace.on(type="llm", under="planner").after(1).says("I cannot help with that.")

        A condition must be known before a call runs: `name type path model tags input metadata source under`. The
        test fails at its end if an act took fewer calls than it says.
        """
        __tracebackhide__ = True
        if self._harvest.recorder.closed:
            raise TracesError("trace.on() picks calls that are still to come, and this recording is over")
        act = Act(picked(name, conditions))
        act_in(self._harvest.recorder, act)
        return Picked(act)

    @property
    def late(self) -> tuple[str, ...]:
        """Names of the spans that started after the end of the recording; they are in no trace."""
        return Texts(self._harvest.recorder.gaps.late)

    def without_waiting(self) -> None:
        """Skip the waits between attempts from now on, until the recording ends; `retry.skipped_ms` is their sum.

        Known retry code continues at once: tenacity, stamina, backoff, the SDKs, Timbal's models and the `backoff=` of
        `@trace_tool`. Every other sleep takes its time.
        """
        from pytest_traces.adapters.waits import WAITS

        WAITS.cut(self._harvest.recorder)

    def sweep(
        self,
        program: Callable[[], Any],
        name: Text = anything,
        /,
        *,
        raises: BaseException | type[BaseException],
        at_most: int | None = None,
        **conditions: Any,
    ) -> Sweep[TraceFixture]:
        """Run a program once without a failure, then once for each matching call with that call failing.

            for outage in trace.sweep(lambda: ask("Do I need an umbrella?"), type="tool", raises=TimeoutError()):
                outage.assert_calls({"charge_card": at_most(1)})

        Yields the trace of each run with a failure; `async for` runs an async program. `outage.raised` is the exception
        that left the program in a run. More than 100 calls raise `TracesError` unless `at_most` limits the runs; a
        warning names the calls left out. `sweep.well` is the trace of the run without a failure.
        """
        __tracebackhide__ = True
        effect = Raises(checked_error(raises))
        sweep = Sweep(TraceFixture, program, name, effect=effect, conditions=conditions, at_most=at_most)
        present_host().until_over(sweep.require_run)
        return sweep

    def begin_outage(self, act: Act) -> None:
        """Begin a run of a sweep: make one call of this recording fail, and title messages after the call."""
        act_in(self._harvest.recorder, act)
        self.entitle(act.title)

    def entitle(self, title: str) -> None:
        """Set the title of messages about this recording, a run of a sweep."""
        self._caption = self._harvest.recorder.owner = title

    def end_outage(self, error: Exception) -> None:
        """End a run of a sweep: keep the exception that left the program."""
        self._raised = error

    @property
    def raised(self) -> Exception | None:
        """The exception that left the program in this run of a sweep; `None` if the program handled the failure."""
        return self._raised

    def forget(self) -> None:
        """Do not draw this recording if the test fails: its run of a sweep passed."""
        present_host().forget(self._harvest)

    def acting(self) -> AbstractContextManager[None]:
        """Check the acts of a block at its end."""
        return holding(self.faults_of_acts)

    def faults_of_acts(self) -> Iterator[Exception]:
        """Return the faults of the acts; each act is checked once."""
        acts = self._harvest.recorder.acts
        return faults_of(acts, self._home().scope) if isinstance(acts, RecordedActs) else iter(())

    def _tree(self) -> SpanTree:
        self._harvest.recorder.looked_at = True
        if self._noted is not None:
            self._noted(self._harvest)
        return self._harvest.tree
