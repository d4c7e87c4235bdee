"""Skips the waits of retry code on demand: of known retry packages only.

The skipped time is kept on the failed attempt; `trace.retries` shows it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from functools import partial
from types import ModuleType
from typing import Any

from pytest_traces.adapters.importing import PostImport
from pytest_traces.adapters.toolkit.patches import Patches, Substitute
from pytest_traces.runtime.calls.stand_ins import pause
from pytest_traces.runtime.recording.context import here
from pytest_traces.runtime.recording.recorder import Place, Record, Recorder

_SDKS = ("anthropic", "groq", "openai", "together")
_SLEEPERS: Mapping[str, tuple[str, ...]] = {
    "pytest_traces.runtime.tracing.tools": ("time", "asyncio"),
    "backoff._sync": ("time",),
    "backoff._async": ("asyncio",),
    "timbal.core.llm.retry": ("asyncio",),
    **{f"{sdk}._base_client": ("time", "anyio") for sdk in _SDKS},
}
"""Modules that sleep only between attempts, and the module whose `sleep` they call."""
_TENACITY = "tenacity"
"""The package that stamina retries with too."""


class _Waits:
    """The recordings that do not wait, and the patches that exist as long as there is one."""

    def __init__(self) -> None:
        self.cut_by: list[Recorder] = []
        self._made = Patches()
        self._imports = PostImport((*_SLEEPERS, _TENACITY), lambda module: nullcontext(), self._imported)
        self._lock = threading.Lock()

    def cut(self, recorder: Recorder) -> None:
        """Skip waits of retry code in a recording until it ends; modules that are imported later included."""
        with self._lock:
            if not self.cut_by:
                sys.meta_path.insert(0, self._imports)
                for name in (*_SLEEPERS, _TENACITY):
                    self._replace(name)
            if recorder not in self.cut_by:
                self.cut_by = [*self.cut_by, recorder]
                recorder.closing.callback(self._wait_again, recorder)

    def _wait_again(self, recorder: Recorder) -> None:
        with self._lock:
            self.cut_by = [one for one in self.cut_by if one is not recorder]
            if not self.cut_by:
                sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self._imports]
                self._made.undo()

    def _imported(self, module: ModuleType) -> None:
        with self._lock:
            if self.cut_by:
                self._replace(module.__name__)

    def _replace(self, name: str) -> None:
        """Replace the `sleep` of a module, if it is imported."""
        module: Any = sys.modules.get(name)
        for library in _SLEEPERS.get(name, ()):
            if hasattr(module, library):
                sleeper = getattr(module, library)
                self._made.swap(module, library, Substitute(sleeper, sleep=_cut_sleep(sleeper)))
        if name == _TENACITY and hasattr(module, "BaseRetrying"):
            module.BaseRetrying.sleep = _Sleep()
            self._made.undone_by(partial(delattr, module.BaseRetrying, "sleep"))


def _cut_sleep(module: Any) -> Callable[..., Any]:
    """Return a `sleep` that returns at once in a recording that does not wait."""
    is_async = module.__name__ != "time"

    def sleep(seconds: float, *rest: Any) -> Any:
        if not _is_cut(seconds):
            return module.sleep(seconds, *rest)
        return pause(0) if is_async else None

    return sleep


class _Sleep:
    """The `sleep` of tenacity's retry objects: the program's own, or none."""

    def __get__(self, retrying: Any, owner: type) -> Any:
        if retrying is None:
            return self
        sleep = retrying.__dict__["sleep"]
        is_async = any(kind.__name__ == "AsyncRetrying" for kind in owner.__mro__)
        return partial(_sleep, sleep, is_async)

    def __set__(self, retrying: Any, sleep: Any) -> None:
        is_ours = isinstance(sleep, partial) and sleep.func is _sleep  # a copy gets the sleep of the original
        retrying.__dict__["sleep"] = sleep.args[0] if is_ours else sleep


def _sleep(sleep: Callable[[float], Any], is_async: bool, seconds: float) -> Awaitable[None] | Any:
    if not _is_cut(seconds):
        return sleep(seconds)
    return pause(0) if is_async else None


def _is_cut(seconds: float) -> bool:
    """Return whether the running code skips a wait, and keep the skipped time."""
    place = here()
    if place is None or place.recorder not in WAITS.cut_by:
        return False
    attempt = _attempt(place)
    if attempt is not None:
        attempt.skipped_ms += seconds * 1e3
        place.recorder.tick()
    return True


def _attempt(place: Place) -> Record | None:
    """Return the last failed attempt in this lane, or the call that is being repeated."""
    around = place.record
    if around is not None and around.type == "retry":
        around = around.parent
    for record in reversed(place.recorder.records):
        if record.parent is around and record.ended is not None and record.status == "error":
            return record
    while around is not None and around.repeats and around.parent is not None:
        around = around.parent
    return around


WAITS = _Waits()
"""The cut waits of this process."""
