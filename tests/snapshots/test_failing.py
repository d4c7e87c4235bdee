"""Each snapshot assertion fails with its whole message: what differs, where, and how to accept it."""

from __future__ import annotations

from inspect import cleandoc

import pytest

from tests.project import Project

CASES = {
    "span_tree": (
        '"temp": 21',
        '"temp": 22',
        """
        SnapshotMismatch: span tree of test_it.py::test_a differs from its snapshot: 1 edit: 1 span changed

          agent weather
        ~   tool get_weather
                get_weather.output.temp: 21 → 22
          … 1 unchanged

        hint: accept it with `pytest-traces accept`, or record it again with `pytest --snapshot-update`
        """,
    ),
    "events": (
        "ask()",
        "ask(fails=1)",
        """
        SnapshotMismatch: events of test_it.py::test_a differs from its snapshot: 1 edit: 1 event added

          start agent weather
        +   start tool get_weather
        +     … and 1 below it
          … 5 unchanged

        hint: accept it with `pytest-traces accept`, or record it again with `pytest --snapshot-update`
        """,
    ),
    "usage": (
        "output_tokens=12",
        "output_tokens=13",
        """
        SnapshotMismatch: usage of test_it.py::test_a differs from its snapshot: 1 edit: 1 count changed

        output_tokens of 'unknown': 12 → 13

        hint: accept it with `pytest-traces accept`, or record it again with `pytest --snapshot-update`
        """,
    ),
}


@pytest.mark.parametrize(("name", "was", "now", "message"), [(name, *case) for name, case in CASES.items()], ids=CASES)
def test_a_snapshot_assertion_fails_with_what_differs(
    project: Project, name: str, was: str, now: str, message: str
) -> None:
    test = project.tests(f"""
    def test_a(trace):
        ask()
        trace.assert_{name}()
    """)
    assert project.run("--snapshot-update").outcomes == "1 passed"
    for file in (test, project.path / "app.py"):
        file.write_text(file.read_text(encoding="utf-8").replace(was, now), encoding="utf-8")
    for compiled in project.path.rglob("*.pyc"):  # a change of the same size in the same second would not be seen
        compiled.unlink()
    told = [line[8:] for line in project.run(columns=200).output.splitlines() if line[0:1] == "E"]
    assert "\n".join(told).removeprefix("pytest_traces.") == cleandoc(message)
