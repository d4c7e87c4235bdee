"""The page about assertions runs: its code passes or fails as it says, with the messages it shows."""

import re
from pathlib import Path

import pytest

from pytest_traces.assertions.assert_methods import Expectations
from pytest_traces.assertions.queries.conditions import call
from pytest_traces.assertions.queries.matching.arguments import exactly
from pytest_traces.assertions.sequences.patterns import either, optional, parallel, repeat
from tests.assertions.reading import why
from tests.builders import a_trace, agent, at_once, llm, tool

PAGE = Path(__file__).parents[2].joinpath("docs", "assertions.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(python|text)\n(.*?)\n```", PAGE, re.DOTALL)
CODE = [
    (code, BLOCKS[at + 1][1] if at + 1 < len(BLOCKS) and BLOCKS[at + 1][0] == "text" else "it passed")
    for at, (language, code) in enumerate(BLOCKS)
    if language == "python"
]

WEATHER = a_trace(
    agent(
        "weather",
        llm("gpt-4o-mini", tokens=(60, 12)),
        at_once(
            tool("geocode", input={"city": "Paris"}, output={"lat": 48.85, "lon": 2.35}), tool("get_time", input={})
        ),
        tool("get_weather", input={"lat": 48.85}, error="TimeoutError: upstream timed out"),
        tool("get_weather", input={"lat": 48.85}, output={"temp": 21}),
        llm("gpt-4o-mini", tokens=(40, 8), input=["It is 21 degrees"], chunks=["It ", "is warm"]),
    )
)
WORDS = {
    "trace": WEATHER,
    "empty": a_trace(),
    "pytest": pytest,
    **{word.__name__: word for word in (call, either, exactly, optional, parallel, repeat)},
}


def test_the_trace_on_the_page_is_the_one_that_is_asked():
    assert BLOCKS[0] == ("text", str(WEATHER))


@pytest.mark.parametrize(("code", "message"), CODE, ids=lambda block: block.splitlines()[0][:60])
def test_a_block_of_the_page_does_what_it_says(code, message):
    assert why(exec, compile(code, "assertions.md", "exec"), dict(WORDS)) == message


def test_the_page_names_every_assertion():
    assert [name for name in dir(Expectations) if name.startswith("assert_") and name not in PAGE] == []
