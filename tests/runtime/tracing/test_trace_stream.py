"""The live stream shows what happens and changes nothing."""

import builtins
import io

import pytest

from pytest_traces.runtime import TraceStream, span, trace_tool


class Terminal(io.StringIO):
    def isatty(self):
        return True


@trace_tool
def search():
    return 1


def shown(stream):
    return [(row.name, row.detail) for row in stream.events]


def test_steps_show_up_by_themselves(trace):
    with TraceStream(file=io.StringIO()) as stream:
        search()
    assert shown(stream) == [("trace.start", ""), ("tool.search", ""), ("trace.complete", "")]


def test_a_failed_step_is_shown_and_its_error_goes_on(trace):
    screen = io.StringIO()
    with pytest.raises(ValueError, match="boom"), TraceStream(file=screen) as stream, span(span_type="tool", name="x"):
        raise ValueError("boom")
    assert shown(stream)[-2:] == [("tool.x", "✗ ValueError: boom"), ("trace.failed", "boom")]
    assert screen.getvalue().endswith("└── ✗  ValueError: boom\n\nRetries: 0\nStatus:  FAILED\n")


def test_steps_elsewhere_are_not_shown(trace):
    with TraceStream(file=io.StringIO()) as stream:
        pass
    search()
    assert "tool.search" not in dict(shown(stream))


def test_a_trace_stream_leaves_the_context_as_it_was(trace):
    with TraceStream(file=io.StringIO()):
        pass
    search()
    assert trace.one("search").parent is None


def test_a_trace_stream_works_without_a_recorder(capsys):
    with TraceStream(prompt="Hi") as stream:
        stream.emit("query.embed")
        search()
    assert [row.name for row in stream.events] == ["trace.start", "query.embed", "tool.search", "trace.complete"]
    assert "├── ✓  search" in capsys.readouterr().out


def test_a_terminal_without_rich_gets_plain_lines(monkeypatch):
    real = builtins.__import__

    def without_rich(name, *rest, **more):
        if name.partition(".")[0] == "rich":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_rich)
    screen = Terminal()
    with TraceStream(file=screen):
        pass
    assert "\x1b" not in screen.getvalue()
    assert "trace.start" in screen.getvalue()
