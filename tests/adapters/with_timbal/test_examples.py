"""The quickstart's tests turn red when its program is broken, and name exactly what is broken."""

import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

QUICKSTART = Path(__file__).parents[3] / "examples" / "quickstart"

AGAIN = "    call(get_weather=PARIS),\n"
WEATHER = 'return {"temp": 21, "sky": "rain"}'
FORECAST = '    call(get_forecast={**PARIS, "days": 2}),\n'

BREAKS = {
    "intact": ("", ""),
    "dropped": (FORECAST, ""),
    "swapped": (AGAIN + FORECAST, FORECAST + AGAIN),
    "changed": ('"days": 2', '"days": 3'),
    "failing": (WEATHER, 'raise ValueError("no weather")'),
}
"""What is replaced in the program, and by what."""


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Run the snapshot test of a copy for each way to break it; return what it said, nothing where it passed."""
    directory = tmp_path_factory.mktemp("examples")
    for name, (old, new) in BREAKS.items():
        _break(directory / name, name, old, new)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-k", "did_before", "--junitxml=report.xml"]
    subprocess.run([*command, *BREAKS], cwd=directory, capture_output=True, check=False)
    cases = ElementTree.parse(directory / "report.xml").iter("testcase")
    return {case.get("classname", "").partition(".")[0]: _message(case) for case in cases}


def _break(copy: Path, name: str, old: str, new: str) -> None:
    """Copy the example under a module name of its own, and replace some text in its program."""
    copy.mkdir()
    program = (QUICKSTART / "weather_agent.py").read_text(encoding="utf-8")
    assert old in program
    (copy / f"agent_{name}.py").write_text(program.replace(old, new, 1), encoding="utf-8")
    tests = (QUICKSTART / "test_weather_agent.py").read_text(encoding="utf-8")
    (copy / f"test_{name}.py").write_text(tests.replace("weather_agent", f"agent_{name}"), encoding="utf-8")
    shutil.copytree(QUICKSTART / "__traces__" / "test_weather_agent", copy / "__traces__" / f"test_{name}")


def _message(case: ElementTree.Element) -> str:
    failure = case.find("failure")
    return "" if failure is None else failure.get("message", "")


def test_every_copy_was_run(messages: dict[str, str]) -> None:
    assert messages.keys() == BREAKS.keys()


def test_the_program_as_it_is_passes(messages: dict[str, str]) -> None:
    assert messages["intact"] == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dropped", ["2 spans removed", "get_forecast"]),
        ("swapped", ["1 order changed", "'get_forecast' now runs before"]),
        ("changed", ["1 span changed", "get_forecast.input.days: 2 → 3"]),
        ("failing", ["1 span changed", "get_weather.error: nothing → ValueError: no weather"]),
    ],
)
def test_a_broken_program_is_named(messages: dict[str, str], name: str, expected: list[str]) -> None:
    headline = f"span tree of {name}/test_{name}.py::test_it_does_what_it_did_before differs from its snapshot"
    assert [text for text in [headline, *expected] if text not in messages[name]] == []
