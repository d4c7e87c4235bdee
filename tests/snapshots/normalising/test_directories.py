"""Directories that pytest makes for a test are the same in every run, however it is run."""

from __future__ import annotations

from tests.project import Project

TESTS = """
from pytest_traces.runtime.tracing.spans import span

def save(path):
    with span(span_type="tool", name="save", input={"path": str(path / "out.json")}):
        pass

@pytest.mark.parametrize("text", ["a" * 40, "b" * 40], ids=["a" * 40, "b" * 40])
def test_its_own(trace, tmp_path, text):
    save(tmp_path)
    trace.assert_span_tree()

def test_made(trace, tmp_path_factory):
    save(tmp_path_factory.mktemp("data"))
    trace.assert_span_tree()

def test_asked_for_late(trace, request):
    save(request.getfixturevalue("tmp_path"))
    trace.assert_span_tree()

def test_none(trace, request):
    with span(span_type="tool", name="look", input=request.config._tmp_path_factory._basetemp is None):
        pass
    trace.assert_span_tree()
"""


def test_directories_are_masked_however_pytest_is_run(project: Project) -> None:
    project.tests(TESTS)
    assert project.run("--snapshot-update", "-k", "not none").code == 0
    lines = [line for text in project.snapshots().values() for line in text.splitlines() if line.startswith("tool")]
    assert lines == [
        'tool save {"path": "<basetemp>/test_asked_for_late/out.json"}',
        *['tool save {"path": "<tmp_path>/out.json"}'] * 2,
        'tool save {"path": "<basetemp>/data/out.json"}',
    ]
    assert project.run("--basetemp=elsewhere", "-k", "not none").outcomes == "4 passed, 1 deselected"
    assert project.run("-n2", "-k", "not none").outcomes == "4 passed"


def test_no_directory_is_made_to_be_masked(project: Project) -> None:
    project.tests(TESTS)
    assert project.run("--snapshot-update", "-k", "none").code == 0
    [written] = project.snapshots().values()
    assert "tool look true\n" in written
