"""What a test leaves open ends with it: nothing of a test reaches the next one, and what failed is told."""

import pytest

from tests.project import Project

KEPT = """
import contextlib, _thread
import pytest_traces

kept = []

def keep_open(block):
    kept.append(contextlib.ExitStack())
    return kept[-1].enter_context(block)

def a_generator(block):
    with block:
        yield

def ask_in_foreign_thread(city):
    over = _thread.allocate_lock()
    over.acquire()
    _thread.start_new_thread(lambda: (ask(city), over.release()), ())
    over.acquire()

def cities(trace):
    return [tool.input["city"] for tool in trace.tools]
"""

NEXT = """
def test_next(trace):
    ask()
    trace.assert_never("get_weather")
"""

TOLD = """\
pytest_traces.ExpectationError: 1 expectation failed

1. test_it.py:30
expected no span 'get_weather', found 1

agent weather
├─ tool get_weather   ← must not run
└─ llm gpt-4o-mini

its test ended before the block was left"""


@pytest.mark.parametrize(
    "leaves_open",
    [
        "keep_open(trace.soft())",
        "kept.append(a_generator(trace.soft())); next(kept[-1])",
        "block = a_generator(trace.soft()); next(block)",
        "kept.append(trace.soft()); kept[-1].__enter__()",
    ],
    ids=["stack", "generator", "lost generator", "entered"],
)
def test_a_soft_block_ends_with_its_test_and_what_failed_in_it_is_told(project: Project, leaves_open: str) -> None:
    body = f"    ask()\n    {leaves_open}\n    trace.assert_never('get_weather')\n"
    project.tests(f"{KEPT}\ndef test_leaves(trace):\n{body}\n    block = None\n{NEXT}")
    ran = project.run("-pno:unraisableexception")
    assert ran.outcomes == "1 failed, 1 passed, 1 error"
    told = ran.section("ERROR at teardown of test_leaves")
    assert TOLD in "\n".join(line.removeprefix("E").strip() for line in told.splitlines())
    assert "FAILED test_it.py::test_next" in ran.output


def test_a_test_that_failed_is_not_told_again_what_its_soft_block_holds(project: Project) -> None:
    project.tests(f"""{KEPT}
def test_leaves(trace):
    ask()
    keep_open(trace.soft())
    trace.assert_never('get_weather')
    assert False
{NEXT}""")
    assert project.run().outcomes == "2 failed"


def test_a_fixture_of_the_test_may_hold_its_soft_block(project: Project) -> None:
    project.tests("""
@pytest.fixture
def softly(trace):
    with trace.soft():
        yield trace

def test_one(softly):
    ask()
    softly.assert_never("get_weather")
    softly.assert_never("gpt-*")

def test_next(trace):
    ask()
    trace.assert_never("get_weather")
""")
    ran = project.run()
    assert ran.outcomes == "1 failed, 1 passed, 1 error"
    assert "ExpectationError: 2 expectations failed" in ran.output


@pytest.mark.parametrize("scope", ["class", "module", "session"])
def test_a_soft_block_of_a_wider_fixture_is_no_test_s(project: Project, scope: str) -> None:
    project.tests(f"""{KEPT}
@pytest.fixture(scope="{scope}")
def umbrella():
    with pytest_traces.record() as umbrella:
        ask()
    with umbrella.soft():
        yield umbrella

def test_one(umbrella):
    umbrella.assert_never("get_weather")
{NEXT}""")
    assert project.run().outcomes == "2 failed"


def test_failures_in_the_soft_block_of_a_wider_fixture_are_told_when_it_ends(project: Project) -> None:
    project.tests(f"""{KEPT}
@pytest.fixture(scope="module")
def umbrella():
    with pytest_traces.record() as umbrella:
        ask()
    keep_open(umbrella.soft())
    umbrella.assert_never("get_weather")
    return umbrella

def test_one(umbrella):
    umbrella.assert_calls({{"get_weather": 1}})
""")
    ran = project.run()
    assert ran.outcomes == "1 passed, 1 error"
    assert "expected no span 'get_weather', found 1" in ran.output


@pytest.mark.parametrize("trace", ["", "trace"])
def test_a_recording_ends_with_its_test(project: Project, trace: str) -> None:
    project.tests(f"""{KEPT}
def test_leaves({trace}):
    kept.append(keep_open(pytest_traces.record()))
    ask()

def test_next(trace):
    ask_in_foreign_thread("Rome")
    ask("Oslo")
    assert cities(trace) == ["Rome", "Oslo"]
    assert cities(kept[-1]) == ["Paris"]
""")
    assert project.run().outcomes == "2 passed"


def test_a_recording_that_a_test_leaves_open_and_that_ran_too_far_fails_it(project: Project) -> None:
    project.write("pytest.ini", "[pytest]\ntrace_max_spans = 2\n")
    project.tests(f"""{KEPT}
def test_leaves():
    keep_open(pytest_traces.record())
    with contextlib.suppress(pytest_traces.RunawayTrace):
        ask()

def test_next():
    pass
""")
    ran = project.run()
    assert ran.outcomes == "2 passed, 1 error"
    assert "RunawayTrace: the program recorded more than 2 spans" in ran.output


@pytest.mark.parametrize("first", ["umbrella, trace", "trace, umbrella"])
def test_a_test_takes_the_place_of_a_recording_that_a_wider_fixture_leaves_open(project: Project, first: str) -> None:
    project.tests(f"""{KEPT}
@pytest.fixture(scope="module")
def umbrella():
    with pytest_traces.record() as umbrella:
        ask()
        yield umbrella
    assert cities(umbrella) == ["Paris", "Bonn", "Kyiv"]

def test_one({first}):
    ask_in_foreign_thread("Rome")
    with pytest_traces.record() as inner:
        ask_in_foreign_thread("Lima")
    ask_in_foreign_thread("Oslo")
    assert cities(trace) == ["Rome", "Oslo"]
    assert cities(inner) == ["Lima"]

def test_next(umbrella):
    ask("Bonn")
    ask_in_foreign_thread("Kyiv")
""")
    assert project.run().outcomes == "2 passed"


@pytest.mark.parametrize("kept", ["", "kept.append("])
def test_a_wait_that_nothing_awaits_fails_its_test(project: Project, kept: str) -> None:
    project.tests(f"""{KEPT}
import asyncio

async def forgets(trace):
    {kept}trace.wait_for_async("refund"){")" * bool(kept)}

async def waits(trace):
    ask()
    await asyncio.create_task(trace.wait_for_async("get_weather"))

def test_one(trace):
    asyncio.run(forgets(trace))

def test_two(trace):
    asyncio.run(waits(trace))
""")
    ran = project.run("-Werror")
    assert ran.outcomes == "2 passed, 1 error"
    assert (
        "TracesError: trace.wait_for_async() was never awaited: it waited for nothing; put `await` before" in ran.output
    )


@pytest.mark.parametrize("kept", ["", "kept.append("])
def test_a_sweep_that_nothing_iterates_fails_its_test(project: Project, kept: str) -> None:
    project.tests(f"""{KEPT}
def test_one(trace):
    ask()
    {kept}trace.sweep(ask, type="tool", raises=TimeoutError){")" * bool(kept)}

def test_two(trace):
    for outage in trace.sweep(ask, "gpt*", raises=TimeoutError):
        break
""")
    ran = project.run()
    assert ran.outcomes == "2 passed, 1 error"
    assert "TracesError: trace.sweep() ran nothing: write `for outage in trace.sweep(...)`" in ran.output
