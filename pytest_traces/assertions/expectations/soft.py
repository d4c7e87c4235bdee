"""Collects the failures of a block and reports them together."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import Any, ParamSpec, Protocol

from pytest_traces.errors import ExpectationError, RunawayTrace, UnknownCondition
from pytest_traces.wording import Drawn, count

P = ParamSpec("P")


class Owners(Protocol):
    """Knows the owner of the running code: a test, or a fixture that several tests share."""

    def running(self) -> object:
        """Return the owner of the running code."""

    def until_over(self, end: Callable[[], None]) -> Callable[[], None]:
        """Call `end` when the owner ends; return a function that cancels this."""


class Softened:
    """The failures of a soft block so far."""

    closed = False
    """Whether the block is over; a task that outlives the block raises its failures at once."""

    def __init__(self, owners: Owners) -> None:
        self._owners = owners
        self._owner = owners.running()
        self.failures: list[tuple[str, AssertionError]] = []
        """Each failure with its line."""

    @property
    def collects(self) -> bool:
        """Return whether the block collects failures: it is open, and its owner is the running one."""
        return not self.closed and self._owners.running() is self._owner

    def give_up(self) -> None:
        """End a block that was never left, and raise its failures."""
        __tracebackhide__ = True
        self.closed = True
        if self.failures:
            raise failed_together(self.failures, "its test ended before the block was left")

    def report(self, end: str = "") -> ExpectationError:
        """Return all failures as one error; `end` says how a block ended before its last line."""
        return failed_together(self.failures, f"then the block was left: {end}" if end else "")


def failed_together(failures: Sequence[tuple[str, AssertionError]], end: str = "") -> ExpectationError:
    """Return several failures as one error, each with its line."""
    told = [
        f"{number}. {where}\n{str(failure) or 'assertion failed'}"
        for number, (where, failure) in enumerate(failures, 1)
    ]
    headline = f"{count(len(failures), 'expectation')} failed"
    errors = [failure for _, failure in failures if isinstance(failure, ExpectationError)]
    noted = dict.fromkeys(span for error in errors for span in error.spans)
    return ExpectationError(headline, tree=Drawn("\n\n".join([*told, *filter(None, [end])]), noted))


_COLLECTING: ContextVar[Softened | None] = ContextVar("pytest_traces_soft", default=None)


def is_soft() -> bool:
    """Return whether the running code is inside a soft block."""
    return _collecting() is not None


def _collecting() -> Softened | None:
    collected = _COLLECTING.get()
    return collected if collected is not None and collected.collects else None


@contextmanager
def soft(owners: Owners) -> Iterator[None]:
    """Run every `assert_...` of a block, and report all failures at its end; a failed query or plain `assert` ends the
    block.

    A block ends with the test that opened it: failures of a block that was never left fail that test.
    """
    __tracebackhide__ = True
    collected = Softened(owners)
    forget = owners.until_over(collected.give_up)
    token = _COLLECTING.set(collected)
    try:
        yield
    except AssertionError as failure:
        collected.failures.append((_raised_at(failure), failure))
    except BaseException as error:
        if not collected.failures:
            raise
        if isinstance(error, GeneratorExit):  # Python drops an exception of a generator that is being closed
            forget = _nothing
        if not _tells_of_itself(error):
            raise collected.report(": ".join(filter(None, (type(error).__name__, str(error))))) from error
        error.add_note(f"before that, {collected.report()}")
        raise
    finally:
        collected.closed = True
        forget()
        with suppress(ValueError):  # pytest may tear a fixture down in another context than it was set up in
            _COLLECTING.reset(token)
    if collected.failures:
        raise collected.report() from None  # the report names the failure that ended the block


def _nothing() -> None: ...


def _tells_of_itself(error: BaseException) -> bool:
    """Return whether an error fails the test by itself; a skip, an expected failure or a cancelled task does not."""
    unittest = sys.modules.get("unittest")
    if unittest is not None and isinstance(error, unittest.SkipTest):
        return False
    return isinstance(error, (Exception, KeyboardInterrupt, SystemExit, RunawayTrace))


def softened(assertion: Callable[P, None]) -> Callable[P, None]:
    """Make an assertion collect its failure in a soft block and go on; a misspelt option raises at once."""
    known = _options_of(assertion)

    @wraps(assertion)
    def soft_or_not(*args: P.args, **kwargs: P.kwargs) -> None:
        __tracebackhide__ = True
        for option in kwargs:
            if known and option not in known:
                raise UnknownCondition("option", option, known)
        collected = _collecting()
        if collected is None:
            return assertion(*args, **kwargs)
        try:
            assertion(*args, **kwargs)
        except ExpectationError as failure:
            collected.failures.append((_place(sys._getframe(1)), failure))
        return None

    return soft_or_not


def _options_of(assertion: Callable[..., None]) -> Collection[str]:
    """Return the options of an assertion; none if it takes conditions, which the assertion checks itself."""
    parameters = signature(assertion).parameters.values()
    is_open = any(each.kind is each.VAR_KEYWORD for each in parameters)
    return () if is_open else {each.name for each in parameters if each.kind is each.KEYWORD_ONLY}


def _raised_at(failure: AssertionError) -> str:
    """Return the line of the block, not the line of this package that raised."""
    traceback = failure.__traceback__
    assert traceback is not None, "unreachable because it was raised"
    step = traceback.tb_next or traceback
    return _location(step.tb_frame.f_code.co_filename, step.tb_lineno)


def _place(frame: Any) -> str:
    return _location(frame.f_code.co_filename, frame.f_lineno)


def _location(file: str, line: int) -> str:
    return f"{Path(file).name}:{line}"
