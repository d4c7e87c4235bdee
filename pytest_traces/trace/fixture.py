"""What the fixture `trace` and `record()` give: a trace that grows."""

from __future__ import annotations

from collections.abc import Callable

from pytest_traces.model.tree import SpanTree
from pytest_traces.runtime.harvest.tree import Harvest
from pytest_traces.trace.options import TraceOptions
from pytest_traces.trace.trace import Trace


class TraceFixture(Trace):
    """A trace that grows while its program runs: every look at it sees what was recorded so far."""

    def __init__(
        self,
        harvest: Harvest,
        why_empty: Callable[[], str] = str,
        options: TraceOptions | None = None,
        noted: Callable[[Harvest], None] | None = None,
    ) -> None:
        self._harvest = harvest
        self._noted = noted
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

    @property
    def late(self) -> tuple[str, ...]:
        """Names of the spans that started after the recording was over; they are in no trace."""
        return tuple(record.name for record in self._harvest.recorder.late)

    def _tree(self) -> SpanTree:
        self._harvest.recorder.looked_at = True
        if self._noted is not None:
            self._noted(self._harvest)
        return self._harvest.tree
