"""The command `pytest-traces`: show, diff, doctor. (What decides on snapshots is tested with them.)"""

from pathlib import Path

import pytest

from pytest_traces.adapters.doctor import Finding, diagnose
from pytest_traces.cli import main
from tests.plugin.project import Project

ROW = (
    '{"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "0af7651916cd43dd8448eb211c80319c",'
    ' "spanId": "b7ad6b7169203331", "name": "NAME", "startTimeUnixNano": "1000000000",'
    ' "endTimeUnixNano": "1020000000", "status": {}}]}]}]}'
)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    names = {"a.json": "search", "b.json": "search", "c.json": "look_up"}
    for file, name in names.items():
        (tmp_path / file).write_text(ROW.replace("NAME", name))
    return [str(tmp_path / file) for file in names]


def test_show_draws_a_trace_file(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", files[0]]) == 0
    assert "search" in capsys.readouterr().out


def test_show_tells_a_file_that_holds_no_trace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "no.json"
    path.write_text("[]")
    assert main(["show", str(path)]) == 2
    assert capsys.readouterr().err.startswith(f"pytest-traces: {path}")


def test_show_tells_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "nowhere.json"]) == 2
    assert "nowhere.json" in capsys.readouterr().err


def test_diff_of_equal_traces(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", *files[:2]]) == 0
    assert capsys.readouterr().out == "the span trees are the same\n"


def test_diff_tells_the_edits(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", *files[1:]]) == 1
    assert capsys.readouterr().out.startswith("1 edit: 1 span renamed\n\n")


def test_doctor_tells_what_is_listened_to_and_what_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fine_framework.py").write_text("")
    (tmp_path / "sick_framework.py").write_text("1 / 0")
    (tmp_path / "fine_adapter.py").write_text(
        "from contextlib import contextmanager\n\n@contextmanager\ndef capture():\n    yield lambda: None\n"
    )
    (tmp_path / "gone_adapter.py").write_text("def capture():\n    raise AttributeError('no hook')\n")
    monkeypatch.syspath_prepend(tmp_path)
    adapters = {"no_framework.core": "x.absent", "fine_framework": "fine_adapter", "sick_framework": "x.sick"}
    assert list(diagnose(adapters)) == [
        Finding("fine_adapter", "listening"),
        Finding("absent", "not installed"),
        Finding("sick", "sick_framework cannot be imported: ZeroDivisionError: division by zero", broken=True),
    ]
    told = "gone_adapter is imported but can't be captured: AttributeError: no hook"
    assert list(diagnose({"fine_framework": "gone_adapter"})) == [Finding("gone_adapter", told, broken=True)]


def test_doctor_finds_what_is_installed_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    assert "timbal         listening\n" in capsys.readouterr().out


def test_without_a_command_it_prints_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "accept" in capsys.readouterr().out


def test_the_command_loads_no_pytest(project: Project) -> None:
    code = "import sys; from pytest_traces.cli import main; main(['pending']); print('pytest' in sys.modules)"
    assert project.python("-c", code).output == "nothing is pending\nFalse\n"
