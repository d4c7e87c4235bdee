"""Document 003's event stream: what happens in a run, on the terminal while it happens."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import TracebackType
from typing import Any, NamedTuple, TextIO

from pytest_traces.model.words.event_types import CHUNK, STAGE
from pytest_traces.model.words.signs import FAILURE
from pytest_traces.runtime.recording.ancestry import upwards
from pytest_traces.runtime.recording.context import CURRENT, here, private_place
from pytest_traces.runtime.recording.recorder import Notice, Record
from pytest_traces.runtime.tracing.handle import SpanHandle
from pytest_traces.runtime.tracing.spans import TraceHandle, describe

_UNSHOWN = frozenset({CHUNK, STAGE})  # too many, without new information


class Row(NamedTuple):
    """One line of the stream."""

    time: str
    """As `14:22:10`."""
    name: str
    detail: str


class TraceStream:
    """Shows the events of a run while they happen, then the run's timeline.

    >>> with TraceStream(prompt="Explain transformers", model="gpt-4.1-mini") as stream:
    ...     stream.emit("query.embed", "Embedding prompt")
    [...]  trace.start
    [...]  query.embed          Embedding prompt
    [...]  trace.complete
    trace:start
    └── ✓  done
    <BLANKLINE>
    Retries: 0
    Status:  SUCCESS

    The events are recorded like any others: inside a span they are its own, elsewhere the stream is a run itself.
    On a terminal a panel is drawn if `rich` is installed; anywhere else there are plain lines.
    """

    def __init__(self, prompt: str = "", model: str = "", *, file: TextIO | None = None) -> None:
        self.prompt = prompt
        self.model = model
        self.events: list[Row] = []
        """What was shown so far."""
        self._file = file
        self._lock = threading.Lock()
        self._screen = ExitStack()
        self._own: SpanHandle | None = None
        self._records: list[Record] = []
        self._show: Callable[[Row], None] | None = None

    def emit(self, name: str, detail: str = "") -> None:
        """Tell that something happened."""
        self._recorder.emit(self._root, name, detail or None)

    def __enter__(self) -> TraceStream:
        self._file = self._file or sys.stdout
        self._before = CURRENT.get()
        self._started = time.perf_counter()
        place = here() or private_place("live")
        self._recorder = place.recorder
        self._show = self._screen.enter_context(_screen(self._file, self._panel))
        if place.record is not None:
            self._root: Record = place.record
        else:
            CURRENT.set(place)
            self._root = self._own = describe(TraceHandle("trace", "workflow"), model_id=self.model or None)
            self._own.record_input({"prompt": self.prompt})
            self._own.__enter__()
        self._records.append(self._root)
        self._recorder.listen(self)
        self.emit("trace.start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.emit("trace.complete" if error is None else "trace.failed", "" if error is None else str(error))
        self._screen.close()  # the panel goes before the summary comes
        self._show = None
        if self._own is not None:
            self._own.__exit__(kind, error, trace)
            CURRENT.set(self._before)

    def started(self, record: Record) -> None:
        """Show that a step below began."""
        if self._root in upwards(record):
            self._records.append(record)
            self._add(f"{record.type}.{record.name}", "")

    def noted(self, notice: Notice) -> None:
        """Show an event of the run or of a step below."""
        if notice.type not in _UNSHOWN and self._root in upwards(notice.record):
            self._add(notice.type, "" if notice.payload is None else str(notice.payload))

    def ended(self, record: Record) -> None:
        """Show what failed; at the end of the run show all of it."""
        if record is self._root:
            self._recorder.unlisten(self)
            self._summarize()
        elif record.error is not None and self._root in upwards(record):
            self._add(f"{record.type}.{record.name}", f"{FAILURE} {record.error.type}: {record.error.message}")

    def _add(self, name: str, detail: str) -> None:
        with self._lock:
            row = Row(time.strftime("%H:%M:%S"), name, detail)
            self.events.append(row)
            if self._show is not None:
                try:
                    self._show(row)
                except (OSError, ValueError):  # the terminal has gone, the program has not
                    self._show = None

    def _summarize(self) -> None:
        from pytest_traces.drawing.timeline import draw_timeline
        from pytest_traces.runtime.harvest.tree import tree_of

        with suppress(OSError, ValueError):
            _write(self._file or sys.stdout, draw_timeline(tree_of(self._records)))

    def _panel(self) -> Any:
        from rich.console import Group
        from rich.panel import Panel
        from rich.table import Table
        from rich.text import Text

        stream, about = Table.grid(padding=(0, 2)), Table.grid(padding=(0, 4))
        for row in self.events:
            stream.add_row(Text(f"[{row.time}]", "dim"), Text(row.name), Text(row.detail))
        elapsed = f"{time.perf_counter() - self._started:.1f}s"
        facts = {"Prompt": self.prompt, "Model": self.model, "Elapsed": elapsed, "Events": str(len(self.events))}
        for key, value in facts.items():
            about.add_row(Text(key, "dim"), Text(value))
        return Panel(Group(Text("Event Stream", "bold"), stream, Text(), about), title="Live Trace", title_align="left")


@contextmanager
def _screen(file: TextIO, panel: Callable[[], Any]) -> Iterator[Callable[[Row], None]]:
    """Yield what shows a row: a panel that is redrawn and goes away, or lines that stay."""
    live = _live_panel(file, panel) if file.isatty() else None
    if live is None:
        yield lambda row: _write(file, f"[{row.time}]  {row.name:<20} {row.detail}".rstrip())
    else:
        with live:
            yield lambda row: live.refresh()


def _live_panel(file: TextIO, panel: Callable[[], Any]) -> Any:
    try:
        from rich.console import Console
        from rich.live import Live
    except ImportError:  # the extra `live` brings it
        return None
    return Live(get_renderable=panel, console=Console(file=file), transient=True, auto_refresh=False)


def _write(file: TextIO, text: str) -> None:
    file.write(f"{text}\n")
    file.flush()
