"""One program of each framework, and ways to change it: calls, order, arguments, results, failures, models."""

from __future__ import annotations

from typing import NamedTuple


class Change(NamedTuple):
    """A text that is replaced in an example, and what its tests then say."""

    old: str
    new: str
    told: str
    """A line of the message of the test that compares the tree."""
    also: frozenset[str] = frozenset()
    """The other tests that turn red."""


class Program(NamedTuple):
    """An example: its folder, its modules, the test that compares its tree."""

    folder: str
    module: str
    compares: str
    changes: dict[str, Change]


INVOICE_THEN_ANSWER = """\
            [function_call("find_invoice", {"customer": "Ada"}, call_id="call_2")],
            [assistant_message("Invoice 17 is open: 120 euros.")],
        ),
        tools=[find_invoice],
    )
    triage = Agent(
        name="triage",
        model=scripted([function_call("transfer_to_billing", {}, call_id="call_1")]),
"""
INVOICE_THEN_HANDOFF = """\
            [assistant_message("Invoice 17 is open: 120 euros.")],
        ),
    )
    triage = Agent(
        name="triage",
        model=scripted(
            [function_call("find_invoice", {"customer": "Ada"}, call_id="call_2")],
            [function_call("transfer_to_billing", {}, call_id="call_1")],
        ),
        tools=[find_invoice],
"""

FRAMEWORKS = [
    Program(
        "pydantic_ai",
        "tour_guide",
        "test_it_does_what_it_did_before",
        {
            "dropped": Change(
                'ToolCallPart("find_museum", CITY, "call_1"), ',
                "",
                '-   ∥ tool find_museum {"city": "Paris"} → "Louvre"',
                also=frozenset({"test_museum_and_weather_are_asked_at_once"}),
            ),
            "swapped": Change(
                '[ToolCallPart("find_museum", CITY, "call_1"), ToolCallPart("get_weather", CITY, "call_2")],\n'
                '        [ToolCallPart("get_weather", CITY, "call_3")],',
                '[ToolCallPart("get_weather", CITY, "call_3")],\n'
                '        [ToolCallPart("find_museum", CITY, "call_1"), ToolCallPart("get_weather", CITY, "call_2")],',
                "'get_weather' now runs before 'find_museum'",
                also=frozenset({"test_museum_and_weather_are_asked_at_once"}),
            ),
            "argument": Change(
                'CITY = {"city": "Paris"}', 'CITY = {"city": "Rome"}', 'find_museum.input.city: "Paris" → "Rome"'
            ),
            "failure": Change(
                'return "Louvre"', 'raise ModelRetry("closed")', "find_museum.error: nothing → ModelRetry: closed"
            ),
            "model": Change('model_name="gpt-4o-mini"', 'model_name="gpt-4o"', "3 edits: 3 spans renamed"),
        },
    ),
    Program(
        "langgraph",
        "travel_desk",
        "test_it_does_what_it_did_before",
        {
            "dropped": Change(
                'AIMessage("", tool_calls=calls, usage_metadata=USAGE), ',
                "",
                '-       tool get_weather {"city": "Paris"}',
                also=frozenset({"test_the_advisor_asks_for_the_weather_once"}),
            ),
            "swapped": Change(
                'graph.add_edge(START, "time_office")\n    graph.add_edge(["map_office", "time_office"], "advisor")',
                'graph.add_edge("advisor", "time_office")\n    graph.add_edge("map_office", "advisor")',
                "'advisor' now runs before 'time_office'",
                also=frozenset({"test_both_offices_are_asked_at_once"}),
            ),
            "argument": Change(
                '"args": {"city": desk["city"]}',
                '"args": {"city": "Rome"}',
                'get_weather.input.city: "Paris" → "Rome"',
                also=frozenset({"test_the_advisor_asks_for_the_weather_once"}),
            ),
            "failure": Change(
                'return {"temp": 21, "sky": "rain"}',
                'raise TimeoutError("too slow")',
                "TimeoutError: too slow",
                also=frozenset({"test_both_offices_are_asked_at_once", "test_the_advisor_asks_for_the_weather_once"}),
            ),
            "model": Change("Scripted(", "Sharper(", "name: Scripted → Sharper"),
        },
    ),
    Program(
        "openai_agents",
        "billing_desk",
        "test_it_does_what_it_did_before",
        {
            "dropped": Change(
                '[function_call("find_invoice", {"customer": "Ada"}, call_id="call_2")],',
                "",
                '-   tool find_invoice {"customer": "Ada"}',
                also=frozenset({"test_billing_looks_the_invoice_up_once"}),
            ),
            "swapped": Change(
                INVOICE_THEN_ANSWER,
                INVOICE_THEN_HANDOFF,
                'tool find_invoice {"customer": "Ada"} → {"amount": 120, "number": 17}   ← moved here from \'billing\'',
                also=frozenset({"test_billing_looks_the_invoice_up_once"}),
            ),
            "result": Change(
                '{"number": 17, "amount": 120}', '{"number": 18, "amount": 120}', "find_invoice.output.number: 17 → 18"
            ),
            "argument": Change(
                '{"customer": "Ada"}', '{"customer": "Bob"}', 'find_invoice.input.customer: "Ada" → "Bob"'
            ),
            "failure": Change(
                'return {"number"',
                'raise TimeoutError("too slow")\n    return {"number"',
                "find_invoice.error: nothing → TimeoutError: too slow",
            ),
            "model": Change(
                "model = ScriptedModel(turns)",
                'model = ScriptedModel(turns)\n    model.model = "gpt-4o"',
                "name: ScriptedModel → gpt-4o",
            ),
        },
    ),
    Program(
        "opentelemetry",
        "book_shop",
        "test_it_does_what_it_did_before",
        {
            "dropped": Change(
                "search(call_model(question))[0]",
                '"The Umbrella Academy"',
                '-   tool search {"word": "umbrella"}',
                also=frozenset({"test_it_searches_for_what_the_model_chose"}),
            ),
            "swapped": Change(
                "    return search(call_model(question))[0]",
                '    found = search("umbrella")\n    call_model(question)\n    return found[0]',
                "'search' now runs before 'gpt-4o-mini'",
            ),
            "argument": Change(
                'return "umbrella"',
                'return "rain"',
                'search.input.word: "umbrella" → "rain"',
                also=frozenset({"test_it_searches_for_what_the_model_chose"}),
            ),
            "failure": Change(
                'found = ["',
                'raise TimeoutError("too slow")\n        found = ["',
                "TimeoutError: too slow",
                also=frozenset({"test_it_searches_for_what_the_model_chose"}),
            ),
            "model": Change(
                "gpt-4o-mini",
                "gpt-4o",
                "name: gpt-4o-mini → gpt-4o",
            ),
        },
    ),
    Program(
        "openai_sdk",
        "trip_agent",
        "test_it_looks_at_weather_and_trains_side_by_side",
        {
            "dropped": Change('get_weather={"city": "Brest"}, ', "", "expected at least 1 span 'get_weather', found 0"),
            "swapped": Change(
                'says(get_weather={"city": "Brest"}, find_trains={"city": "Brest"})',
                'says(find_trains={"city": "Brest"}), says(get_weather={"city": "Brest"})',
                "'get_weather' began after 'find_trains'",
            ),
            "argument": Change(
                'find_trains={"city": "Brest"}',
                'find_trains={"city": "Lyon"}',
                'find_trains.input.city: "Brest" → "Lyon"',
            ),
            "failure": Change(
                "model(BUSY, says(", "model(BUSY, BUSY, says(", "('gpt-4o-mini', 3) != ('gpt-4o-mini', 2)"
            ),
            "model": Change(
                'MODEL = "gpt-4o-mini"',
                'MODEL = "gpt-4o"',
                "('gpt-4o', 2) != ('gpt-4o-mini', 2)",
                also=frozenset({"test_it_tells_while_it_reads"}),
            ),
        },
    ),
    Program(
        "anthropic_sdk",
        "librarian",
        "test_it_searches_again_and_lends_what_it_found",
        {
            "dropped": Change(
                'calls("lend", shelf="B-714", reader="Ada"), ', "", "expected 'lend' after 'search', found nothing more"
            ),
            "swapped": Change(
                'iter([*search, calls("lend", shelf="B-714", reader="Ada"), ',
                'iter([calls("lend", shelf="B-714", reader="Ada"), *search, ',
                "expected 'search' first, found 'lend'",
            ),
            "argument": Change('reader="Ada"', 'reader="Bob"', 'lend.input.reader: "Ada" → "Bob"'),
            "failure": Change(
                "self.outages = [",
                'self.outages = [ConnectionError("still offline"), ',
                "tool search ✗ ConnectionError: still offline",
            ),
            "model": Change(
                'MODEL = "claude-sonnet-5"', 'MODEL = "claude-haiku-5"', "name: claude-sonnet-5 → claude-haiku-5"
            ),
        },
    ),
]
