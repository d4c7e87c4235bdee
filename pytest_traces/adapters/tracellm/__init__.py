"""TraceLLM (`tracellm-cli`): its traces and tools as they run, every attempt a step, without database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import ModuleType

from pytest_traces.adapters.toolkit.patches import patches
from pytest_traces.errors import TracesError


@contextmanager
def capture() -> Iterator[Callable[[], None]]:
    """Record TraceLLM wherever a test records; yields what makes it forget the last test."""
    import tracellm

    if not _is_tracellm_cli(tracellm):
        raise TracesError(
            "this `tracellm` is an unrelated logger of model responses; TraceLLM is installed as `tracellm-cli`, "
            "and of the two packages of this name the later install wins"
        )
    from pytest_traces.adapters.tracellm.langchain import watch_handler
    from pytest_traces.adapters.tracellm.offline import stay_offline
    from pytest_traces.adapters.tracellm.openai import watch_openai
    from pytest_traces.adapters.tracellm.runs import Runs, watch_runs
    from pytest_traces.adapters.tracellm.stream import watch_stream
    from pytest_traces.adapters.tracellm.tools import watch_tools

    runs = Runs()
    with patches() as made:
        stay_offline(made)
        watch_runs(made, runs)
        watch_tools(made)
        watch_stream(made)
        watch_openai(made)
        watch_handler(made)
        yield runs.forget


def importing(module: ModuleType) -> AbstractContextManager[None]:
    """Import TraceLLM without a trace: environment, warnings and the user's own `app` stay as they are."""
    from contextlib import nullcontext

    from pytest_traces.adapters.tracellm.importing import unnoticed

    return unnoticed(module) if _is_tracellm_cli(module) else nullcontext()


def _is_tracellm_cli(module: ModuleType) -> bool:
    return any((Path(folder) / "trace_stream.py").exists() for folder in getattr(module, "__path__", ()))
