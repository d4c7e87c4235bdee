"""Nothing of these tests is uploaded: the SDK's own processor would, if there were a key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from agents import set_trace_processors, set_tracing_disabled


@pytest.fixture(autouse=True)
def nothing_is_uploaded() -> Iterator[None]:
    set_trace_processors([])
    yield
    set_tracing_disabled(False)
