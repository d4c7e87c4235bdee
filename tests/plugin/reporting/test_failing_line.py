"""The failing line is the user's, whatever fails and however."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest

from tests.plugin.reporting.failing_lines import public_names, statements, told_names
from tests.project import Project, Result

CONFTEST = """
    import pytest
    from pytest_traces import record
    from pytest_traces.runtime import span

    @pytest.fixture
    def idle():
        with record() as trace:
            pass
        return trace

    @pytest.fixture
    def unfinished():
        with record() as trace:
            span(span_type="agent", name="weather").__enter__()
        return trace

    @pytest.fixture
    def ill():
        with record() as trace:
            for fails in (True, False):
                with span(span_type="tool", name="pay", input=1) as step:
                    fails and step.mark_failed("no")
        return trace

    @pytest.fixture
    def loop():
        with record() as trace, span(span_type="agent", name="weather"):
            for _ in range(2):
                with span(span_type="tool", name="pay", input=1):
                    pass
        return trace
"""

HEAD = """
import asyncio
from app import ask
from pytest_traces import *
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, list[int]]:
    """Every way to fail as a test of its own, and the line at which each of them must be shown to fail."""
    project = Project(tmp_path_factory.mktemp("failing"))
    project.write("conftest.py", CONFTEST)
    project.write("broken.jsonl", "{\n")
    lines, shown = HEAD.splitlines(), []
    for number, statement in enumerate(statements()):
        lines += ["", f"def test_{number}(trace, idle, unfinished, ill, loop):", "    ask()"]
        shown.append(len(lines) + 1)
        lines += [f"    {line}" for line in statement]
    project.write("test_ways.py", "\n".join(lines).lstrip("\n"))
    return project.run("--tb=long", ci=True), [line - 1 for line in shown]


def test_no_public_name_is_forgotten() -> None:
    assert public_names() - told_names() == set()


@pytest.mark.parametrize("number", range(len(statements())), ids=[" ".join(one) for one in statements()])
def test_the_failing_line_is_the_user_s(ran: tuple[Result, list[int]], number: int) -> None:
    result, lines = ran
    told = result.section(f"test_{number}")
    [(file, line)] = re.findall(r"^(\S+\.py):(\d+): \w*", told, re.MULTILINE)
    assert file == "test_ways.py"
    assert lines[number] <= int(line) < lines[number] + len(statements()[number])  # a soft block, or what it refuses
    assert "All traceback entries are hidden" not in told


def test_a_limit_of_a_whole_test_fails_at_its_def_line(project: Project) -> None:
    project.tests("""
    @pytest.fixture
    def ready():
        return 5

    def test_act(trace, ready):
        trace.on("get_wether").raises(TimeoutError("slow"))
        ask()
    """)
    told = project.run("--show-capture=no", columns=80).section("test_act")
    assert "\n".join(line.rstrip() for line in told.strip("\n").splitlines()) == dedent("""\
        >   def test_act(trace, ready):
                ^^^^^^^^
        E   pytest_traces.SpanNotFound: expected to act on call 'get_wether', found 0
        E
        E   agent weather
        E   ├─ tool get_weather   ← did you mean this one?
        E   └─ llm gpt-4o-mini
        E
        E   hint: trace.on('get_wether').raises(TimeoutError('slow')) never took a call

        test_it.py:9: SpanNotFound""")


def test_a_soft_block_fails_at_its_own_line_and_tells_of_each_failure_once(project: Project) -> None:
    project.tests("""
    def test_soft(trace):
        ask()
        with trace.soft():
            trace.assert_never("get_weather")
            trace.one("get_wether")
    """)
    told = project.run("--show-capture=no", columns=80).section("test_soft")
    assert "\n".join(line.rstrip() for line in told.strip("\n").splitlines()) == dedent("""\
        trace = <trace: 3 spans>

            def test_soft(trace):
                ask()
        >       with trace.soft():
        E       pytest_traces.ExpectationError: 2 expectations failed
        E
        E       1. test_it.py:8
        E       expected no span 'get_weather', found 1
        E
        E       agent weather
        E       ├─ tool get_weather   ← must not run
        E       └─ llm gpt-4o-mini
        E
        E       2. test_it.py:9
        E       expected 1 span 'get_wether', found 0
        E
        E       agent weather
        E       ├─ tool get_weather   ← did you mean this one?
        E       └─ llm gpt-4o-mini

        test_it.py:7: ExpectationError""")


def test_a_plain_assert_on_usage_shows_it_on_one_line(project: Project) -> None:
    project.tests("""
    def test_usage(trace):
        ask()
        assert trace.usage.total_tokens == 1
    """)
    told = project.run("--show-capture=no", columns=80).section("test_usage")
    assert "\n".join(line.rstrip() for line in told.strip("\n").splitlines()) == dedent("""\
        trace = <trace: 3 spans>

            def test_usage(trace):
                ask()
        >       assert trace.usage.total_tokens == 1
        E       assert 72 == 1
        E        +  where 72 = <usage: unknown 60 in, 12 out>.total_tokens
        E        +    where <usage: unknown 60 in, 12 out> = <trace: 3 spans>.usage

        test_it.py:7: AssertionError""")


def test_a_module_that_fails_while_it_is_imported_fails_at_its_line(project: Project) -> None:
    project.tests("from pytest_traces import Trace\n\nMONDAY = Trace.load('gone.jsonl')\n\ndef test_a(): pass\n")
    told = project.run(columns=80).section("ERROR collecting test_it.py")
    assert re.findall(r"^(\S+\.py:\d+): ", told, re.MULTILINE) == ["test_it.py:6"]


@pytest.mark.parametrize(
    ("program", "call", "lines"),
    [
        ("@trace_tool\ndef tool(city): return city", "tool()", ["14"]),
        ("@traced(name='a')\ndef agent(city): return city", "agent(1, 2)", ["14"]),
        ("@trace_tool\ndef tool(city): raise ValueError(city)", "tool(1)", ["14", "11"]),
        ("@trace_tool\nasync def tool(city): raise ValueError(city)", "asyncio.run(tool(1))", ["14", "11"]),
        ("loads = trace_tool(json.loads)\n", "loads('{')", ["14"]),
    ],
    ids=["arguments of a tool", "arguments of an agent", "an error of the program", "later", "a library"],
)
def test_an_error_of_the_program_passes_through_without_our_frames(
    project: Project, program: str, call: str, lines: list[str]
) -> None:
    head = "import asyncio\nimport json\nfrom pytest_traces.runtime import trace as traced\n"
    head += "from pytest_traces.runtime import trace_tool\n\n"
    project.tests(f"{head}\n{program}\n\ndef test_a(trace):\n    {call}\n")
    told = project.run("--show-capture=no").section("test_a")
    assert re.findall(r"^(\S+\.py):(\d+): ", told, re.MULTILINE) == [("test_it.py", line) for line in lines]


def test_a_defect_of_ours_keeps_the_frames_that_a_report_of_it_needs(project: Project) -> None:
    project.tests("""
    from pytest_traces.assertions.queries.scope import Scope

    def test_a(trace, monkeypatch):
        ask()
        monkeypatch.setattr(Scope, "one", lambda self, asked: 1 / 0)
        trace.one("get_weather")
        """)
    assert "ZeroDivisionError" in project.run().output


def test_full_trace_shows_every_frame(project: Project) -> None:
    project.tests("def test_a(trace):\n    ask()\n    trace.one('nothing')\n")
    assert "scope.py" in project.run("--full-trace").section("test_a")
