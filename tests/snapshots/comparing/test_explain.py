"""What a mismatch says, whole."""

from __future__ import annotations

import re
from textwrap import dedent

from pytest_traces.snapshots.comparing.explain import explain, explain_tree
from tests.builders import a_trace, tool

STORED = dedent("""\
    agent weather
    ├─ llm gpt-4o-mini
    ├─ ∥ tool geocode {"city": "Paris"} → {"lat": 48.85, "lon": 2.35}
    ├─ ∥ tool get_time {"tz": "Europe/Paris"} → "12:00"
    ├─ tool get_weather {"lat": 48.85, "lon": 2.35} ✗ TimeoutError: upstream timed out
    ├─ tool get_weather {"lat": 48.85, "lon": 2.35} → {"temp": 21}   attempt 2
    └─ llm gpt-4o-mini""")


def told(received: str, stored: str = STORED) -> str:
    explanation = explain_tree(stored, received)
    return f"{explanation.headline}\n{explanation.body}"


def test_swapped_tools_are_told_and_not_the_model_calls_between_them():
    stored = "agent a\n├─ llm m\n├─ tool b 1\n├─ llm m\n├─ tool c 2\n└─ llm m"
    received = "agent a\n├─ llm m\n├─ tool c 2\n├─ llm m\n├─ tool b 1\n└─ llm m"
    assert told(received, stored) == (
        "1 edit: 1 order changed\n  agent a\n      'c' now runs before 'b'\n  … 5 unchanged"
    )


def test_a_moved_span_among_many_equal_ones_is_told():
    stored, received = ("agent a\n├─ llm m\n├─ llm m\n└─ tool b", "agent a\n├─ llm m\n├─ tool b\n└─ llm m")
    assert told(received, stored) == (
        "1 edit: 1 order changed\n  agent a\n      'b' now runs before 'm'\n  … 3 unchanged"
    )


def test_equal_texts_have_no_edits():
    assert told(STORED) == "0 edits: the same spans, drawn differently\n"


def test_spans_that_were_reordered_by_hand_are_shown():
    [geocode, get_time] = [line for line in STORED.splitlines() if "∥" in line]
    edited = "\n".join({geocode: get_time, get_time: geocode}.get(line, line) for line in STORED.splitlines())
    assert told(STORED, edited) == f"1 edit: the same spans, drawn differently\n- {get_time}\n+ {geocode}"


def test_the_path_into_a_span_that_is_named_like_a_field_is_the_one_that_ignore_takes():
    old, new = (a_trace(tool("status", output=[{"z": z}])) for z in (1, 2))
    [path] = re.findall(r"\S+(?=: 1 → 2)", told(new.span_tree(), old.span_tree()))
    assert path == '"status".output.0.z'
    assert old.span_tree(ignore=path) == new.span_tree(ignore=path) == "tool status → [{}]"


def test_a_changed_value_is_told_by_the_path_to_paste_into_ignore():
    assert told(STORED.replace('{"temp": 21}', '{"temp": 22}')) == dedent("""\
        1 edit: 1 span changed
          agent weather
          … 4 unchanged
        ~   tool get_weather   attempt 2
                get_weather.output.temp: 21 → 22
          … 1 unchanged""")


def test_an_attempt_that_is_gone_is_named():
    assert told(STORED.replace('├─ tool get_weather {"lat": 48.85, "lon": 2.35} → {"temp": 21}   attempt 2\n', "")) == (
        dedent("""\
        1 edit: 1 span removed
          agent weather
          … 4 unchanged
        -   tool get_weather {"lat": 48.85, "lon": 2.35} → {"temp": 21}   ← attempt 2 of 'get_weather' is gone
          … 1 unchanged""")
    )


def test_a_first_attempt_that_is_gone_is_named_too():
    failed = '├─ tool get_weather {"lat": 48.85, "lon": 2.35} ✗ TimeoutError: upstream timed out\n'
    assert told(STORED.replace(failed, "").replace("   attempt 2", "")) == dedent("""\
        1 edit: 1 span removed
          agent weather
          … 3 unchanged
        -   tool get_weather {"lat": 48.85, "lon": 2.35} ✗ TimeoutError: upstream timed out   ← attempt 1 of 'get_weather' is gone
            tool get_weather   ← was attempt 2, now the first
          … 1 unchanged""")  # noqa: E501


def test_spans_that_now_run_in_order_are_named():
    assert told(STORED.replace("∥ ", "")) == dedent("""\
        1 edit: 1 order changed
          agent weather
              'geocode' now runs before 'get_time'
          … 6 unchanged""")


def test_spans_that_now_run_side_by_side_are_named():
    assert told(STORED, STORED.replace("∥ ", "")) == dedent("""\
        1 edit: 1 order changed
          agent weather
              'geocode' and 'get_time' now run side by side
          … 6 unchanged""")


def test_a_changed_order_names_the_neighbours_concerned_only():
    old = "agent a\n├─ tool b\n├─ tool c\n├─ tool d\n└─ tool e"
    new = "agent a\n├─ tool b\n├─ tool d\n├─ tool c\n└─ tool e"
    assert told(new, old) == "1 edit: 1 order changed\n  agent a\n      'd' now runs before 'c'\n  … 4 unchanged"


def test_calls_of_one_tool_that_changed_places_are_told_apart_by_what_they_say():
    stored, received = ("agent a\n├─ tool b 1\n└─ tool b 2", "agent a\n├─ tool b 2\n└─ tool b 1")
    assert told(received, stored) == (
        "1 edit: 1 order changed\n  agent a\n      tool b 2 now runs before tool b 1\n  … 2 unchanged"
    )


def test_a_span_in_between_is_one_edit_and_what_it_holds_was_here_before():
    old = "agent a\n├─ tool b\n│  └─ llm x\n└─ tool c"
    new = "agent a\n├─ chain new\n│  └─ tool b\n│     └─ llm x\n└─ tool c"
    assert told(new, old) == (
        "1 edit: 1 span added\n  agent a\n+   chain new\n+     … 2 below it were here before\n  … 1 unchanged"
    )


def test_a_span_whose_children_go_on_elsewhere_is_one_edit():
    old = "agent a\n├─ chain gone\n│  ├─ tool b\n│  └─ tool c\n└─ agent d"
    new = "agent a\n└─ agent d\n   ├─ tool b\n   └─ tool c"
    assert told(new, old) == dedent("""\
        1 edit: 1 span removed
          agent a
        -   chain gone
        -     … 2 below it were kept
            agent d
        >     tool b   ← moved here from 'gone'
        >     tool c   ← moved here from 'gone'""")


def test_a_moved_span_is_one_edit():
    old = "agent a\n├─ agent b\n│  └─ tool t\n└─ agent c"
    new = "agent a\n├─ agent b\n└─ agent c\n   └─ tool t"
    assert told(new, old) == dedent("""\
        1 edit: 1 span moved
          agent a
          … 1 unchanged
            agent c
        >     tool t   ← moved here from 'b'""")


def test_a_renamed_parent_is_one_edit():
    old = "agent a\n└─ agent b\n   ├─ tool t\n   └─ tool u"
    assert told(old.replace("agent b", "agent z"), old) == (
        "1 edit: 1 span renamed\n  agent a\n~   agent z\n        name: b → z\n  … 2 unchanged"
    )


def test_a_change_that_sorts_a_concurrent_span_elsewhere_is_one_edit():
    old = 'agent a\n├─ ∥ tool t {"q": 1}\n├─ ∥ tool t {"q": 5}\n└─ ∥ tool t {"q": 7}'
    new = 'agent a\n├─ ∥ tool t {"q": 5}\n├─ ∥ tool t {"q": 7}\n└─ ∥ tool t {"q": 9}'
    assert told(new, old) == (
        "1 edit: 1 span changed\n  agent a\n  … 2 unchanged\n~   ∥ tool t\n        t.input.q: 1 → 9"
    )


def test_only_the_attempts_can_differ():
    old = "agent a\n├─ tool t ✗ E: x\n└─ tool t → 1   attempt 2"
    assert told(old.replace("   attempt 2", ""), old) == dedent("""\
        1 edit: attempts renumbered
          agent a
          … 1 unchanged
            tool t   ← was attempt 2, now the first""")


def test_counts_are_told_by_model():
    stored = "openai/x:input_tokens = 32\nopenai/x:output_tokens = 9\nrows = 1"
    received = "openai/x:input_tokens = 40\nopenai/x:output_tokens = 9\npages = 2\nllm reported no usage ×1"
    assert explain("usage", stored, received) == (
        "4 edits: 4 counts changed",
        dedent("""\
        llm reported no usage: nothing → 1
        input_tokens of 'openai/x': 32 → 40
        pages: nothing → 2
        rows: 1 → nothing"""),
    )


def test_counts_that_come_from_nothing_are_told():
    assert explain("usage", "nothing was counted", "rows = 1") == ("1 edit: 1 count changed", "rows: nothing → 1")


def test_events_are_told_as_events():
    stored = 'start agent a\n  start llm m\n    chunk "Take an umbrella"\n    output\n  output'
    received = 'start agent a\n  start llm m\n    chunk "Take a coat"\n    retry\n    output ✗ E: x\n  output'
    assert explain("events", stored, received) == (
        "3 edits: 1 event added, 2 events changed",
        dedent("""\
          start agent a
            start llm m
        ~     chunk
                  chunk.payload: "Take an umbrella" → "Take a coat"
        +     retry
        ~     output
                  m.error: nothing → E: x
          … 1 unchanged"""),
    )


def test_very_many_edits_are_cut_and_counted():
    told = explain_tree("agent a", "\n".join(["agent a", *(f"├─ tool t{number}" for number in range(200))]))
    assert told.headline == "200 edits: 200 spans added"
    assert told.body.splitlines()[-1] == "… 121 more lines"
