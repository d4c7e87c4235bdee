"""How a span ends when an exception leaves it."""

import asyncio
import concurrent.futures

import pytest
import trio

from pytest_traces.runtime.recording.fields import status_after


class Cancelled(Exception):
    """An order, as a program may call it."""


class Stopped(asyncio.CancelledError):
    """A cancellation of a library's own."""


def cancelled_by_trio():
    async def main():
        with trio.CancelScope() as scope:
            scope.cancel()
            try:
                await trio.sleep(1)
            except BaseException as error:
                seen.append(error)
                raise

    seen = []
    trio.run(main)
    return seen[0]


@pytest.mark.parametrize(
    "error",
    [asyncio.CancelledError(), Stopped(), GeneratorExit(), concurrent.futures.CancelledError(), cancelled_by_trio()],
    ids=lambda error: type(error).__module__,
)
def test_a_cancellation_of_any_library_is_cancelled(error):
    assert status_after(error) == "cancelled"


@pytest.mark.parametrize("error", [ValueError(), TimeoutError(), KeyboardInterrupt(), SystemExit(), Cancelled()])
def test_every_other_exception_is_an_error(error):
    assert status_after(error) == "error"
