"""The value of the fixture `trace` and of `record()`: a trace that grows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from pytest_traces.acting.act import Act, picked
from pytest_traces.acting.acts import RecordedActs, act_in
from pytest_traces.acting.checking import checked_error
from pytest_traces.acting.holding import holding
from pytest_traces.acting.judging import faults_of
from pytest_traces.acting.picking import Picked
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
    """A trace that grows while its program runs: each access returns the recording so far."""

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

        A name is imported; a glob takes what a module or a class defines itself. Every reference to the function
        counts: imported names, tables of tools, decorators. Raises `TracesError` for a name that does not exist.
        """
        __tracebackhide__ = True
        from pytest_traces.adapters.named_calls import record_calls

        record_calls(self._harvest.recorder, names, type)

    def on(self, name: Text = anything, /, **conditions: Any) -> Picked:
        """Pick calls that are still to come; the verb that follows says what happens in place of them.

            trace.on("get_weather").raises(TimeoutError("upstream timed out"))
            trace.on("search", input={"q": "paris"}).returns({"hits": []}, times=...)
            trace.on(type="llm", under="planner").after(1).says("I cannot help with that.")

        Conditions are those known before a call runs: `name type path model tags input metadata source under`. The
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
        """Names of the spans that started after the recording was over; they are in no trace."""
        return Texts(self._harvest.recorder.gaps.late)

    def without_waiting(self) -> None:
        """Cut the waits between attempts from now on, until the recording ends: `retry.skipped_ms` tells them.

        Retry code that is known goes on at once: tenacity, stamina, backoff, the SDKs, Timbal's models and the
        `backoff=` of `@trace_tool`. Every other sleep takes its time.
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
        """Run a program once well, then once for each call that matches with that call failing; give those traces.

            for outage in trace.sweep(lambda: ask("Do I need an umbrella?"), type="tool", raises=TimeoutError()):
                outage.assert_calls({"charge_card": at_most(1)})

        `async for` runs an async program. What leaves the program in a run is `outage.raised`. More than 100 calls
        are refused unless `at_most` says how many are run; what is left out is warned of. The trace of the run in
        which no call fails is `sweep.well`.
        """
        __tracebackhide__ = True
        effect = Raises(checked_error(raises))
        sweep = Sweep(TraceFixture, program, name, effect=effect, conditions=conditions, at_most=at_most)
        present_host().until_over(sweep.require_run)
        return sweep

    def begin_outage(self, act: Act) -> None:
        """Make one call of this recording fail, and use it as title in messages: a run of a sweep."""
        act_in(self._harvest.recorder, act)
        self.entitle(act.title)

    def entitle(self, title: str) -> None:
        """Name messages after this recording: a run of a sweep."""
        self._caption = self._harvest.recorder.owner = title

    def end_outage(self, error: Exception) -> None:
        """Keep the exception that left the program in this run."""
        self._raised = error

    @property
    def raised(self) -> Exception | None:
        """The exception that left the program in this run of a sweep; `None` if the program handled the failure."""
        return self._raised

    def forget(self) -> None:
        """Do not draw this recording if the test fails: a run of a sweep that passed."""
        present_host().forget(self._harvest)

    def acting(self) -> AbstractContextManager[None]:
        """Check the acts of a block at its end."""
        return holding(self.faults_of_acts)

    def faults_of_acts(self) -> Iterator[Exception]:
        """Return the faults of the acts; each act is judged once."""
        acts = self._harvest.recorder.acts
        return faults_of(acts, self._home().scope) if isinstance(acts, RecordedActs) else iter(())

    def _tree(self) -> SpanTree:
        self._harvest.recorder.looked_at = True
        if self._noted is not None:
            self._noted(self._harvest)
        return self._harvest.tree
