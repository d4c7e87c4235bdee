"""How many pieces a provider cuts its answer into is not behaviour: streams fold into what was said."""

from unittest.mock import MagicMock, Mock

import pytest

from pytest_traces.runtime import EventCollector, register_collector
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.runtime.streams.folding import fold
from pytest_traces.runtime.streams.registry import unregister_collector


def chunk(index=0, usage=None, finish_reason=None, **delta):
    choice = {"index": index, "delta": delta, "finish_reason": finish_reason}
    return {"object": "chat.completion.chunk", "choices": [] if usage else [choice], "usage": usage}


def call(index=0, id=None, name=None, arguments=None):
    return {"index": index, "id": id, "function": {"name": name, "arguments": arguments}}


def test_text_is_joined():
    assert fold(["It is ", "21 ", "degrees"]) == ["It is 21 degrees"]


def test_no_chunks_fold_into_no_output():
    assert fold([]) == []


def test_pieces_without_a_collector_stand_as_they_came():
    assert fold([{"row": 1}, 2, None]) == [{"row": 1}, 2, None]


def test_kinds_that_alternate_keep_their_order():
    assert fold(["a", "b", {"row": 1}, "c"]) == ["ab", {"row": 1}, "c"]


def test_openai_chunks_are_a_message():
    pieces = [
        chunk(role="assistant", content=""),
        chunk(content="It "),
        chunk(content="rains"),
        chunk(finish_reason="stop"),
    ]
    assert fold(pieces) == [{"role": "assistant", "content": "It rains", "finish_reason": "stop"}]


def test_openai_tool_calls_are_put_together_by_index():
    pieces = [
        chunk(tool_calls=[call(0, "c0", "geocode", "")]),
        chunk(tool_calls=[call(1, "c1", "get_time", "{}")]),
        chunk(tool_calls=[call(0, arguments='{"city": ')]),
        chunk(tool_calls=[call(0, arguments='"Paris"}')]),
    ]
    [message] = fold(pieces)
    assert [one["function"] for one in message["tool_calls"]] == [
        {"name": "geocode", "arguments": '{"city": "Paris"}'},
        {"name": "get_time", "arguments": "{}"},
    ]


def test_openai_usage_at_the_end_is_kept():
    pieces = [chunk(content="Hi"), chunk(usage={"prompt_tokens": 3, "completion_tokens": 1})]
    assert fold(pieces)[0]["usage"] == {"prompt_tokens": 3, "completion_tokens": 1}


def test_several_choices_are_several_messages():
    assert [
        one["content"] for one in fold([chunk(0, content="a"), chunk(1, content="b"), chunk(0, content="c")])[0]
    ] == [
        "ac",
        "b",
    ]


def test_anthropic_events_are_a_message():
    pieces = [
        {"type": "message_start", "message": {"role": "assistant", "model": "claude", "usage": {"input_tokens": 9}}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "ping"},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "It "}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "rains"}},
        {"type": "content_block_stop", "index": 0},
        {
            "type": "content_block_start",
            "index": 1,
            "content_block": {"type": "tool_use", "id": "t", "name": "f", "input": {}},
        },
        {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": '{"a"'}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": ": 1}"}},
        {"type": "content_block_stop", "index": 1},
        {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 4}},
        {"type": "message_stop"},
    ]
    assert fold(pieces) == [
        {
            "role": "assistant",
            "model": "claude",
            "usage": {"input_tokens": 9, "output_tokens": 4},
            "stop_reason": "tool_use",
            "content": [
                {"type": "text", "text": "It rains"},
                {"type": "tool_use", "id": "t", "name": "f", "input": {"a": 1}},
            ],
        }
    ]


def test_timbal_deltas_are_blocks():
    pieces = [
        {"type": "thinking", "id": "0", "thinking": "hm"},
        {"type": "thinking_delta", "id": "0", "thinking_delta": "m"},
        {"type": "text", "id": "1", "text": ""},
        {"type": "text_delta", "id": "1", "text_delta": "It "},
        {"type": "text_delta", "id": "1", "text_delta": "rains"},
        {"type": "content_block_stop", "id": "1"},
        {"type": "tool_use", "id": "2", "name": "f", "input": ""},
        {"type": "tool_use_delta", "id": "2", "input_delta": '{"a": 1}'},
        {"type": "custom", "id": "3", "data": {"k": 1}},
    ]
    assert fold(pieces) == [
        {"type": "thinking", "id": "0", "thinking": "hmm"},
        {"type": "text", "id": "1", "text": "It rains"},
        {"type": "tool_use", "id": "2", "name": "f", "input": {"a": 1}},
        {"type": "custom", "id": "3", "data": {"k": 1}},
    ]


def test_a_tool_call_that_broke_off_keeps_its_text():
    assert fold([{"type": "tool_use_delta", "id": "2", "input_delta": '{"a'}]) == [
        {"type": "tool_use", "id": "2", "input": '{"a'}
    ]


@pytest.mark.parametrize(
    "odd",
    [
        {"type": "content_block_delta", "index": 0},
        {"type": "message_start"},
        {"object": "chat.completion.chunk", "choices": 3},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta"}},
    ],
)
def test_a_piece_of_an_unknown_shape_is_not_lost(odd):
    assert fold([odd]) == [odd]


def test_a_change_in_what_was_said_changes_the_fold():
    assert fold(["It ", "rains"]) != fold(["It ", "snows"])
    assert fold(["a", {"row": 1}]) != fold([{"row": 1}, "a"])


def test_a_collector_of_ones_own_folds_too():
    total = register_collector(collector_of_amounts())
    try:
        assert fold([{"amount": 1}, {"amount": 2}, "x", 7]) == [3, "x", 7]
    finally:
        unregister_collector(total)


def test_an_anthropic_stream_that_broke_off_keeps_what_came():
    citation = {"type": "citations_delta", "citation": {"url": "a"}}
    pieces = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}},
        {"type": "content_block_delta", "index": 0, "delta": citation},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "name": "f", "input": {}}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": '{"a'}},
    ]
    assert fold(pieces)[0]["content"] == [
        {"type": "text", "text": "Hi", "citations": [{"url": "a"}]},
        {"type": "tool_use", "name": "f", "input": '{"a'},
    ]


def test_a_collector_must_say_what_it_does():
    for ask in (EventCollector.can_handle, EventCollector().process, lambda event: EventCollector().collect()):
        with pytest.raises(NotImplementedError):
            ask("piece")


def test_a_collector_that_fails_loses_nothing():
    @register_collector
    class Broken(EventCollector):
        @classmethod
        def can_handle(cls, event):
            return event == "odd"

        def process(self, event):
            return event

        def collect(self):
            raise ValueError("boom")

    try:
        assert fold(["odd", "odd", "text"]) == ["odd", "odd", "text"]
    finally:
        unregister_collector(Broken)


def test_a_collector_that_a_test_defines_is_forgotten_with_the_test():
    folded = []
    for registers in (True, False):
        with recording(Recorder("a test")):
            if registers:
                register_collector(collector_of_amounts())
            folded.append(fold([{"amount": 1}, {"amount": 2}]))
    assert folded == [[3], [{"amount": 1}, {"amount": 2}]]


def test_a_collector_of_a_module_stays_for_the_next_test():
    class_of_a_module = collector_of_amounts()
    class_of_a_module.__qualname__ = "Total"
    try:
        with recording(Recorder("a test")):
            register_collector(class_of_a_module)
        with recording(Recorder("a test")):
            assert fold([{"amount": 1}, {"amount": 2}]) == [3]
    finally:
        unregister_collector(class_of_a_module)


def collector_of_amounts():
    class Total(EventCollector):
        total = 0

        @classmethod
        def can_handle(cls, event):
            return "amount" in event

        def process(self, event):
            self.total += event["amount"]

        def collect(self):
            return self.total

    return Total


@pytest.mark.parametrize("piece", [MagicMock(), Mock(type="text_delta", object="chat.completion.chunk")])
def test_a_piece_that_answers_anything_is_asked_nothing(piece):
    fold([piece])
    assert piece.mock_calls == []
