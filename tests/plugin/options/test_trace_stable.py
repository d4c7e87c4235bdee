"""`--trace-stable N`: flakes are found while recording, before they are committed."""

import pytest

from tests.project import Project

TESTS = """
import itertools
from pytest_traces.runtime.tracing.spans import span

runs = itertools.count()
torn = []

@pytest.fixture
def fresh():
    yield next(runs)
    torn.append(1)

def test_varies(trace, fresh):
    with span(span_type="tool", name="get_weather") as step:
        step.record_output({"id": f"run-{fresh}", "temp": 21})
    with span(span_type="llm", name="gpt") as step:
        step.set_token_usage(input_tokens=60 + fresh, output_tokens=12)
    trace.assert_span_tree()
    trace.assert_events()
    trace.assert_usage()
    assert len(torn) == fresh

def test_is_steady(trace):
    ask()
    trace.assert_span_tree()

plain = []

def test_takes_no_snapshot(trace):
    plain.append(1)
    ask()
    assert len(plain) == 1

def test_holds_no_trace():
    plain.append(1)
    assert len(plain) == 2
"""


@pytest.mark.parametrize("workers", [(), ("-n2", "--dist=loadfile")], ids=["plain", "n2"])
def test_equal_snapshots_are_written_and_varying_ones_are_told(project: Project, workers: tuple[str, ...]) -> None:
    project.tests(TESTS)

    ran = project.run("--snapshot-update", "--trace-stable", "3", *workers)

    assert (ran.code, ran.outcomes) == (1, "1 failed, 3 passed")
    assert ran.section("test_varies").splitlines()[:8] == [
        "2 of 3 snapshots varied in 3 runs; what varied was not written",
        "",
        "test_varies[span_tree]",
        '  get_weather.output.id: "run-0" → "run-1"',
        "  settle it with ignore=['get_weather.output.id']",
        "test_varies[usage]",
        "  unknown:input_tokens: 60 → 61",
        "  settle it with ignore=['unknown:input_tokens']",
    ]
    assert ran.section("snapshots that varied").startswith("test_it.py::test_varies\n  test_varies[span_tree]\n")
    assert list(project.snapshots()) == [
        "__traces__/test_it/test_is_steady.trace",
        "__traces__/test_it/test_varies.trace",
    ]
    written = project.snapshots()["__traces__/test_it/test_varies.trace"]
    assert [line for line in written.splitlines() if line.startswith("===")] == ["=== test_varies[events]"]


def test_the_ignore_that_was_told_settles_it(project: Project) -> None:
    settled = TESTS.replace("assert_span_tree()", "assert_span_tree(ignore=['get_weather.output.id'])", 1)
    project.tests(settled.replace("assert_usage()", "assert_usage(ignore=['unknown:input_tokens'])"))
    ran = project.run("--snapshot-update", "--trace-stable=3", "-k", "varies or steady")
    assert (ran.code, ran.outcomes) == (0, "2 passed, 2 deselected")
    assert "4 snapshots generated." in ran.output
    assert project.run("-k", "steady").code == 0


def test_a_program_that_does_something_else_is_not_settled_by_any_path(project: Project) -> None:
    project.tests("""
    runs = []

    def test_a(trace):
        runs.append(1)
        ask(fails=len(runs) - 1)
        trace.assert_span_tree()
        if len(runs) == 2:
            trace.assert_usage()
    """)
    ran = project.run("--snapshot-update", "--trace-stable", "2")
    assert ran.section("test_a").splitlines()[:7] == [
        "2 of 2 snapshots varied in 2 runs; what varied was not written",
        "",
        "test_a[span_tree]",
        "  1 edit: 1 span added",
        "  no `ignore` settles what the program did differently",
        "test_a[usage]",
        "  taken in 1 of 2 runs only",
    ]
    assert project.snapshots() == {}


def test_a_run_that_fails_is_the_last_and_nothing_is_written(project: Project) -> None:
    project.tests("""
    runs = []

    def test_a(trace):
        runs.append(1)
        ask()
        trace.assert_span_tree()
        assert len(runs) < 2, f"run {len(runs)}"
    """)
    ran = project.run("--snapshot-update", "--trace-stable", "5")
    assert "AssertionError: run 2" in ran.output
    assert "not written, because the test failed in run 2 of 5" in ran.output
    assert project.snapshots() == {}


def test_module_fixtures_are_set_up_once_and_torn_down_at_the_end(project: Project) -> None:
    project.tests("""
    @pytest.fixture(scope="module", autouse=True)
    def once():
        print("up")
        yield
        print("down")

    def test_a(trace):
        ask()
        trace.assert_span_tree()

    def test_b(trace):
        ask()
    """)
    ran = project.run("--snapshot-update", "--trace-stable", "3", "-s", "-q")
    assert (ran.code, ran.output.count("up\n"), ran.output.count("down\n")) == (0, 1, 1)


def test_without_an_update_it_is_a_usage_error(project: Project) -> None:
    ran = project.run("--trace-stable", "3")
    assert (ran.code, ran.output) == (
        4,
        "ERROR: --trace-stable: it records snapshots, so it needs --snapshot-update\n\n",
    )


SETS = """
from pytest_traces.runtime.tracing.spans import span

def test_says_sets(trace):
    words = {"geocode", "get_weather", "get_time", "pay", "refund", "search"}
    with span(span_type="tool", name="plan", input={"tools": words, "by": {word: 1 for word in words}}) as step:
        SAYS
    trace.assert_span_tree()
"""


def test_the_hash_seed_is_not_varied_and_this_is_said(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.tests(SETS.replace("SAYS", "step.record_output(f'tools: {words}')"))
    monkeypatch.setenv("PYTHONHASHSEED", "1")
    ran = project.run("--snapshot-update", "--trace-stable", "2", "-q")
    assert ran.outcomes == "1 passed"
    assert (
        "traces: all runs of a test have the same hash seed, so the order of sets in texts was not varied: "
        "compare once more with another PYTHONHASHSEED"
    ) in ran.output
    monkeypatch.setenv("PYTHONHASHSEED", "2")
    assert project.run().outcomes == "1 failed"


def test_sets_and_keys_that_are_values_do_not_follow_the_hash_seed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.tests(SETS.replace("SAYS", "step.record_output({'found': frozenset(words)})"))
    monkeypatch.setenv("PYTHONHASHSEED", "1")
    assert project.run("--snapshot-update").outcomes == "1 passed"
    for seed in ("2", "3"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        assert project.run().outcomes == "1 passed"
