"""Snapshots of what `record()` recorded: they belong to the test that asserts."""

from tests.plugin.umbrella import UMBRELLA, around
from tests.project import Project


def test_snapshots_belong_to_the_tests_that_assert(project: Project) -> None:
    around(
        project,
        """
    def test_tree(umbrella):
        umbrella.assert_span_tree()

    @pytest.mark.parametrize("kind", ["a", "b"])
    def test_usage(umbrella, kind):
        umbrella.assert_usage()
    """,
    )
    assert project.run("--snapshot-update").outcomes == "3 passed"
    assert sorted(project.snapshots()) == [
        "__traces__/test_it/test_tree.trace",
        "__traces__/test_it/test_usage[a].trace",
        "__traces__/test_it/test_usage[b].trace",
    ]
    before = project.snapshots()
    assert project.run("-n2", ci=True).outcomes == "3 passed"
    assert project.run("--lf", "-k", "usage", "--snapshot-update").outcomes == "2 passed, 1 deselected"
    assert project.snapshots() == before


def test_a_changed_run_fails_each_test_that_asserts_on_it(project: Project) -> None:
    asserting = "\ndef test_tree(umbrella):\n    umbrella.assert_span_tree()\n"
    around(project, asserting)
    project.run("--snapshot-update")
    around(project, asserting, UMBRELLA.replace("ask()", "ask(fails=1)"))
    result = project.run()
    assert result.outcomes == "1 failed"
    assert "span tree of test_it.py::test_tree differs from its snapshot: 1 edit: 1 span added" in result.output


def test_a_snapshot_in_a_wider_fixture_is_refused(project: Project) -> None:
    asserting = UMBRELLA.replace("    return trace", "    trace.assert_span_tree()\n    return trace")
    around(project, "\ndef test_a(umbrella):\n    pass\n", asserting)
    result = project.run("--snapshot-update")
    assert result.outcomes == "1 error"
    assert (
        "pytest_traces.TracesError: assert_span_tree() runs in the fixture 'umbrella' of scope 'module': "
        "a snapshot belongs to the test that asserts" in result.output
    )
    assert project.snapshots() == {}


def test_a_loaded_trace_is_compared_by_the_test_that_asserts(project: Project) -> None:
    project.write(
        "conftest.py",
        """
        from pathlib import Path
        from app import ask
        from pytest_traces.runtime import JsonlTracingProvider, install

        if not Path("production.jsonl").exists():
            with install(JsonlTracingProvider("production.jsonl")):
                ask()
        """,
    )
    project.tests(
        """
    from pytest_traces import Trace

    def test_as_in_production(trace):
        loaded = Trace.load("production.jsonl")
        ask()
        loaded.assert_span_tree(name="production")
        trace.assert_span_tree(name="now")
        loaded.assert_usage()
    """
    )
    assert project.run("--snapshot-update").outcomes == "1 passed"
    assert project.run(ci=True).outcomes == "1 passed"
    [text] = project.snapshots().values()
    assert text.count("=== test_as_in_production[") == 3
