"""Every shape of credential is masked, in a text that holds nothing else suspicious."""

from __future__ import annotations

import pytest

from pytest_traces.redaction import MASK, redact


@pytest.mark.parametrize(
    "secret",
    [
        "sk-abcdefghijklmnop",
        "pk_live_abcdefghijklmnop",
        "rk_live_abcdefghijklmnop",
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_" + "a" * 24,
        "ghs_" + "a" * 24,
        "github_pat_" + "a" * 24,
        "xoxb-1234567890-abc",
        "AIza" + "b" * 32,
        "eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJ",
    ],
)
def test_a_credential_is_known_by_its_shape(secret):
    assert redact(f"sent {secret}.") == f"sent {MASK}."


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "Basic", "BASIC"])
def test_what_follows_a_scheme_is_masked(scheme):
    assert redact(f"{scheme} dXNlcjpwYXNzd29yZA==") == f"{scheme} {MASK}"


@pytest.mark.parametrize(
    "name", ["api_key", "access-token", "secret", "password", "passphrase", "Authorization", "cookie"]
)
def test_a_value_is_known_by_its_name(name):
    assert redact(f'{{"{name}": "hunter22", "city": "Paris"}}') == f'{{"{name}": "{MASK}", "city": "Paris"}}'


@pytest.mark.parametrize(
    "text", ["", "Paris", '{"total_tokens": 12}', '{"keyboard": "qwerty"}', "a basic idea", "ask-me"]
)
def test_what_is_no_secret_stays(text):
    assert redact(text) == text


@pytest.mark.parametrize("name", ["secret", "API_KEY", "MY_API_KEY", "my-auth-token", "x.password"])
def test_an_assigned_value_is_masked(name):
    assert redact(f"export {name}=hunter22 PORT=80") == f"export {name}={MASK} PORT=80"


@pytest.mark.parametrize("text", ["a-" * 50_000, "a_" * 50_000, '"' * 50_000, "x" * 500_000])
def test_no_text_keeps_redaction_busy(text):
    assert redact(f"{text} token") == f"{text} token"
