"""Functions of the program that a test names: their calls are recorded, the program is unchanged."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_traces.adapters.named_calls.names import functions_named
from pytest_traces.adapters.named_calls.watched_functions import watch
from pytest_traces.runtime.recording.recorder import Recorder


def record_calls(recorder: Recorder, names: Iterable[str], type: str = "tool") -> None:
    """Record the calls of named functions until the recording ends; raises `TracesError` before it watches any."""
    found = [function for name in names for function in functions_named(name)]
    for function in found:
        recorder.closing.callback(watch(function, recorder, type))
