"""`record()` where no pytest runs: a script, a notebook."""

import os
import subprocess
import sys
from textwrap import dedent

import pytest

from pytest_traces.errors import TracesError


def script(code: str) -> str:
    """Run a plain script and return what it prints."""
    plain = os.environ | {"PYDANTIC_DISABLE_PLUGINS": "1"}  # logfire's imports OpenTelemetry
    command = [sys.executable, "-c", dedent(code)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, env=plain)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_plain_script_can_record() -> None:
    assert (
        script(
            """
        import sys
        import pytest_traces
        from pytest_traces.runtime import span

        with pytest_traces.record() as trace:
            with span(span_type="tool", name="geocode", input={"city": "Paris"}):
                pass
        trace.assert_sequence("geocode")
        print(trace.span_tree())
        print([name for name in ("pytest", "syrupy") if name in sys.modules])
        """
        )
        == 'tool geocode {"city": "Paris"}\n[]\n'
    )


TRACIUM = """
import sys
import pytest_traces
import tracium

def names():
    modules = [module for name, module in [*sys.modules.items()] if name.split(".")[0] == "tracium"]
    classes = [one for module in modules for one in vars(module).values() if isinstance(one, type)]
    return {(id(owner), name): value for owner in (*modules, *classes) for name, value in [*vars(owner).items()]}

def changed(now):
    return sorted(name for (owner, name), one in before.items() if callable(one) and now[owner, name] is not one)

before = names()
with pytest_traces.record() as trace:
    print(changed(names()) != [])
print(changed(names()))
try:
    trace.one("weather")
except pytest_traces.EmptyTrace as error:
    print(str(error).splitlines()[2])
"""
TOLD = "listening to tracium 1.5.10 (verified 1.5.10): agent_trace, its spans, and what its automatic tracing sees"


def test_frameworks_are_captured_in_a_script_and_restored_after_it() -> None:
    assert script(TRACIUM).splitlines() == ["True", "[]", TOLD]


def test_a_snapshot_needs_a_running_test() -> None:
    assert script(
        """
        import pytest_traces
        from pytest_traces.runtime import span

        with pytest_traces.record() as trace:
            with span(span_type="tool", name="geocode"):
                pass
        for assertion in (trace.assert_span_tree, trace.assert_events, trace.assert_usage):
            try:
                assertion()
            except pytest_traces.TracesError as error:
                print(str(error).splitlines()[0])
        """
    ).splitlines() == [
        f"assert_{kind}() needs a running test: a snapshot belongs to the test that asserts"
        for kind in ("span_tree", "events", "usage")
    ]


def test_an_empty_recording_in_a_script_says_who_listened() -> None:
    assert script(
        """
        import pytest_traces

        with pytest_traces.record() as trace:
            pass
        try:
            trace.assert_no_errors()
        except pytest_traces.EmptyTrace as error:
            print(error)
        """
    ) == dedent(
        """\
        nothing was recorded

        listening: no framework was imported
        hint: run the program inside the block of record()
        """
    )


def test_recordings_may_overlap() -> None:
    assert (
        script(
            """
        import pytest_traces
        from pytest_traces.runtime import span

        def step(name):
            with span(span_type="tool", name=name):
                pass

        with pytest_traces.record() as outer:
            step("a")
            with pytest_traces.record() as inner:
                step("b")
            step("c")
        step("d")
        print([*outer.tools.names], [*inner.tools.names], outer.late)
        """
        )
        == "['a', 'c'] ['b'] ()\n"
    )


NOTEBOOK = """
import ast
import asyncio
import contextvars
import inspect

def run(*cells):
    "Run cells as a notebook does: in one running loop, each as a task with a context of its own."
    names = {}
    async def run_all():
        for cell in cells:
            code = compile(cell, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            await asyncio.create_task(run_one(code), context=contextvars.Context())
    async def run_one(code):
        result = eval(code, names)
        if inspect.isawaitable(result):
            await result
    asyncio.run(run_all())
"""
PROGRAM = """
import asyncio
import threading
import pytest_traces
from pytest_traces.runtime import trace_tool

@trace_tool
async def get_weather(city):
    await asyncio.sleep(0)
"""


def cells(*cells: str) -> str:
    """Run the cells of a notebook and return what they print."""
    return script(NOTEBOOK + f"run(*{[PROGRAM, *map(dedent, cells)]!r})")


def test_a_cell_of_a_notebook_can_record() -> None:
    assert (
        cells(
            """
            with pytest_traces.record() as trace:
                await asyncio.gather(get_weather("Paris"), get_weather("Oslo"))
            """,
            "await get_weather('Bern')",
            "print(trace.span_tree())",
        )
        == '∥ tool get_weather {"city": "Oslo"}\n∥ tool get_weather {"city": "Paris"}\n'
    )


def test_a_recording_may_stay_open_from_cell_to_cell() -> None:
    assert (
        cells(
            "block = pytest_traces.record(); trace = block.__enter__()",
            "await get_weather('Paris')",
            "thread = threading.Thread(target=asyncio.run, args=(get_weather('Oslo'),)); thread.start(); thread.join()",
            "block.__exit__(None, None, None)",
            "await get_weather('Bern')",
            "print([span.input['city'] for span in trace.tools])",
        )
        == "['Paris', 'Oslo']\n"
    )


@pytest.mark.parametrize("fails", [False, True])
def test_a_block_that_fails_keeps_what_was_recorded(fails: bool) -> None:
    import pytest_traces
    from pytest_traces.runtime import span

    kept = None
    try:
        with pytest_traces.record() as kept, span(span_type="tool", name="geocode"):
            if fails:
                raise KeyError("Paris")
    except KeyError:
        pass
    assert kept is not None
    assert kept.one("geocode").failed is fails


def test_a_framework_whose_hook_is_gone_fails_the_block() -> None:
    import pytest_traces
    from pytest_traces.runtime.recording.context import CURRENT

    def program() -> None:
        with pytest_traces.record():
            CURRENT.get().recorder.gaps.unrecorded.add("timbal is imported but can't be captured: AttributeError: run")

    with pytest.raises(TracesError, match=r"^timbal is imported but can't be captured"):
        program()
