"""Watches the public functions of a framework whose hooks are gone: their calls cannot be recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.runtime.calls.around import around
from pytest_traces.runtime.recording.context import here

_HINT = "hint: use a supported version of it, or update pytest-traces"


def watch_entrance(made: Patches, owner: Any, name: str, trouble: str) -> None:
    """Record, in the test that calls a public function, why the call is not recorded."""

    def notice(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        place = here()
        if place is not None:
            place.recorder.gaps.unrecorded.add(f"{trouble}\n{_HINT}")

    made.wrap(owner, name, lambda function: around(function, notice))
