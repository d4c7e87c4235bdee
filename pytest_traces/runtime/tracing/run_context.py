"""The run of the running code, to read and to extend: document 001's `RunContext`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pytest_traces.runtime.recording.ancestry import run_id_of, upwards
from pytest_traces.runtime.recording.context import CURRENT
from pytest_traces.runtime.recording.recorder import Place, Record
from pytest_traces.runtime.tracing.checks import amount_of, text_of
from pytest_traces.wording import nearest

if TYPE_CHECKING:
    from pytest_traces.model.span import SpanData

_MISSING = object()
_FIELDS = ("input", "output", "metadata", "attributes", "status", "name", "type", "model", "tags")


def get_run_context() -> RunContext | None:
    """Return the context of the run that the running code belongs to; `None` outside of any, or without a recorder.

    >>> context = get_run_context()
    >>> if context:
    ...     context.update_usage("tokens", 150)
    """
    place = CURRENT.get()
    record = place.record if isinstance(place, Place) else None
    return None if record is None else RunContext(record)


class RunContext:
    """The run that the running code belongs to, seen from the span that encloses it."""

    def __init__(self, record: Record) -> None:
        self._record = record

    @property
    def id(self) -> str:
        """The id of the run: every span of it carries this `run_id`."""
        return run_id_of(self._record)

    @property
    def trace(self) -> Mapping[str, SpanData]:
        """The spans of the run so far, by call id; the running ones included."""
        from pytest_traces.runtime.harvest.tree import tree_of

        run = self.id
        return {span.call_id: span for span in tree_of(self._record.recorder.records).spans if span.run_id == run}

    def current_span(self) -> SpanData:
        """Return the present state of the span that encloses the running code; steps of frameworks are skipped."""
        spans = self.trace
        shown = (record.call_id for record in upwards(self._record) if record.call_id in spans)
        return spans[next(shown, self._record.call_id)]

    def parent_span(self) -> SpanData | None:
        """Return the span above the current one, even if it belongs to another run."""
        from pytest_traces.runtime.harvest.tree import tree_of

        return tree_of(self._record.recorder.records).parent(self.current_span())

    def step_span(self, name: str) -> SpanData:
        """Return the last span of the run with this name; raises `KeyError` where there is none."""
        spans = [span for span in self.trace.values() if span.name == name]
        if not spans:
            known = sorted({span.name for span in self.trace.values()})
            raise KeyError(f"no step {name!r} in this run{nearest(name, known)}")
        return spans[-1]

    def update_usage(self, key: str, amount: int | float) -> None:
        """Count what the current span consumed; its ancestors include it.

        `key` is a counter's name, or `model:unit` as in `openai/gpt-4o-mini:input_tokens`.
        """
        key = text_of(key)
        self._record.count(key, amount_of(self._record.name, key, amount))

    def set_data(self, key: str, value: Any) -> None:
        """Share a value, as it is, with the steps of this run."""
        self._record.__dict__.setdefault("shared", {})[key] = value

    def get_data(self, path: str, default: Any = _MISSING) -> Any:
        """Return what a step shared, took or gave.

        `"user_id"` is data of this step or one above it. `"..output"` is the parent's output, `"..shared.key"` its
        data. `"search.shared.key"` and `"search.output.0"` are those of the nearest step of that name.
        Raises `KeyError` if there is no such value and no default.
        """
        try:
            return self._look_up(path)
        except (KeyError, IndexError, TypeError, ValueError):
            if default is _MISSING:
                raise KeyError(f"no data {path!r} for step {self._record.name!r}") from None
            return default

    def _look_up(self, path: str) -> Any:
        if path.startswith(".."):
            if self._record.parent is None:
                raise KeyError(path)
            return _within(self._record.parent, path[2:].split("."))
        if path.startswith("."):
            return _within(self._record, path[1:].split("."))
        for one in upwards(self._record):
            if path in _shared(one):
                return _shared(one)[path]
        name, _, rest = path.partition(".")
        step = next((one for one in self._steps_near() if one.name == name), None)
        if step is None or not rest:
            raise KeyError(path)
        return _within(step, rest.split("."))

    def _steps_near(self) -> Iterator[Record]:
        """Yield the steps this one may refer to, the nearest first: latest siblings, then those of its parent."""
        parents = list(upwards(self._record))[1:]
        family: dict[int, list[Record]] = {}
        for record in reversed(self._record.recorder.records):
            if record.parent is not None and record is not self._record:
                family.setdefault(id(record.parent), []).append(record)
        for parent in parents:
            yield from family.get(id(parent), ())


def _shared(record: Record) -> Mapping[str, Any]:
    shared: Mapping[str, Any] = record.__dict__.get("shared", {})
    return shared


def _within(record: Record, keys: list[str]) -> Any:
    """Follow keys into a step: its field, then keys of mappings and places in lists."""
    first, *rest = keys
    if first == "shared":
        value: Any = _shared(record)
    elif first in _FIELDS:
        value = getattr(record, first)
    else:
        raise KeyError(first)
    for key in rest:
        value = value[int(key)] if isinstance(value, (list, tuple)) else value[key]
    return value
