"""A span belongs to the test that started it, and to no other."""

import pytest

from tests.project import Project


def test_late_spans_never_reach_the_next_test(project: Project) -> None:
    project.tests("""
    import threading

    go, done, kept = threading.Event(), threading.Event(), []

    def later():
        go.wait(10)
        ask("late")
        done.set()

    def test_first(trace):
        kept.append(trace)
        threading.Thread(target=later).start()
        ask("first")

    def test_next(trace):
        go.set()
        assert done.wait(10)
        ask("next")
        assert [tool.input["city"] for tool in trace.tools] == ["next"]
        [first] = kept
        assert [tool.input["city"] for tool in first.tools] == ["first"]
        assert first.late == ("weather", "get_weather", "gpt-4o-mini")
    """)
    assert project.run().outcomes == "2 passed"


def test_threads_and_pools_without_a_context_are_the_tests(project: Project) -> None:
    project.tests("""
    import asyncio, threading
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(2)

    @pytest.mark.parametrize("city", ["Paris", "Rome", "Oslo"])
    def test_each(trace, city):
        thread = threading.Thread(target=ask, args=(city,))
        thread.start()
        thread.join()
        list(pool.map(ask, [city, city]))

        async def main():
            await asyncio.get_running_loop().run_in_executor(pool, ask, city)
            await asyncio.to_thread(ask, city)

        asyncio.run(main())
        assert [tool.input["city"] for tool in trace.tools] == [city] * 5
    """)
    assert project.run("-n2", "--dist=loadfile").outcomes == "3 passed"


ASYNC = """
import asyncio
MARK

async def asks(city):
    await asyncio.sleep(0)
    ask(city)

@pytest.fixture
async def warm():
    await asks("warm")
    yield
    await asks("cool")

@pytest.mark.parametrize("city", ["Paris", "Rome"])
async def test_each(trace, warm, city):
    await asyncio.gather(asks(city), asks(city))
    assert [tool.input["city"] for tool in trace.tools] == ["warm", city, city]
"""


@pytest.mark.parametrize("scope", ["function", "session"])
def test_pytest_asyncio(project: Project, scope: str) -> None:
    project.write(
        "pytest.ini",
        f"""
    [pytest]
    asyncio_mode = auto
    asyncio_default_fixture_loop_scope = {scope}
    asyncio_default_test_loop_scope = {scope}
    """,
    )
    project.tests(ASYNC.replace("MARK", ""))
    ran = project.run(plugins=("syrupy", "pytest_traces.plugin", "pytest_asyncio.plugin"))
    assert ran.outcomes == "2 passed"


def test_anyio(project: Project) -> None:
    backend = "@pytest.fixture(scope='module')\ndef anyio_backend():\n    return 'asyncio'\n"
    project.tests(ASYNC.replace("MARK", f"pytestmark = pytest.mark.anyio\n\n{backend}"))
    ran = project.run(plugins=("syrupy", "pytest_traces.plugin", "anyio.pytest_plugin"))
    assert ran.outcomes == "2 passed"


@pytest.mark.parametrize("option", [(), ("--trace-report",)], ids=["plain", "report"])
def test_spans_of_a_wider_fixture_belong_to_no_test(project: Project, option: tuple[str, ...]) -> None:
    project.tests("""
    import queue, threading

    jobs, answers = queue.Queue(), queue.Queue()

    def serve():
        while (city := jobs.get()) is not None:
            answers.put(ask(city))

    @pytest.fixture(scope="session")
    def server():
        ask("up")
        thread = threading.Thread(target=serve)
        thread.start()
        yield
        jobs.put(None)
        thread.join()
        ask("down")

    @pytest.mark.parametrize("city", ["Paris", "Rome"])
    def test_each(server, trace, city):
        jobs.put(city)
        answers.get(timeout=10)
        assert [tool.input["city"] for tool in trace.tools] == [city]

    def test_asks_late(trace, request):
        ask("Oslo")
        request.getfixturevalue("another")
        ask("Bonn")
        assert [tool.input["city"] for tool in trace.tools] == ["Oslo", "Bonn"]

    @pytest.fixture(scope="module")
    def another():
        ask("another")
    """)
    ran = project.run(*option)
    assert ran.outcomes == "3 passed"
    if option:
        assert " 3 tests · 12 spans · " in ran.section("trace report")


def test_fixtures_of_the_test_itself_are_the_tests(project: Project) -> None:
    project.tests("""
    @pytest.fixture
    def warm(trace):
        ask("warm")

    def test_a(warm, trace):
        assert [tool.input["city"] for tool in trace.tools] == ["warm"]
    """)
    assert project.run().outcomes == "1 passed"


def test_names_of_what_runs_outside_tests_are_few_and_break_nothing(project: Project) -> None:
    project.tests("""
    from pytest_traces.runtime import span

    for number in range(1001):
        ask(f"city {number}")
        with span(span_type="tool", name=f"tool {number}"):
            pass

    def test_a(trace):
        from pytest_traces.runtime.recording.context import OUTSIDE
        assert len(OUTSIDE.names) == 1000
        ask()
        assert len(trace) == 3
    """)
    assert project.run().outcomes == "1 passed"
