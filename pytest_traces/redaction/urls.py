"""Credentials in URLs and on command lines: passwords before the host, signed links, tokens of a query."""

from __future__ import annotations

import re

from pytest_traces.redaction.keys import MASK, fits, looks_random

_PASSWORD = r"(?<=://)([^\s/:@\"'<>?#]*:)[^\s/\"'<>?#]+(?=@)"
_TOKEN = r"(?<=://)[\w%~.-]{16,}(?=@)"
_QUERY = r"(?i)(?<=[?&#;])(key|sig|signature|token|code|auth|appid|hash)=([^&\s\"'#\\<>;,)]+)"
_USER = r"(?<![\w-])((?:-u|--user)(?:[ =]|[\"'], ?[\"'])[\"']?[^\s:\"']+:)(?!//)[^\s\"'\\]+"
_BEARER = r"\b((?i:bearer|basic)\s+)(?=\S*(?:\d|[a-z][A-Z]|=))[A-Za-z0-9._~+/-]{8,}=*"

_LEAST = {"key": 20, "code": 16, "hash": 32, "auth": 8, "appid": 32}
"""The least number of characters that make a parameter of this name a secret; other names need no minimum."""


def mask_urls(text: str) -> str:
    """Mask the passwords, tokens and signatures in the URLs of a text."""
    text = re.sub(_PASSWORD, rf"\1{MASK}", text)
    text = re.sub(_TOKEN, lambda found: MASK if looks_random(found[0]) else found[0], text)
    return re.sub(_QUERY, _parameter, text)


def mask_bearers(text: str) -> str:
    """Mask the text after `Bearer` or `Basic`, inside a header or outside."""
    return re.sub(_BEARER, rf"\1{MASK}", text)


def mask_users(text: str) -> str:
    """Mask the password of `curl -u name:password`."""
    return re.sub(_USER, rf"\1{MASK}", text)


def _parameter(found: re.Match[str]) -> str:
    name, value = found[1].lower(), found[2]
    least = _LEAST.get(name)
    secret = fits("always", value) if least is None else len(value) >= least and looks_random(value)
    return f"{found[1]}={MASK}" if secret else found[0]
