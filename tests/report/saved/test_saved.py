"""Saved runs: the same whatever the order, and every fault of a file is named."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from pytest_traces.errors import CorruptFile
from pytest_traces.report.saved.commit import age, commit_of
from pytest_traces.report.saved.figures import SHAPE, misfit
from pytest_traces.report.saved.files import load_run, save_run
from pytest_traces.report.saved.run import SavedRun, named_apart, session_of
from pytest_traces.report.terminal import report_lines
from tests.report.samples import FLAKY, SHORT
from tests.report.saved.runs import a_run, a_saved_test

FIGURES = dict(a_saved_test("t.py::test_a", SHORT)["figures"])


def two_runs() -> list[SavedRun]:
    first = a_run([a_saved_test("t.py::test_a", FLAKY), a_saved_test("t.py::test_b", SHORT)], name="a.jsonl")
    second = a_run([a_saved_test("t.py::test_c", SHORT), a_saved_test("t.py::test_b", SHORT)], name="b.jsonl")
    return [first, second]


def report(runs: list[SavedRun]) -> str:
    return "\n".join(line.text for line in report_lines(session_of(runs, 1500.0), rows=10, width=80))


def test_a_run_is_read_as_it_was_saved(tmp_path):
    run = a_run(
        [
            a_saved_test("t.py::test_a", FLAKY, outcome="rerun"),
            a_saved_test("t.py::test_a", FLAKY, attempt=2, packed={"k1": "eJ"}, made=[FIGURES]),
        ]
    )
    run.outside = [("t.py::run", FIGURES)]
    save_run(tmp_path / "a.jsonl", run)
    assert load_run(tmp_path / "a.jsonl") == SavedRun(run.about, run.tests, run.outside, str(tmp_path / "a.jsonl"))


def test_a_text_with_line_ends_of_unicode_is_read_as_it_was_saved(tmp_path):
    run = a_run([a_saved_test("t.py::test_a", outcome="failed", reason="one\u2028two\u2029three\x85four\x0cfive")])
    save_run(tmp_path / "a.jsonl", run)
    assert load_run(tmp_path / "a.jsonl").tests == run.tests
    (tmp_path / "bom.jsonl").write_bytes(b"\xef\xbb\xbf" + (tmp_path / "a.jsonl").read_bytes().replace(b"\n", b"\r\n"))
    assert load_run(tmp_path / "bom.jsonl").tests == run.tests


def test_a_file_is_sorted_so_that_the_same_run_gives_the_same_bytes(tmp_path):
    tests = [a_saved_test("t.py::test_b", SHORT, packed={"k": "x"}), a_saved_test("t.py::test_a", SHORT)]
    outside = [("t.py::b", {"spans": 2}), ("t.py::a", {"spans": 1})]
    for name, order in (("a", 1), ("b", -1)):
        save_run(tmp_path / name, SavedRun(a_run().about, tests[::order], outside[::order]))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    rows = [json.loads(line) for line in (tmp_path / "a").read_text().splitlines()]
    assert [row.get("nodeid", row.get("recorded_by")) for row in rows] == [
        None,
        "t.py::test_a",
        "t.py::test_b",
        "t.py::a",
        "t.py::b",
    ]


def test_a_recording_that_several_tests_show_is_written_once(tmp_path):
    save_run(tmp_path / "a", a_run([a_saved_test(name, SHORT, packed={"k": "x"}) for name in ("t::b", "t::a")]))
    assert [test["packed"] for test in load_run(tmp_path / "a").tests] == [{"k": "x"}, {}]


def test_runs_give_one_report_whatever_their_order():
    told = report(two_runs())
    assert told == report(two_runs()[::-1])
    assert told.startswith(" 4 tests · 16 spans · 5 llm calls")


def test_a_test_that_ran_twice_is_named_and_counts_twice():
    assert [test["nodeid"] for test in named_apart(two_runs())] == [
        "t.py::test_a",
        "t.py::test_b",
        "t.py::test_b (b.jsonl)",
        "t.py::test_c",
    ]
    assert "\n ran twice       in\n   t.py::test_b  a.jsonl, b.jsonl" in report(two_runs())


def test_an_attempt_that_ran_again_counts_as_a_rerun():
    run = a_run(
        [
            a_saved_test("t.py::test_a", SHORT, outcome="rerun", reason="late"),
            a_saved_test("t.py::test_a", SHORT, attempt=2),
            a_saved_test("t.py::test_b", SHORT, outcome="failed", reason="Mismatch: x"),
        ]
    )
    session = session_of([run], 1500.0)
    assert (session.reruns, session.passed_on_rerun) == (1, ["t.py::test_a"])
    assert session.failed == {"t.py::test_b": "Mismatch: x"}


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        (("tokens",), float("nan"), "figures.tokens is nan"),
        (("models",), None, "figures.models is None"),
        (("operations", 0, "ms", 0), "soon", "figures.operations.0.ms.0 is 'soon'"),
        (("retries", 0, "recovered"), 1, "figures.retries.0.recovered is 1"),
        (("tools", 0, "name"), None, "figures.tools.0.name is None"),
    ],
)
def test_damaged_figures_are_refused_with_their_place(tmp_path, field, value, told):
    run = json.loads(json.dumps(a_saved_test("t.py::test_a", FLAKY)))
    at = run["figures"]
    for key in field[:-1]:
        at = at[key]
    at[field[-1]] = value
    save_run(tmp_path / "a.jsonl", a_run([run]))
    with pytest.raises(CorruptFile) as caught:
        load_run(tmp_path / "a.jsonl")
    assert str(caught.value) == f"{tmp_path / 'a.jsonl'}, line 2: {told}{HINT}"


def test_the_figures_of_every_trace_have_the_known_shape_and_no_other_key():
    for program in (FLAKY, SHORT):
        figures = dict(a_saved_test("t.py::test_a", program)["figures"])
        assert misfit(json.loads(json.dumps(figures))) == ""
        assert figures.keys() == SHAPE.keys()


ABOUT = '{"pytest_traces": "0.1.0", "commit": "", "time": "", "slow_ms": 1500.0, "part": ""}\n'
HINT = "\n\nhint: pytest --trace-save writes such files"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: its first line is not about a run"),
        ('{"nodeid": "t"}\n', "line 1: its first line is not about a run"),
        ("[1]\n", "line 1: expected an object, found [1]"),
        (ABOUT + '{"nod', "line 2: it is not JSON: Unterminated string starting at: line 1 column 2 (char 1)"),
        (ABOUT + '{"nodeid": 7}', "line 2: 'nodeid' is 7"),
        (ABOUT + '{"nodeid": "t", "atempt": 1}', "line 2: 'attempt' is missing; did you mean 'atempt'?"),
    ],
)
def test_a_file_that_is_no_saved_run_is_refused_with_the_line(tmp_path, text, told):
    path = tmp_path / "a.jsonl"
    path.write_text(text)
    with pytest.raises(CorruptFile) as caught:
        load_run(path)
    assert str(caught.value) == f"{path}, {told}{HINT}"


def test_a_file_of_bytes_is_refused(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(CorruptFile, match="line 1: it is no UTF-8: invalid start byte"):
        load_run(path)


NOW = "2026-01-03T12:00:00+00:00"


@pytest.mark.parametrize(
    ("time", "told"),
    [
        ("2026-01-01T00:00:00+00:00", "2 days old"),
        ("2026-01-03T11:00:00+00:00", "1 hour old"),
        ("2026-01-03T11:58:00+00:00", "2 minutes old"),
        (NOW, "of now"),
        ("2026-01-03", "of an unknown date"),
        ("yesterday", "of an unknown date"),
    ],
)
def test_the_age_of_a_run_is_told_in_words(time, told):
    assert age(time, NOW) == told


def test_a_directory_without_a_commit_has_none(tmp_path):
    assert commit_of(tmp_path) == ("", "")
    assert commit_of(tmp_path / "gone") == ("", "")


def test_the_commit_of_a_repository_and_its_time_in_utc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-01-03T14:00:00+02:00")
    for command in ("init -q", "-c user.name=a -c user.email=a@b.c commit -q --allow-empty -m first"):
        subprocess.run(["git", "-C", str(tmp_path), *command.split()], check=True)
    commit, time = commit_of(tmp_path)
    assert (len(commit), time) == (40, "2026-01-03T12:00:00+00:00")
