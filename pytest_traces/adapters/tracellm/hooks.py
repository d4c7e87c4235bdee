"""The hooks of TraceLLM."""

from __future__ import annotations

import tracellm

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.tracellm.importing import is_tracellm_cli
from pytest_traces.errors import TracesError


def watch(made: Patches, source: Source) -> None:
    """Record TraceLLM wherever a test records; refuse the unrelated package of the same name."""
    if not is_tracellm_cli(tracellm):
        raise TracesError(
            "this `tracellm` is an unrelated logger of model responses; TraceLLM is installed as `tracellm-cli`, "
            "and of the two packages of this name the later install wins"
        )
    from pytest_traces.adapters.tracellm.offline import stay_offline
    from pytest_traces.adapters.tracellm.openai import watch_openai
    from pytest_traces.adapters.tracellm.runs import watch_runs, watch_stream
    from pytest_traces.adapters.tracellm.tools import watch_tools

    stay_offline(made)
    watch_runs(made, source)
    watch_tools(made, source)
    watch_stream(made, source)
    watch_openai(made, source)
