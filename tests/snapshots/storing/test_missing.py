"""Snapshots that are not there yet: one run records them all, and never passes."""

from textwrap import dedent

import pytest

from tests.project import Project

THREE = """
def test_three(trace):
    ask()
    trace.assert_span_tree()
    trace.assert_events()
    trace.assert_usage()
"""


def test_one_run_records_three_new_snapshots_and_tells_them_together(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.tests(THREE)
    ran = project.run("--show-capture=no", columns=80)
    told = "\n".join(line.rstrip() for line in ran.section("test_three").splitlines())
    assert told == dedent(
        """
            def test_three(trace):
                ask()
        >       trace.assert_span_tree()
        E       pytest_traces.SnapshotMissing: 3 snapshots of test_it.py::test_three are missing in test_three.trace; received:
        E
        E       span tree, test_it.py:7
        E       agent weather
        E       ├─ tool get_weather {"city": "Paris"} → {"temp": 21}
        E       └─ llm gpt-4o-mini
        E
        E       events, test_it.py:8
        E       start agent weather
        E         start tool get_weather
        E           output
        E         start llm gpt-4o-mini
        E           output
        E         output
        E
        E       usage, test_it.py:9
        E       unknown:input_tokens = 60
        E       unknown:output_tokens = 12
        E       unknown:requests = 1
        E
        E       hint: accept it with `pytest-traces accept`, or record it again with `pytest --snapshot-update`

        test_it.py:7: SnapshotMissing
        """  # noqa: E501
    ).rstrip("\n")
    assert project.command("accept").output.count("accepted") == 3
    assert project.run().outcomes == "1 passed"


@pytest.mark.parametrize(
    ("where", "outcomes"),
    [
        ("def test_a(trace):\n    ask()\n    with trace.soft():\n        trace.assert_span_tree()", "1 failed"),
        ("def test_a(trace):\n    ask()\n    try:\n        trace.assert_span_tree()\n    except AssertionError: pass",
         "1 failed"),
        ("@pytest.fixture\ndef ran(trace):\n    ask()\n    trace.assert_span_tree()\n"
         "def test_a(ran): pass", "1 error"),
        ("@pytest.fixture\ndef ran(trace):\n    yield\n    trace.assert_span_tree()\ndef test_a(ran): ask()",
         "1 passed, 1 error"),
        ("@pytest.mark.xfail\ndef test_a(trace):\n    ask()\n    trace.assert_span_tree()", "1 xfailed"),
    ],
    ids=["soft", "caught", "setup", "teardown", "expected failure"],
)  # fmt: skip
def test_a_missing_snapshot_never_passes(project: Project, where: str, outcomes: str) -> None:
    project.tests(where)
    assert project.run().outcomes == outcomes
    assert len(project.pending()) == 1


def test_a_failure_before_the_end_is_told_beside_the_missing_snapshots(project: Project) -> None:
    project.tests("def test_a(trace):\n    ask()\n    trace.assert_span_tree()\n    trace.one('nothing')\n")
    ran = project.run()
    assert "SpanNotFound" in ran.output
    assert ran.section("Snapshots") == "missing: span tree"
    assert len(project.pending()) == 1


def test_in_ci_what_was_received_is_left_in_trace_dir_and_accepted_elsewhere(project: Project, tmp_path) -> None:
    project.tests(THREE, "tests/test_it.py")
    project.write("tests/conftest.py", "import sys; sys.path.insert(0, '.')")
    ran = project.run("--trace-dir", "left", ci=True)
    assert "hint: fetch that directory and run `pytest-traces accept --from left`\n" in ran.output
    assert (project.pending(), project.snapshots()) == ([], {})

    (project.path / "left").rename(project.path / "artifact")
    assert project.command("pending", "--from", "artifact").output.endswith(
        "3 snapshots of 1 test are pending\nnext: pytest-traces review --from artifact, accept --from artifact "
        "or reject --from artifact\n"
    )
    below = project.path / "tests"
    accepted = project.command("accept", "--from", "../artifact", directory=below)
    assert accepted.output.count("accepted tests/test_it.py::test_three: ") == 3
    assert list(project.snapshots()) == ["tests/__traces__/test_it/test_three.trace"]
    assert project.run(ci=True).outcomes == "1 passed"


def test_in_ci_without_a_directory_nothing_is_left(project: Project) -> None:
    project.tests(THREE)
    ran = project.run(ci=True)
    assert ran.outcomes == "1 failed"
    assert "and commit the snapshot, or give CI a --trace-dir" in ran.output
    assert project.pending() == []


def test_snapshots_that_ci_left_of_another_project_are_refused(project: Project) -> None:
    project.tests(THREE)
    project.run("--trace-dir", "left", ci=True)
    project.write("other/pytest.ini", "")
    (project.path / "test_it.py").unlink()
    refused = project.command("accept", "--from", "left")
    assert refused.code == 2
    assert refused.output == "pytest-traces: run it in the project: neither here nor further up is test_it.py\n"
