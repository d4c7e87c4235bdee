"""The command `pytest-traces`: show, diff, convert, doctor. (What decides on snapshots is tested with them.)"""

import json
import re
from pathlib import Path

import pytest

import pytest_traces
from pytest_traces.adapters.doctor import Finding, diagnose, versions_of
from pytest_traces.adapters.registry import Adapter
from pytest_traces.cli import main
from pytest_traces.formats.otlp.lines import otlp_lines
from pytest_traces.runtime import span
from pytest_traces.snapshots.text.file import Section, save
from pytest_traces.trace.trace import Trace
from tests.project import Project

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


SHOWN = """\
span search   20 ms

search:start
└── ✓  done

Retries: 0
Status:  SUCCESS
"""


def test_show_draws_tree_and_timeline(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", files[0]]) == 0
    assert capsys.readouterr().out == SHOWN


def test_show_fails_on_an_empty_trace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "empty.json"
    path.write_text('{"resourceSpans": []}')
    assert main(["show", str(path)]) == 2
    assert capsys.readouterr() == ("", f"pytest-traces: {path} holds no spans\n")


def test_convert_prints_what_perfetto_reads(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", files[0], "--to", "perfetto"]) == 0
    events = json.loads(capsys.readouterr().out)["traceEvents"]
    assert [(event["ph"], event["name"]) for event in events][2:] == [("X", "span search")]


def test_convert_writes_a_file_that_is_the_same_trace(files: list[str], tmp_path: Path) -> None:
    path = tmp_path / "deep" / "new.jsonl"
    assert main(["convert", files[0], "--to", "otlp", "-o", str(path)]) == 0
    assert list(Trace.load(path).spans) == list(Trace.load(files[0]).spans)


def test_convert_tells_a_file_that_cannot_be_written(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", files[0], "--to", "otlp", "-o", f"{files[1]}/x"]) == 2
    assert f"File exists: '{files[1]}'" in capsys.readouterr().err


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
        "def watch(made, source):\n    pass\n\ndef gone(made, source):\n    raise AttributeError('no hook')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)

    def adapter(name: str, module: str, hook: str = "watch") -> Adapter:
        return Adapter(name, distribution="pytest-traces", verified="0.1..0.1", hooks={module: f"fine_adapter:{hook}"})

    known = "pytest-traces 0.1.0 (verified 0.1)"
    assert list(diagnose([adapter("fine", "fine_framework"), adapter("absent", "no_framework.core")])) == [
        Finding("absent", "pytest-traces is not installed"),
        Finding("fine", f"{known}: listening"),
    ]
    [sick] = diagnose([adapter("sick", "sick_framework")])
    assert sick == Finding(
        "sick", f"{known}: pytest-traces cannot be imported: ZeroDivisionError: division by zero", broken=True
    )
    [gone] = diagnose([adapter("gone", "fine_framework", "gone")])
    told = f"{known}: gone is imported but can't be captured: AttributeError: no hook"
    assert gone == Finding("gone", told, broken=True)


@pytest.mark.parametrize(
    ("verified", "told"),
    [
        ("0.1..0.1", "verified 0.1"),
        ("0.0.9..0.1.0", "verified 0.0.9 to 0.1.0"),
        ("0.1.1..0.2", "not verified, only 0.1.1 to 0.2"),
        ("0.0.1..0.0.9", "not verified, only 0.0.1 to 0.0.9"),
    ],
)
def test_doctor_knows_the_versions_the_contract_ran_on(verified: str, told: str) -> None:
    adapter = Adapter("ours", distribution="pytest-traces", verified=verified, hooks={})
    assert versions_of(adapter) == f"pytest-traces 0.1.0 ({told})"


def test_doctor_finds_what_is_installed_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    assert "timbal         timbal 2.8.0 (verified 2.7 to 2.8): listening\n" in capsys.readouterr().out


def test_without_a_command_it_prints_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "accept" in capsys.readouterr().out


def test_the_command_loads_no_pytest(project: Project) -> None:
    project.write(".pytest_cache/README.md", "the nearest cache: another one may lie further up")
    code = "import sys; from pytest_traces.cli import main; main(['pending']); print('pytest' in sys.modules)"
    assert project.python("-c", code).output == "nothing is pending\nFalse\n"


HELP_OF_DIFF = """\
usage: pytest-traces diff [-h] A B

Show how the span tree of trace file B differs from that of A; exit with 1 if
it does.

positional arguments:
  A
  B

options:
  -h, --help  show this help message and exit
"""


def test_diff_has_a_help(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as left:
        main(["diff", "--help"])
    assert (left.value.code, capsys.readouterr().out) == (0, HELP_OF_DIFF)


@pytest.mark.parametrize("command", ["diff", "compare"])
def test_one_file_is_too_few_for_a_difference(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "a.jsonl"])
    assert left.value.code == 2
    assert capsys.readouterr().err.endswith("error: the following arguments are required: B\n")


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert (left.value.code, capsys.readouterr().out) == (0, "pytest-traces 0.1.0\n")


def test_the_usage_names_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    main([])
    assert capsys.readouterr().out.startswith("usage: pytest-traces [-h] [--version] COMMAND ...\n")


def test_an_unknown_command_is_told_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shw", "x"]) == 2
    assert capsys.readouterr().err.startswith(
        "pytest-traces: unknown command 'shw'; did you mean 'show'?; known: show,"
    )


def test_a_defect_is_no_difference(
    files: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Trace, "span_tree", lambda self: 1 / 0)
    assert main(["diff", *files[:2]]) == 2
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.fixture
def paid(tmp_path: Path) -> str:
    """A trace with values, tokens and a cost."""
    with pytest_traces.record() as trace, span(span_type="agent", name="weather"):
        with span(span_type="tool", name="geocode", input={"city": "Paris"}) as step:
            step.record_output({"text": "x" * 120})
        with span(span_type="llm", name="chat", model_id="gpt-4o") as step:
            step.set_token_usage(input_tokens=1240, output_tokens=80)
            step.count("gpt-4o:cost_usd", 0.25)
        with span(span_type="tool", name="pay") as step:
            step.mark_failed("no money")
    path = tmp_path / "paid.jsonl"
    path.write_text("\n".join(otlp_lines(trace.spans[0]._trace.scope.tree)))
    return str(path)


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["show", *arguments]) == 0
    return capsys.readouterr().out


def test_show_tells_what_options_ask_for(paid: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, paid, "--no-times", "--no-timeline", "--tokens", "--cost") == (
        "agent weather\n"
        f'├─ tool geocode {{"city": "Paris"}} → {{"text": "{"x" * 89}…\n'
        "├─ llm chat   1,240 in   80 out   $0.25\n"
        "└─ tool pay ✗ Failed: no money\n"
    )
    assert shown(capsys, paid, "--no-times", "--no-timeline", "--no-values").startswith(
        "agent weather\n├─ tool geocode\n"
    )
    assert f'"{"x" * 120}"' in shown(capsys, paid, "--whole")
    assert " ms\n" in shown(capsys, paid, "--no-timeline")


def test_colours_are_for_terminals_and_for_those_who_ask(
    paid: str, files: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = shown(capsys, paid, "--no-times", "--no-timeline", "--no-values")
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = shown(capsys, paid, "--no-times", "--no-timeline", "--no-values")
    assert coloured.splitlines()[-1] == "└─ \x1b[1mtool pay\x1b[0m\x1b[31m ✗ Failed: no money\x1b[0m"
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain
    main(["diff", *files[1:]])
    assert "\x1b[33m~ span look_up\x1b[0m\n" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    assert shown(capsys, paid, "--no-times", "--no-timeline", "--no-values") == plain


def test_show_draws_the_snapshots_of_a_test(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "test_a.trace"
    save(path, {"test_a[span_tree]": Section("agent weather\n└─ tool pay"), "test_a[usage]": Section("a = 1")})
    assert shown(capsys, str(path)) == "test_a[span_tree]\nagent weather\n└─ tool pay\n\ntest_a[usage]\na = 1\n"
    assert main(["show", str(tmp_path / "no.trace")]) == 2
