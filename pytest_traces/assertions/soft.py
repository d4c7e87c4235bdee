"""Collects the failures of a block and reports them together."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from pytest_traces.errors import ExpectationError

P = ParamSpec("P")
R = TypeVar("R")


class Softened:
    """What failed in a block so far."""

    def __init__(self) -> None:
        self.failures: list[tuple[str, AssertionError]] = []
        """Where, and what."""

    def report(self) -> ExpectationError:
        """Return all failures as one."""
        count = len(self.failures)
        headline = f"{count} expectation{'s' * (count > 1)} failed"
        parts = [
            f"{number}. {where}\n{str(failure) or 'assertion failed'}"
            for number, (where, failure) in enumerate(self.failures, 1)
        ]
        return ExpectationError(headline, tree="\n\n".join(parts))


_COLLECTING: ContextVar[Softened | None] = ContextVar("pytest_traces_soft", default=None)


def is_soft() -> bool:
    """Tell whether the running code stands in a soft block."""
    return _COLLECTING.get() is not None


@contextmanager
def soft() -> Iterator[None]:
    """Let every `assert_...` of a block have its say; a failed query or plain `assert` still ends the block."""
    __tracebackhide__ = True
    collected = Softened()
    token = _COLLECTING.set(collected)
    try:
        yield
    except AssertionError as failure:
        collected.failures.append((_raised_at(failure), failure))
    except Exception as error:
        if collected.failures:
            error.add_note(f"before that, {collected.report()}")
        raise
    finally:
        _COLLECTING.reset(token)
    if collected.failures:
        raise collected.report()


def softened(assertion: Callable[P, R]) -> Callable[P, R]:
    """Let an assertion note its failure and go on where it stands inside a soft block."""

    @wraps(assertion)
    def soft_or_not(*args: P.args, **kwargs: P.kwargs) -> R:
        __tracebackhide__ = True
        collected = _COLLECTING.get()
        if collected is None:
            return assertion(*args, **kwargs)
        try:
            return assertion(*args, **kwargs)
        except ExpectationError as failure:
            collected.failures.append((_place(sys._getframe(1)), failure))
            return None  # type: ignore[return-value]  # nothing to give; the block fails at its end

    return soft_or_not


def _raised_at(failure: AssertionError) -> str:
    """Name the line of the block that raised, not the line of ours that did."""
    traceback = failure.__traceback__
    assert traceback is not None, "unreachable because it was raised"
    step = traceback.tb_next or traceback
    return _location(step.tb_frame.f_code.co_filename, step.tb_lineno)


def _place(frame: Any) -> str:
    return _location(frame.f_code.co_filename, frame.f_lineno)


def _location(file: str, line: int) -> str:
    return f"{Path(file).name}:{line}"
