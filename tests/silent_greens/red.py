"""Says that a check is red, and why."""

from collections.abc import Callable
from typing import Any

import pytest

from pytest_traces.errors import ExpectationError, TracesError


def red(reason: str, check: Callable[..., Any], *args: Any, **options: Any) -> None:
    """Fail unless a check fails, for this reason: the first line of its message is compared whole."""
    with pytest.raises((ExpectationError, TracesError)) as failure:
        check(*args, **options)
    assert str(failure.value).splitlines()[0] == reason


NOTHING = "nothing was recorded"
NO_SPANS = "expected at least 1 span, found 0"
