"""Files of the first format, in their earlier place: they are compared as they were written, and updated as a whole."""

from __future__ import annotations

import pytest

from pytest_traces.snapshots.text.file import Section, load, save
from tests.project import Project

TESTS = """
    from pytest_traces.runtime import span

    DOCUMENT = "Goods can be sent back within 30 days, if the seal is whole. " * 20
    PORTS = list(range(8000, 8200))

    def test_a(trace):
        with span(span_type="tool", name="search", input={"query": "q" * 90, "ports": PORTS}) as step:
            step.record_output([DOCUMENT, "short", 7])
        trace.assert_span_tree()
        trace.assert_events()
"""
FIRST = """\
# pytest-traces snapshot v1
=== test_a[events]
start tool search
  output

=== test_a[span_tree]
tool search ⟨{"ports": [8000, 8001, 8002, 8003, 8004, 8005, 8006, 8007, 8008, 8009, 8010, 8011, 8012, 8013, 8014, \
8015, 8016, 8017, 8… 1,314 chars a65e1918⟩ → ["Goods can be sent back within 30 days, if the seal is whole. \
Goods can be sent back within 30 days, if the seal is whole…⟨1,220 chars cbbb3fe9⟩", "short", 7]
"""
"""As the first release wrote it."""
EARLIER = "__snapshots__/test_it/test_a.trace"


@pytest.fixture
def old(project: Project) -> Project:
    project.tests(TESTS)
    project.write(EARLIER, FIRST)
    return project


def test_an_old_file_is_compared_as_it_was_written(old: Project) -> None:
    before = old.snapshots()
    ran = old.run()
    assert (ran.outcomes, old.snapshots()) == ("1 passed", before)


def test_a_change_in_what_an_old_file_cut_is_told(old: Project) -> None:
    old.tests(TESTS.replace("30 days", "60 days"))
    ran = old.run()
    assert ran.outcomes == "1 failed"
    assert "1 edit: 1 span changed" in ran.output


def test_an_update_moves_an_old_file_and_writes_it_anew(old: Project) -> None:
    assert old.run("--snapshot-update").outcomes == "1 passed"
    [(name, text)] = old.snapshots().items()
    assert name == "__traces__/test_it/test_a.trace"
    assert not (old.path / EARLIER).parent.exists()
    assert text.startswith("# pytest-traces snapshot v2\n")
    assert max(map(len, text.splitlines())) <= 100
    assert old.run().outcomes == "1 passed"


def test_accepting_one_text_of_an_old_file_leaves_the_other_as_it_was(old: Project) -> None:
    path = old.path / "__traces__/test_it/test_a.trace"
    save(path, load(path) | {"test_a[events]": Section("start tool search\n  output")})
    assert {name: section.version for name, section in load(path).items()} == {
        "test_a[events]": 2,
        "test_a[span_tree]": 1,
    }
    assert old.run().outcomes == "1 passed"
