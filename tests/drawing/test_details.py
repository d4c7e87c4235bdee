"""All about a trace, in the width of a terminal."""

from __future__ import annotations

from pytest_traces.drawing.details import draw_details
from tests.builders import a_tree, agent, at_once, llm, span, tool

LONG = "Goods can be sent back within 30 days, if the seal is whole and the bill is there. Postage is not. " * 4
CARD = {
    "owner": {"name": "Ann", "mail": "ann@example.com"},
    "lines": [{"note": LONG, "qty": 1}, {"note": "", "qty": 3}],
}
ASKED = [{"role": "system", "content": LONG}, {"role": "user", "content": "Refund A-1?"}]
CALLED = {"role": "assistant", "content": None, "tool_calls": [{"name": "find_order", "args": {"id": "A-1"}}]}
FOUND = {"role": "tool", "content": "shipped"}
DESK = a_tree(
    agent(
        "desk",
        llm("chat", model="openai/gpt-4o", tokens=(1_240, 80), input=ASKED, output=CALLED, ms=730),
        at_once(
            tool("ticket", input=CARD, output=4711),
            tool("mail", llm("gpt-4o", model="openai/gpt-4o"), input={"to": "ann"}, output="sent"),
        ),
        tool("refund", input={"id": "A-1"}, error=f"TimeoutError: {LONG}"),
        tool("refund", input={"id": "A-1"}, output="done", ms=1_041),
        llm("chat", model="openai/gpt-4o", tokens=(1_300, 20), input=[*ASKED, CALLED, FOUND], output="Done."),
        span("plan", "think", status="cancelled"),
    )
)


def test_each_line_fits_and_values_stand_below_their_span_where_they_must() -> None:
    assert draw_details(DESK, width=80) == (
        """\
agent desk                                       ≥ 2,540 in  ≥ 100 out  1,811 ms
├─ llm chat   openai/gpt-4o                           1,240 in  80 out    730 ms
│      input.0 system: "Goods can be sent back within 30 days, if the se…"
│      input.1 user: "Refund A-1?"
│      output.content: null
│      output.role: "assistant"
│      output.tool_calls: [{"args": {"id": "A-1"}, "name": "find_order"}]
├─ ∥ tool mail {"to": "ann"} → "sent"                                      10 ms
│  └─ llm gpt-4o                                                           10 ms
├─ ∥ tool ticket                                                           10 ms
│      input.lines.0.note: "Goods can be sent back within 30 days, if t…"
│      input.lines.0.qty: 1
│      input.lines.1: {"note": "", "qty": 3}
│      input.owner: {"mail": "ann@example.com", "name": "Ann"}
│      output: 4711
├─ tool refund                                                             10 ms
│      input: {"id": "A-1"}
│      error: "TimeoutError: Goods can be sent back within 30 days, if t…"
├─ tool refund {"id": "A-1"} → "done"   attempt 2                       1,041 ms
├─ llm chat   openai/gpt-4o                           1,300 in  20 out     10 ms
│      input: 3 messages as before, then
│      input.3 tool: "shipped"
│      output: "Done."
└─ plan think [cancelled]                                                  10 ms
values are cut here; pytest -vv shows them whole"""
    )


def test_whole_values_are_blocks_of_lines_that_fit() -> None:
    drawn = draw_details(a_tree(agent("a", tool("ticket", input=CARD))), width=80, whole=True)
    assert drawn.splitlines()[2:9] == [
        "       input.lines.0.note:",
        "         | Goods can be sent back within 30 days, if the seal is whole and the \\",
        "         | bill is there. \\",
        "         | Postage is not. Goods can be sent back within 30 days, if the seal \\",
        "         | is whole and the bill is there. \\",
        "         | Postage is not. Goods can be sent back within 30 days, if the seal \\",
        "         | is whole and the bill is there. \\",
    ]
    assert "cut" not in drawn
    assert max(map(len, drawn.splitlines())) <= 80


def test_the_first_lines_are_shown_and_the_others_counted() -> None:
    drawn = draw_details(a_tree(tool("t", input={f"key{number}": "x" * 30 for number in range(9)})), width=80)
    assert drawn.splitlines()[6:] == [
        f'    input.key5: "{"x" * 30}"',
        "    … 3 more lines",
        "values are cut here; pytest -vv shows them whole",
    ]


def test_a_secret_is_shown_nowhere() -> None:
    secret = {"headers": {"authorization": "Bearer abcdef1234567890"}, "note": LONG}
    for whole in (False, True):
        assert "abcdef" not in draw_details(a_tree(tool("t", input=secret)), width=80, whole=whole)


def test_a_call_that_asks_the_same_again_says_so() -> None:
    again = a_tree(llm("m", input=ASKED, output="a"), llm("m", input=ASKED, output="b"))
    assert '    input: 2 messages as before\n    output: "b"' in draw_details(again, width=80)


def test_two_hundred_spans_of_a_long_trace_are_drawn_and_the_others_counted() -> None:
    drawn = draw_details(a_tree(*(tool("t", input=number) for number in range(3_000))), width=80).splitlines()
    assert (len(drawn), drawn[-1]) == (201, "… 2800 more spans")


def test_a_long_error_stands_below_and_the_attempt_beside_its_span() -> None:
    late = {"input": 1, "error": f"TimeoutError: {LONG}"}
    assert draw_details(a_tree(tool("t", **late), tool("t", **late, status="timeout")), width=80).splitlines()[3:6] == [
        "tool t [timeout]   attempt 2                                               10 ms",
        "    input: 1",
        '    error: "TimeoutError: Goods can be sent back within 30 days, if the …"',
    ]
