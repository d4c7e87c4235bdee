"""What cannot be written fails its test in one line, and nothing else."""

import json
from pathlib import Path

import pytest

from pytest_traces.snapshots.storing.extension import TraceExtension
from tests.project import Project

ONE = "def test_a(trace):\n    ask()\n    trace.assert_span_tree()\n\ndef test_b(trace):\n    ask()\n"


@pytest.mark.parametrize("stable", [(), ("--trace-stable=2",)], ids=["once", "stable"])
def test_a_snapshot_that_cannot_be_written_fails_its_test(project: Project, stable: tuple[str, ...]) -> None:
    project.tests(ONE)
    (project.path / "__traces__").symlink_to("nowhere")  # a directory that can neither be found nor made
    ran = project.run("--snapshot-update", *stable)
    assert ran.outcomes in ("2 passed, 1 error", "1 failed, 1 passed")
    where = project.path / "__traces__/test_it/test_a.trace"
    assert f"snapshots were not written: {where}: can't be written: File exists" in ran.output
    assert "INTERNALERROR" not in ran.output
    assert project.run("--snapshot-update", *stable, "-n2").outcomes == ran.outcomes


def test_a_snapshot_that_could_not_be_written_is_pending(project: Project) -> None:
    project.tests(ONE)
    (project.path / "__traces__").symlink_to("nowhere")
    project.run("--snapshot-update")
    [pending] = project.pending()
    assert json.loads(pending.read_text())["section"] == "test_a[span_tree]"
    refused = project.command("accept")
    assert refused.code == 2
    assert refused.output.startswith("pytest-traces: ")
    assert refused.output.endswith("can't be written: File exists\n")
    (project.path / "__traces__").unlink()
    assert project.command("accept").code == 0
    assert project.run().code == 0


@pytest.mark.parametrize("place", ["__traces__", "__traces__/test_it", "__traces__/test_it/test_a.trace"])
@pytest.mark.parametrize("options", [(), ("--snapshot-update",)], ids=["plain", "update"])
def test_something_else_in_its_place_is_told(project: Project, place: str, options: tuple[str, ...]) -> None:
    project.tests(ONE)
    if place.endswith(".trace"):
        (project.path / place).mkdir(parents=True)
    else:
        project.write(place, "hello")
    ran = project.run(*options)
    assert ran.outcomes == "1 failed, 1 passed"
    assert "test_a.trace: can't be read: " in ran.output
    assert "INTERNALERROR" not in ran.output


def test_a_snapshot_that_cannot_be_deleted_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "test_a.trace").mkdir()
    with pytest.warns(UserWarning, match="unused snapshots were not deleted: .*test_a.trace: can't be read"):
        TraceExtension().delete_snapshots(
            snapshot_location=str(tmp_path / "test_a.trace"), snapshot_names={"test_a[span_tree]"}
        )
