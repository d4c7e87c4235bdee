from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from pytest_traces.errors import CorruptFile
from pytest_traces.trace.trace import Trace
from tests.builders import a_tree, agent, tool
from tests.formats.files import load_text, one_span, otlp, otlp_span, rows

LINES = [json.dumps(row) for row in rows(a_tree(agent("weather", tool("geocode"))))]
CUT_LINE = "its writer was interrupted; without that line the rest of the file can be read"


def why(directory: Path, text: str) -> str:
    """Return why a file of this text cannot be loaded, and see that it was left alone."""
    with pytest.raises(CorruptFile) as failure:
        load_text(directory, text)
    assert (directory / "trace.json").read_text(encoding="utf-8") == text
    return str(failure.value).removeprefix(f"{directory / 'trace.json'}, ")


@pytest.mark.parametrize("text", ["", " \n\n"])
def test_an_empty_file(tmp_path, text):
    assert why(tmp_path, text) == "line 1: the file is empty\n\nhint: record the trace again"


def test_a_line_cut_off(tmp_path):
    text = "\n".join([*LINES[:-1], LINES[-1][:40]])
    assert why(tmp_path, text) == f"line {len(LINES)}: it ends in the middle of a value\n\nhint: {CUT_LINE}"


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_an_object_cut_off(tmp_path, share):
    text = json.dumps(otlp(otlp_span(1)), indent=1)
    text = text[: int(len(text) * share)].rstrip()
    line = text.count("\n") + 1
    assert f"line {line}: " in why(tmp_path, text)


def test_an_object_cut_off_says_so(tmp_path):
    text = '{"resourceSpans": [{"scopeSpans": ['
    hint = "record or export the trace again"
    assert why(tmp_path, text) == f"line 1: it ends in the middle of a value\n\nhint: {hint}"


def test_a_line_of_rubbish(tmp_path):
    text = "\n".join([LINES[0], "rubbish", *LINES[1:]])
    assert why(tmp_path, text) == "line 2: not JSON at column 1: Expecting value\n\nhint: export the trace again"


def test_blank_lines_count(tmp_path):
    assert why(tmp_path, "\n\n".join([LINES[0], "{]"])).startswith("line 3: not JSON at column 2: ")


def test_other_line_ends_within_a_string_do_not_count(tmp_path):
    header, *others = LINES
    odd = json.dumps({"kind": "event", "type": "note", "call_id": "weather-1", "t": 0, "payload": "a\u2028b\x85c"})
    text = "\n".join([header, *others, odd.encode().decode("unicode_escape"), "{"])
    assert why(tmp_path, text).startswith(f"line {len(LINES) + 2}: ")


@pytest.mark.parametrize("text", ["[]", "{}", "3", '"trace"', "null", '{"data2": []}', '[{"name": "span"}]', "[[]]"])
def test_json_that_is_no_trace(tmp_path, text):
    hint = "known are pytest-traces JSON lines, OTLP/JSON, Jaeger JSON"
    assert why(tmp_path, text) == f"line 1: it has no known trace format\n\nhint: {hint}"


@pytest.mark.parametrize("deep", ["[" * 100_000 + "]" * 100_000, '{"a":' * 100_000 + "1" + "}" * 100_000])
def test_a_value_nested_beyond_all_reason(tmp_path, deep):
    hint = "leave the deepest values out of the file"
    assert why(tmp_path, deep) == f"line 1: a value is nested too deeply to be read\n\nhint: {hint}"


def test_a_number_without_end(tmp_path):
    what = "line 1: a number is too long to be read\n\nhint: export the trace again"
    assert why(tmp_path, "1" * 10_000) == what


@pytest.mark.parametrize("half", ["\\ud83d", "\\uDE00", "\\ud83d\\ud83d"])
@pytest.mark.parametrize("place", ["name", "key"])
def test_half_a_character(tmp_path, half, place):
    added = {"name": f'"name": "a{half}"', "key": f'"input": {{"a{half}": 1}}'}[place]
    text = f'{LINES[0]}\n{{"kind": "span", {added}}}'
    hint = "write the character itself, or both of its \\u escapes"
    assert why(tmp_path, text) == f"line 2: the text 'a{half.lower()}' holds half a character\n\nhint: {hint}"


def test_half_a_character_inside_an_attribute_of_ours(tmp_path):
    span = otlp_span(1, attributes={"pytest_traces.type": "tool", "pytest_traces.input": '"\\ud83d"'})
    what = """line 1: span 'work' holds '"\\\\ud83d"', a text with half a character\n\nhint: export the trace again"""
    assert why(tmp_path, json.dumps(otlp(span))) == what


def test_an_attribute_of_others_with_half_a_character_stays_a_text(tmp_path):
    assert one_span(tmp_path, attributes={"input.value": '"\\ud83d"'}).input == '"\\ud83d"'


def test_both_halves_of_a_character_are_one(tmp_path):
    assert one_span(tmp_path, attributes={"input.value": '"\\ud83d\\ude00"'}).input == "\U0001f600"


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "trace.pb").write_bytes(b"\x0a\xff\xfe\x00")
    with pytest.raises(CorruptFile) as failure:
        Trace.load(tmp_path / "trace.pb")
    assert str(failure.value) == (
        f"{tmp_path / 'trace.pb'}: byte 1 is not UTF-8\n\n"
        "hint: a trace file is JSON text: unpack a compressed one first, export protobuf as OTLP/JSON"
    )


def test_a_byte_order_mark_is_no_error(tmp_path):
    assert len(load_text(tmp_path, "\ufeff" + "\n".join(LINES))) == 2


def test_line_ends_of_windows_are_no_error(tmp_path):
    (tmp_path / "trace.json").write_bytes("\r\n".join([*LINES, ""]).encode())
    assert len(Trace.load(tmp_path / "trace.json")) == 2


@pytest.mark.parametrize("between", ["", ",", "\n", ",\n"])
def test_two_values_that_are_not_one_on_each_line(tmp_path, between):
    one = json.dumps(otlp(otlp_span(1)), indent=1)
    at, line = (2, one.count("\n") + 1) if between[:1] != "\n" else (1, one.count("\n") + 2)
    hint = "a file holds one value, or one on each line"
    what = f"line {line}: another value begins at column {at}\n\nhint: {hint}"
    assert why(tmp_path, one + between + one) == what


def test_a_comma_too_many(tmp_path):
    assert why(tmp_path, '{"resourceSpans": [],}').startswith("line 1: not JSON at column 2")


def test_a_key_that_stands_twice(tmp_path):
    text = "\n".join([*LINES[:-1], LINES[-1][:-1] + ', "status": "error"}'])
    what = f"line {len(LINES)}: the key 'status' appears twice in one object\n\nhint: keep the one that is meant"
    assert why(tmp_path, text) == what


def test_a_compressed_file_says_what_to_do(tmp_path):
    (tmp_path / "trace.json.gz").write_bytes(gzip.compress("\n".join(LINES).encode()))
    with pytest.raises(
        CorruptFile, match="byte 1 is not UTF-8\n\nhint: a trace file is JSON text: unpack a compressed"
    ):
        Trace.load(tmp_path / "trace.json.gz")


def test_a_directory(tmp_path):
    with pytest.raises(CorruptFile) as failure:
        Trace.load(tmp_path)
    assert str(failure.value) == (
        f"{tmp_path}: it is a directory, expected a file\n\nhint: load the files in it one by one"
    )


def test_a_file_that_does_not_exist_is_the_usual_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        Trace.load(tmp_path / "nowhere.json")


def test_a_broken_attribute_of_our_own_is_named(tmp_path):
    with pytest.raises(CorruptFile) as failure:
        one_span(tmp_path, attributes={"pytest_traces.type": "tool", "pytest_traces.input": "{"})
    assert "line 1: span 'work' holds '{', expected JSON" in str(failure.value)


def test_a_misspelt_attribute_of_our_own_is_named(tmp_path):
    with pytest.raises(CorruptFile) as failure:
        one_span(tmp_path, attributes={"pytest_traces.type": "tool", "pytest_traces.statu": "error"})
    what = "unknown key 'statu' of span 'work'; did you mean 'status'?"
    assert str(failure.value).splitlines()[0] == f"{tmp_path / 'trace.json'}, line 1: {what}"


def test_a_name_nested_too_deeply_is_an_error(tmp_path):
    attributes = {"gen_ai.operation.name": "chat", "llm.input_messages.0.message." + "a." * 2000: 1}
    with pytest.raises(CorruptFile) as failure:
        one_span(tmp_path, attributes=attributes)
    what = "a value is nested too deeply to be read\n\nhint: leave the deepest values out of the file"
    assert str(failure.value) == f"{tmp_path / 'trace.json'}: {what}"
