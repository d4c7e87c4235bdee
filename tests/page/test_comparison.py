"""Two drawn trees side by side: what is the same, what changed, what came and what went."""

from textwrap import dedent

from pytest_traces.page.comparison import side_by_side


def compared(stored, received):
    return side_by_side(dedent(stored).strip("\n"), dedent(received).strip("\n"))


def test_a_line_that_only_has_another_branch_is_the_same():
    stored = """
    agent a
    └─ tool x
    """
    received = """
    agent a
    ├─ tool x
    └─ tool y
    """
    assert compared(stored, received) == [
        (" ", "agent a", "agent a"),
        (" ", "   tool x", "   tool x"),
        ("+", "", "   tool y"),
    ]


def test_lines_of_the_same_span_are_paired():
    stored = """
    agent a
    ├─ ∥ tool x {"q": 1}
    └─ tool z
    """
    received = """
    agent a
    ├─ tool y
    └─ ∥ tool x {"q": 2}
    """
    assert compared(stored, received) == [
        (" ", "agent a", "agent a"),
        ("+", "", "   tool y"),
        ("~", '   ∥ tool x {"q": 1}', '   ∥ tool x {"q": 2}'),
        ("-", "   tool z", ""),
    ]


def test_another_depth_is_another_line():
    assert compared("agent a\n└─ tool x", "agent a\n└─ agent b\n   └─ tool x") == [
        (" ", "agent a", "agent a"),
        ("-", "   tool x", ""),
        ("+", "", "   agent b"),
        ("+", "", "      tool x"),
    ]


def test_a_long_text_of_equal_lines_is_compared_in_no_time_and_what_is_the_same_stays_so():
    lines = ["agent a", *(f'├─ tool search {{"q": {at}}}' if at % 3 else "├─ llm gpt" for at in range(9_000))]
    rows = side_by_side("\n".join(lines), "\n".join(line.replace('"q"', '"query"') for line in lines))
    assert [sign for sign, _, _ in rows].count("~") == 6_000
    assert all((sign == " ") == (old == new) for sign, old, new in rows)
