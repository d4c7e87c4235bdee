"""What became of a result."""

from tests.assertions.reading import headline, text, why
from tests.builders import a_trace, agent, llm, tool


def weather(given, *, fed_back="It is 21 degrees, sunny", returned=None, asked="Paris"):
    """Return a trace in which `get_weather` was given something after `geocode` returned."""
    returned = {"lat": 48.85, "city": "Paris"} if returned is None else returned
    return a_trace(
        agent(
            "weather",
            tool("geocode", input={"city": asked}, output=returned),
            tool("get_weather", input=given, output={"temp": 21, "sky": "sunny"}),
            llm("gpt", input=[{"role": "tool", "content": fed_back}]),
        )
    )


def test_a_returned_value_among_the_arguments_was_received():
    weather({"lat": 48.85}).assert_received("get_weather", output_of="geocode")
    weather({"query": "weather at 48.85"}).assert_received("get_weather", output_of="geocode")
    weather('{"lat": 48.85}').assert_received("get_weather", output_of="geocode")


def test_another_value_is_no_evidence():
    assert why(weather({"lat": 1.5}).assert_received, "get_weather", output_of="geocode") == text(
        """
        Mismatch: expected 'get_weather' to receive what 'geocode' returned, it received {"lat": 1.5}

        agent weather
        ├─ tool geocode   ← returned {"city": "Paris", "lat": 48.85}
        ├─ tool get_weather   ← received nothing of it
        └─ llm gpt
        """
    )


def test_a_value_among_the_arguments_of_the_source_is_no_evidence():
    assert headline(weather({"city": "Paris"}).assert_received, "get_weather", output_of="geocode") == (
        "Mismatch: expected 'get_weather' to receive what 'geocode' returned, it received {\"city\": \"Paris\"}"
    )


def test_a_piece_of_a_longer_number_is_no_evidence():
    assert headline(weather({"q": "148.851"}).assert_received, "get_weather", output_of="geocode") == (
        "Mismatch: expected 'get_weather' to receive what 'geocode' returned, it received {\"q\": \"148.851\"}"
    )


def test_a_result_of_common_values_cannot_be_followed():
    trace = weather({"ok": True}, returned={"ok": True, "count": 1})
    assert why(trace.assert_received, "get_weather", output_of="geocode") == text(
        """
        Mismatch: expected 'geocode' to return something that can be followed, got {"count": 1, "ok": true}

        agent weather
        ├─ tool geocode   ← nothing new and telling
        ├─ tool get_weather
        └─ llm gpt

        hint: a value that was there before, a single letter or a small number is no evidence
        """
    )


def test_a_call_that_came_before_received_nothing():
    trace = a_trace(agent("a", tool("use", input={"id": "abc"}), tool("make", output={"id": "abc"})))
    assert why(trace.assert_received, "use", output_of="make") == text(
        """
        Mismatch: expected 'use' to receive what 'make' returned, none returned before it began

        agent a
        ├─ tool use   ← received nothing of it
        └─ tool make   ← returned {"id": "abc"}
        """
    )


def test_a_call_inside_another_did_not_receive_what_that_one_returned():
    trace = a_trace(agent("a", tool("make", tool("use", input={"id": "abc"}), output={"id": "abc"})))
    assert why(trace.assert_received, "use", output_of="make") == text(
        """
        Mismatch: expected 'use' to receive what 'make' returned, none returned before it began

        agent a
        └─ tool make   ← returned {"id": "abc"}
           └─ tool use   ← received nothing of it
        """
    )


def test_a_call_that_still_runs_returned_nothing_yet():
    trace = a_trace(tool("make", output={"id": "abc"}, status="running"), tool("use", input={"id": "abc"}))
    assert headline(trace.assert_received, "use", output_of="make") == (
        "Mismatch: expected 'use' to receive what 'make' returned, none returned before it began"
    )


def test_arguments_that_were_not_captured_fail():
    assert why(weather(None).assert_received, "get_weather", output_of="geocode") == text(
        """
        Mismatch: expected to see the input of 'get_weather', it was called but its input was not captured

        agent weather
        ├─ tool geocode
        ├─ tool get_weather   ← no input
        └─ llm gpt
        """
    )


def test_a_result_in_a_later_model_call_was_fed_back():
    weather({}).assert_fed_back("get_weather")
    weather({}, fed_back='{"temp": 21, "sky": "sunny"}').assert_fed_back("get_weather")


def test_a_result_no_model_saw_was_not_fed_back():
    assert why(weather({}, fed_back="It is sunny").assert_fed_back, "get_weather") == text(
        """
        Mismatch: expected a later model call to see what 'get_weather' returned, none of 1 later ones did

        agent weather
        ├─ tool geocode
        ├─ tool get_weather   ← returned {"sky": "sunny", "temp": 21}
        └─ llm gpt
        """
    )


def test_a_result_after_the_last_model_call_was_not_fed_back():
    trace = a_trace(agent("a", llm("gpt", input="hello"), tool("search", output="found it")))
    assert why(trace.assert_fed_back, "search") == text(
        """
        Mismatch: expected a later model call to see what 'search' returned, none came after it

        agent a
        ├─ llm gpt
        └─ tool search   ← returned "found it"
        """
    )


def test_a_model_call_inside_a_tool_does_not_see_its_result():
    trace = a_trace(agent("a", tool("search", llm("gpt", input="found it"), output="found it")))
    assert why(trace.assert_fed_back, "search") == text(
        """
        Mismatch: expected a later model call to see what 'search' returned, none came after it

        agent a
        └─ tool search   ← returned "found it"
           └─ llm gpt
        """
    )


def test_a_model_call_whose_input_was_not_captured_fails():
    trace = a_trace(agent("a", tool("search", output="found it"), llm("gpt")))
    assert why(trace.assert_fed_back, "search") == text(
        """
        Mismatch: expected to see the input of 'gpt', it was called but its input was not captured

        agent a
        ├─ tool search
        └─ llm gpt   ← no input
        """
    )


def test_a_call_that_only_failed_has_nothing_to_feed_back():
    trace = a_trace(agent("a", tool("search", error="TimeoutError: late"), llm("gpt", input="x")))
    assert why(trace.assert_fed_back, "search") == text(
        """
        Mismatch: expected 'search' to be fed back, every call of it failed

        agent a
        ├─ tool search ✗ TimeoutError: late
        └─ llm gpt
        """
    )


def test_a_common_value_must_stand_in_the_prompt_word_for_word():
    a_trace(agent("a", tool("check", output=True), llm("gpt", input=["check:", "true"]))).assert_fed_back("check")
    trace = a_trace(agent("a", tool("check", output=True), llm("gpt", input=["no"])))
    assert headline(trace.assert_fed_back, "check") == NOT_SEEN.replace("look", "check")


def test_an_output_that_was_not_captured_cannot_be_followed():
    trace = a_trace(agent("weather", tool("geocode"), tool("get_weather", input={"lat": 48.85}), llm("gpt", input="x")))
    for assertion, asked in (
        (trace.assert_received, {"step": "get_weather", "output_of": "geocode"}),
        (trace.assert_fed_back, {"step": "geocode"}),
    ):
        assert why(assertion, asked.pop("step"), **asked) == text(
            """
            Mismatch: expected to see the output of 'geocode', it was called but its output was not captured

            agent weather
            ├─ tool geocode   ← no output
            ├─ tool get_weather
            └─ llm gpt
            """
        )


def test_a_small_result_is_seen_as_python_writes_it():
    def fed_back(given):
        trace = a_trace(agent("a", tool("check", output=True), llm("gpt", input=given)))
        return headline(trace.assert_fed_back, "check")

    assert fed_back("it says True") == "it passed"
    assert fed_back("it says None") == NOT_SEEN.replace("look", "check")


def test_a_long_value_is_cut_in_a_note():
    long = ["a" * 30, "b" * 60]
    cut = f'returned ["{"a" * 30}", "{"b" * 23}…'
    trace = a_trace(agent("a", tool("make", output=long), tool("use", input="x" * 80), llm("gpt", input="hello")))
    assert why(trace.assert_received, "use", output_of="make") == text(
        f"""
        Mismatch: expected 'use' to receive what 'make' returned, it received "{"x" * 58}…

        agent a
        ├─ tool make   ← {cut}
        ├─ tool use   ← received nothing of it
        └─ llm gpt
        """
    )
    assert why(trace.assert_fed_back, "make") == text(
        f"""
        Mismatch: expected a later model call to see what 'make' returned, none of 1 later ones did

        agent a
        ├─ tool make   ← {cut}
        ├─ tool use
        └─ llm gpt
        """
    )


def looked_up(returned, *prompts, said=None, given=None):
    """Return what `assert_fed_back` says of a tool between the first model call and those that follow."""
    first, *later = [llm("gpt", input=prompt, output=said) for prompt in prompts]
    trace = a_trace(agent("a", first, tool("look", input=given, output=returned), *later))
    return headline(trace.assert_fed_back, "look")


NOT_SEEN = "Mismatch: expected a later model call to see what 'look' returned, none of 1 later ones did"
FORECAST = {"city": "Paris", "temp": 5}


def test_a_value_of_an_earlier_prompt_is_no_evidence():
    assert looked_up(FORECAST, "in Paris?", "in Paris?") == NOT_SEEN
    assert looked_up(FORECAST, "in Paris?", ["in Paris?", "it is 5 there"]) == NOT_SEEN
    assert looked_up(FORECAST, "in Paris?", ["in Paris?", '{"temp": 5, "city": "Paris"}']) == "it passed"
    assert looked_up(FORECAST, "in Paris?", ["in Paris?", 'got {"city": "Paris", "temp": 5}']) == "it passed"
    assert looked_up(FORECAST, "in Paris?", ["in Paris?", "got {'city': 'Paris', 'temp': 5}"]) == "it passed"
    assert looked_up(FORECAST | {"sky": "sunny"}, "in Paris?", "in Paris? sunny") == "it passed"
    assert looked_up(FORECAST | {"sky": "sunny"}, "in Paris?", "in Paris?") == NOT_SEEN


def test_a_value_of_an_answer_or_of_the_arguments_is_no_evidence():
    assert looked_up(FORECAST, "hello", "it is Paris") == "it passed"
    assert looked_up(FORECAST, "hello", "it is Paris", said="look in Paris") == NOT_SEEN
    assert looked_up(FORECAST, "hello", "it is Paris", given={"at": "Paris"}) == NOT_SEEN


def test_a_result_that_stood_in_an_earlier_prompt_must_stand_there_once_more():
    assert looked_up("pending", ["pending?"], ["pending?"]) == NOT_SEEN
    assert looked_up("pending", ["pending?"], ["pending?", "pending"]) == "it passed"
    assert looked_up("pending", "pending?", "pending? pending") == "it passed"
    assert looked_up("pending", ["pending?"], ["pending?", "is it pending"], said="is it pending") == NOT_SEEN
    assert looked_up("pending", ["pending?"], ["pending?", "is it pending", "pending"], said="pending") == "it passed"


def test_the_longest_earlier_prompt_counts():
    again = [llm("gpt", input=prompt) for prompt in (["ok", "ok"], ["ok"])]
    for prompt, told in ((["ok", "ok"], NOT_SEEN), (["ok", "ok", "ok"], "it passed")):
        trace = a_trace(agent("a", *again, tool("look", output="ok"), llm("gpt", input=prompt)))
        assert headline(trace.assert_fed_back, "look") == told


def test_an_empty_result_cannot_be_followed():
    trace = a_trace(agent("a", tool("look", output=""), llm("gpt", input="hello")))
    assert why(trace.assert_fed_back, "look") == text(
        """
        Mismatch: expected 'look' to return something that can be followed, got ""

        agent a
        ├─ tool look   ← nothing in it
        └─ llm gpt

        hint: an empty result leaves no mark in what a model gets
        """
    )
    for empty in ([], {}, " \n"):
        assert looked_up(empty, "a", ["b", empty]).startswith("Mismatch: expected 'look' to return something")
