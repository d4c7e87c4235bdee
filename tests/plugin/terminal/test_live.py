"""With `-v` on a terminal, a long test shows what it does now; nowhere else."""

import os
import pty
import re
import subprocess
import sys

import pytest

TESTS = """
import os
import time
from pathlib import Path

from pytest_traces.runtime import span

def wait_for(name):
    while not Path(name).exists():
        time.sleep(0.01)

def test_long(trace):
    print("printed by the test")
    with span(span_type="agent", name="weather"):
        with span(span_type="tool", name="geocode \\x1b[31m sk-proj-abcdefghijklmnopqrstuvwxyz0123456789abcdef"):
            wait_for("seen")
    os.system("echo printed by a process")

def test_fails(trace):
    with span(span_type="agent", name="weather"):
        pass
    raise ValueError("no umbrella")
"""


class Terminal:
    """pytest before a pseudo-terminal, and what it wrote so far."""

    def __init__(self, project, *arguments):
        self.shown, end = pty.openpty()
        plugins = ("syrupy", "pytest_traces.plugin", *(["xdist.plugin"] if "-n2" in arguments else []))
        command = [sys.executable, "-m", "pytest", *(f"-p{plugin}" for plugin in plugins), *arguments]
        kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
        environment = kept | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "TERM": "xterm", "COLUMNS": "100"}
        self.process = subprocess.Popen(command, cwd=project.path, env=environment, stdout=end, stderr=end, stdin=end)
        os.close(end)
        self.text = ""

    def read_until(self, text):
        """Read until a text was shown, or to the end."""
        while text not in self.text:
            try:
                piece = os.read(self.shown, 4096)
            except OSError:  # the last process has closed the terminal
                piece = b""
            if not piece:
                return
            self.text += piece.decode("utf-8", "replace")

    def finish(self):
        """Return all that was shown, and the exit code."""
        self.read_until("\0never")
        os.close(self.shown)
        return self.text, self.process.wait(60)


@pytest.fixture
def terminal(project):
    """Runs the project before a terminal."""
    project.tests(TESTS)
    started = []

    def start(*arguments):
        started.append(Terminal(project, *arguments))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait(60)


def drawn(text):
    """Return the first drawing with a tool: rows begin a line and clear it, then the cursor goes up again."""
    drawings = re.finditer(r"\x1b\[\?7l(.*?)\x1b\[(\d+)A\x1b\[(\d+)G\x1b\[\?7h", text, re.S)
    found = next(one for one in drawings if "tool." in one[1])
    rows = found[1].split("\n\r\x1b[2K")[1:]
    assert len(rows) == int(found[2])
    return [re.sub(r"\d\d:\d\d:\d\d|[\d.]+ m?s", "T", row.rstrip("\r")) for row in rows], int(found[3])


def test_a_long_test_shows_what_it_does_now(terminal, project):
    shown = terminal("-v")
    shown.read_until("tool.geocode")
    project.write("seen", "")
    text, code = shown.finish()
    rows, column = drawn(text)
    assert rows == ["  [T]  agent.weather", "  [T]  tool.geocode �[31m <redacted>", "  T · 2 events"]
    assert column == len("test_it.py::test_long ") + 1
    assert code == 1


def test_the_live_line_is_taken_away_and_not_captured(terminal, project):
    shown = terminal("-v")
    shown.read_until("tool.geocode")
    project.write("seen", "")
    text, _ = shown.finish()
    passed = text.index("PASSED")
    assert text.rindex("\x1b[?7h", 0, passed) < text.rindex("\x1b[J", 0, passed)
    assert "Captured stdout" not in text
    assert "printed by" not in text


def test_a_debugger_has_the_terminal_for_itself(terminal, project):
    project.tests(TESTS.replace('os.system("echo printed by a process")', "breakpoint()"))
    shown = terminal("-v", "-k", "long")
    shown.read_until("tool.geocode")
    project.write("seen", "")
    shown.read_until("(Pdb)")
    os.write(shown.shown, b"c\n")
    text, code = shown.finish()
    before, after = text.split("(Pdb)")
    assert before.rindex("\x1b[J") > before.rindex("\x1b[?7h")
    assert ("\x1b[?7l" in after, code) == (False, 0)


@pytest.mark.parametrize("arguments", [(), ("-v", "-s"), ("-v", "-n2"), ("-v", "-o", "log_cli=true")])
def test_no_live_line_without_v_or_beside_another_writer(terminal, project, arguments):
    project.write("seen", "")
    text, _ = terminal(*arguments).finish()
    assert "1 failed" in text
    assert "\x1b[?7l" not in text


def test_no_live_line_is_drawn_into_a_file(project):
    project.tests(TESTS)
    project.write("seen", "")
    assert "\x1b[?7l" not in project.run("-v").output
