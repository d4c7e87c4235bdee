"""No credential of the list is left, in whatever form its text is written; no harmless text is changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_traces.redaction.keys import MASK, is_secret
from pytest_traces.redaction.masking import redact
from tests.redaction.harmless import TEXTS, VALUES
from tests.redaction.placements import (
    COMMANDS,
    HEADERS,
    IN_URLS,
    JSON_KEYS,
    SECRET,
    SHAPES,
    STRUCTURES,
    URLS,
    WHOLE_TEXTS,
)

Form = Callable[[Any], str]

FORMS: dict[str, Form] = {
    "json": json.dumps,
    "json in json": lambda value: json.dumps({"args": json.dumps(value)}),
    "json in json in json": lambda value: json.dumps([json.dumps({"args": json.dumps(value)})]),
    "indented": lambda value: json.dumps(value, indent=1),
    "repr": repr,
}
"""How a value becomes text."""

form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


def placed(value: Any, secret: str = SECRET) -> Any:
    """Put the secret where the braces are."""
    if isinstance(value, str):
        return value.replace("{}", secret).replace("{{", "{").replace("}}", "}")
    if isinstance(value, list):
        return [placed(item) for item in value]
    return {key: placed(item) for key, item in value.items()} if isinstance(value, dict) else value


def require_gone(text: str, secret: str = SECRET) -> None:
    masked = redact(text)
    assert secret not in masked
    assert MASK in masked
    assert redact(masked) == masked


def test_the_lists_are_long_enough_to_stand_for_the_rest() -> None:
    placements = [WHOLE_TEXTS, HEADERS, COMMANDS, URLS, JSON_KEYS, STRUCTURES, SHAPES, IN_URLS]
    assert sum(map(len, placements)) >= 150
    assert len(TEXTS) + len(VALUES) >= 100


@pytest.mark.parametrize("text", [*WHOLE_TEXTS, *HEADERS, *COMMANDS, *URLS])
def test_a_credential_goes_wherever_its_text_stands(text: str) -> None:
    require_gone(placed(text))
    for write in FORMS.values():
        require_gone(write({"text": placed(text)}))
        require_gone(write({"text": f"before\n{placed(text)}", "n": 1}))


@form
@pytest.mark.parametrize("key", JSON_KEYS)
def test_a_value_is_secret_by_the_name_of_its_key_and_alone_is_masked(key: str, form: Form) -> None:
    assert redact(form({"a": 1, key: SECRET, "n": 1})) == form({"a": 1, key: MASK, "n": 1})


@form
@pytest.mark.parametrize("value", STRUCTURES, ids=str)
def test_a_credential_goes_out_of_every_structure_and_json_stays_json(value: Any, form: Form) -> None:
    require_gone(form(placed(value)))
    if form is not repr:
        json.loads(redact(form(placed(value))))


@pytest.mark.parametrize("secret", SHAPES)
def test_a_value_is_secret_by_its_shape(secret: str) -> None:
    assert redact(f"use {secret} here") == f"use {MASK} here"
    assert json.loads(redact(json.dumps({"note": f"line\n{secret}", "n": 1}))) == {"note": f"line\n{MASK}", "n": 1}


@pytest.mark.parametrize(("url", "secret"), IN_URLS)
def test_a_token_in_the_path_of_a_url_goes(url: str, secret: str) -> None:
    require_gone(f"POST {url}", secret)
    assert redact(url).startswith("https://")


@pytest.mark.parametrize("text", TEXTS)
def test_a_harmless_text_stays(text: str) -> None:
    assert redact(text) == text
    for write in FORMS.values():
        assert redact(write({"text": f"before\n{text}"})) == write({"text": f"before\n{text}"})


@form
@pytest.mark.parametrize("value", VALUES, ids=str)
def test_a_harmless_value_stays(value: Any, form: Form) -> None:
    assert redact(form(value)) == form(value)


def test_the_schema_of_a_parameter_stays_and_its_example_goes() -> None:
    schema = {"password": {"type": "string", "description": "at least 8 letters"}}
    assert redact(json.dumps(schema)) == json.dumps(schema)
    require_gone(json.dumps({"password": {"type": "string", "example": SECRET}}))


def test_each_secret_key_is_known_beside_a_single_value() -> None:
    assert [key for key in JSON_KEYS if not is_secret(key, SECRET)] == []
    assert not is_secret("max_tokens", "100")


LEAVES = st.one_of(
    st.sampled_from([*TEXTS, "", 'I don\'t "know"', "a\\", "{'a': [", 'x "', "∥ é 🎉"]),
    st.integers(-5, 5),
    st.none(),
    st.booleans(),
)
HARMLESS = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "n", "city", "max_tokens"]), inner)
    ),
    max_leaves=6,
)


@given(before=HARMLESS, after=HARMLESS, key=st.sampled_from(JSON_KEYS), depth=st.integers(0, 3))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_only_the_credential_of_any_json_is_masked(before: Any, after: Any, key: str, depth: int) -> None:
    def written(secret: str) -> str:
        text = json.dumps({"before": before, key: secret, "after": [after]}, ensure_ascii=False)
        for _ in range(depth):
            text = json.dumps({"text": text, "n": 1}, ensure_ascii=False)
        return text

    assert redact(written(SECRET)) == written(MASK)


RUNS = [
    *("a", "a.", "a-", "1", "\\", "'", '\\"', " ", "=", "key", "key=", "token=", "sk-", "SG.", "eyJ", "eyJ.eyJ-"),
    *("api ", "://a:", "-u a", "bearer ", "Authorization: ", "Cookie: a=b; ", "password='", "<password>", "password="),
    *('"password": {', '"password": [', '"token": {', '"name": "password", "value": ', "-----BEGIN PRIVATE KEY-----"),
]  # fmt: skip


@pytest.mark.parametrize("run", RUNS)
def test_a_long_run_of_the_same_letters_takes_as_long_as_any_text(run: str) -> None:
    redact(f"password {run * (100_000 // len(run))}")  # an hour where a pattern looks back
