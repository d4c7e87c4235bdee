"""What is packed comes out the same in a browser, without its secrets."""

import json

import pytest

from pytest_traces.page.packing import NUMBER, key_of, pack, redacted_fields
from pytest_traces.redaction.masking import redact
from tests.page.unpacking import unpack


def test_a_packed_recording_is_unpacked():
    fields = {"spans": [{"name": "é \ud800", "ms": 1.5, "none": None}], "start": 3}
    assert unpack(pack(fields)) == fields


def test_equal_values_have_equal_keys():
    assert key_of(pack({"a": 1})) == key_of(pack({"a": 1})) != key_of(pack({"a": 2}))


@pytest.mark.parametrize("number", [2**53 + 1, -(10**30), float("nan"), float("inf")])
def test_a_number_that_javascript_reads_as_another_one_is_a_text(number):
    assert unpack(pack({"value": {"n": [number]}})) == {"value": {"n": [{NUMBER: str(number)}]}}


def test_a_number_that_javascript_holds_stays_one():
    assert unpack(pack({"value": [2**53, True, 1.5]})) == {"value": [2**53, True, 1.5]}


def test_secrets_are_masked():
    packed = unpack(pack({"spans": [{"api_key": "hunter2"}, {"city": "Paris"}]}))
    assert packed == {"spans": [{"api_key": "<redacted>"}, {"city": "Paris"}]}


def test_a_pattern_that_takes_more_than_a_value_leaves_json():
    restore = redact.extend([r"Paris.*"])
    try:
        packed = json.loads(redacted_fields({"spans": [{"city": "Paris", "password": "hunter2", "n": [1, "Rome"]}]}))
    finally:
        restore()
    assert packed == {"spans": [{"city": "<redacted>", "password": "<redacted>", "n": [1, "Rome"]}]}
