"""Secrets after the name of their key: in JSON, reprs, headers, variables, options, URLs, forms.

    {"password": "..."}   Client(api_key='...')   DB_PASSWORD=...   Authorization: ApiKey ...   --token ...
    ["x-api-key", "..."]  {"name": "token", "value": "..."}   <password>...</password>   ?sig=...

Each key and each value of a text is read once, from left to right, so the time is linear.
"""

from __future__ import annotations

import re

from pytest_traces.redaction.keys import HEADER, HINTS, MASK, PLACEHOLDER, Verdict, fits, verdict_on
from pytest_traces.redaction.values import Judge, ends_the_text, is_container, mask_container, mask_quoted, read_quoted

_WORDS = "|".join(hint.replace(" ", "[ ]") for hint in HINTS)
_QUALIFIERS = (  # "Secret Access Key"
    r"(?:(?:api|access|secret|private|auth|security|bearer|session|refresh|client|account|master|ssh)[ ](?=\w)){0,2}"
)
_KEY = rf"(?i)(?:(?<![\w.$-])|(?<=\\[nrt])){_QUALIFIERS}[\w.-]*?(?:{_WORDS})[\w.-]*+"
_BEFORE_QUOTED = re.compile(r"""\\*["']$""")
_NAMED = re.compile(r"""(?i)\b(?:name|key|header|field|variable|param|parameter|id)\\*["']?\s?[:=]\s?$""")

_BETWEEN = re.compile(r"\s*(?::=|=>|=(?!=)|:(?!:))\s*")
_COMMA = re.compile(r"\s*,\s*")
_VALUE_BESIDE = re.compile(r"""(?i)[\s,]*(?:\\*["'])?value(?:\\*["'])?\s*[:=]\s*(?:\{\s*\\*["']\w+\\*["']\s*:\s*)?""")
_NEXT_LINE = re.compile(r"(?:\r?\n|\\+r|\\+n)+")
_ASSIGNED = re.compile(r"[^\S\n]?(?P<by>:=|=>|=(?!=)|:(?!:))[^\S\n]*|(?P<space>[^\S\n]+)")
_BARE = re.compile(r"""[^\s,;"'&)\]}\\<]{1,256}""")
"""The part of a word that decides whether it is a secret; a word that is none is searched for keys again."""
_REST = re.compile(r"""[^\s,;"'&)\]}\\<]*""")
_CALL = re.compile(r"[A-Za-z_][\w.]*[(\[]")
_WRAPPED = re.compile(r"""(?i)(?:[\w.]*secret\w*|str|bytes|repr)\((?=[bru]{0,2}\\*["'])""")
_HEADER_VALUE = re.compile(r"""[^\n"'\\]+""")
_COOKIES = re.compile(r"""[^\s"'\\,;]+(?:;[ ]?[^\s"'\\,;]+)*""")
_SCHEME = re.compile(
    r"(?i)(?:bearer|basic|digest|token|api-?key|negotiate|ntlm|hawk|oauth|mac|dpop|key|signature|sharedkey(?:lite)?"
    r"|aws4-hmac-sha256|goog4-rsa-sha256|hmac(?:-\w+)?|splunk|ghost|jwt)[ ]+"
)
_PARAMETER = r"""(?:[\w-]+=\\*"[^"\\\n]*\\*"|[^\s"'\\,]+)"""
_PARAMETERS = re.compile(rf"{_PARAMETER}(?:,[ ]?(?=[\w-]+=){_PARAMETER})*")
_NAME_OF_HEADER = re.compile(r"[A-Za-z-]+")
_ELEMENT = re.compile(r">([^<\s][^<]*)<")
_LIKELY = re.compile(r"\d|[!@#$%^&*]")


_Masked = tuple[int, str, int]
"""Start of a value, its mask, and its end."""


def mask_keyed(text: str) -> str:
    """Return a text in which the values of secret keys are masked."""
    pieces: list[str] = []
    at = copied = 0
    key_of = re.compile(_KEY)
    while (found := key_of.search(text, at)) is not None:
        at = found.end()
        masked = _masked_value(text, found)
        if masked is not None:
            head, stand_in, at = masked
            pieces += [text[copied:head], stand_in]
            copied = at
    return "".join([*pieces, text[copied:]]) if copied else text


def _masked_value(text: str, found: re.Match[str]) -> _Masked | None:
    start, end, key = found.start(), found.end(), found[0]
    if key[0] in "nrt" and text[start - 1 : start] == "\\" and start:  # the `\n` of a JSON string
        start, key = start + 1, key[1:]
    dashes = len(key) - len(key.lstrip("-"))
    key = key.strip("-.")
    verdict = verdict_on(key)
    if not verdict:
        return None
    opened = _BEFORE_QUOTED.search(text, max(0, start - 40), start)
    if opened is not None and text.startswith(opened[0], end):
        return _of_quoted_key(text, opened, end + len(opened[0]), key, verdict=verdict, dashes=dashes)
    return _of_bare_key(text, start, end, key, verdict=verdict, dashes=dashes)


def _of_quoted_key(
    text: str, opened: re.Match[str], end: int, key: str, *, verdict: Verdict, dashes: int
) -> _Masked | None:
    depth = len(opened[0]) - 1
    between = _BETWEEN.match(text, end)
    if between is not None:
        return _keyed(text, between.end(), depth, verdict)
    if _NAMED.search(text, max(0, opened.start() - 24), opened.start()):
        beside = _VALUE_BESIDE.match(text, end)
        if beside is not None:
            return _keyed(text, beside.end(), depth, verdict)
        below = _NEXT_LINE.match(text, end)
        return None if below is None else _bare(text, below.end(), verdict)  # a field of a form in several parts
    comma = _COMMA.match(text, end)
    if comma is None or not (dashes or HEADER.fullmatch(key)):
        return None
    value = read_quoted(text, comma.end())  # ["--token", "..."], ("x-api-key", "...")
    if value is None or (not dashes and _NAME_OF_HEADER.fullmatch(text, value.content, value.until)):
        return None
    return _quoted(text, comma.end(), verdict)


def _keyed(text: str, start: int, depth: int, verdict: Verdict) -> _Masked | None:
    """Mask the value of a key in quotes."""
    if is_container(text, start):
        judge = _leaf(verdict)
        masked, end = mask_container(text, start, depth, judge)
        return start, masked, end
    if (masked_text := _quoted(text, start, verdict)) is not None:
        return masked_text
    number = re.compile(r"-?\d[\d.]*").match(text, start)
    if number is not None and verdict in ("password", "digits") and fits(verdict, number[0]):
        return start, f'{chr(92) * depth}"{MASK}{chr(92) * depth}"', number.end()
    return None


def _leaf(verdict: Verdict) -> Judge:
    """Return the rule for the texts below a key."""
    inner: Verdict = "always" if verdict in ("password", "cookie") else verdict
    return lambda value: fits(inner, value)


def _quoted(text: str, start: int, verdict: Verdict) -> _Masked | None:
    quoted = read_quoted(text, start)
    if quoted is None or not fits(verdict, text[quoted.content : quoted.until]):
        return None
    return start, mask_quoted(text, quoted), quoted.end


def _of_bare_key(text: str, start: int, end: int, key: str, *, verdict: Verdict, dashes: int) -> _Masked | None:
    if text[start - 1 : start] == "<" and (element := _ELEMENT.match(text, end)) and fits(verdict, element[1]):
        return element.start(1), MASK, element.end(1)
    assigned = _ASSIGNED.match(text, end)
    if assigned is None:
        return None
    at, by = assigned.end(), assigned["by"]
    if by is None:
        return _bare(text, at, verdict) if dashes or _of_netrc(text, start, key) else None
    if HEADER.fullmatch(key) and by == ":":
        return _header(text, at, key, verdict)
    if PLACEHOLDER.match(text, at) or ends_the_text(text, at):
        return None
    if is_container(text, at):
        masked, until = mask_container(text, at, -1, _leaf(verdict))
        return at, masked, until
    if by == ":" and not _stands_alone(text, start, at, key):
        bare = _BARE.match(text, at)
        if bare is not None and not _LIKELY.search(bare[0]):
            return None
    return _bare(text, at, verdict)


def _of_netrc(text: str, start: int, key: str) -> bool:
    return key.lower() == "password" and re.search(r"\blogin \S+\s+$", text[max(0, start - 80) : start]) is not None


def _stands_alone(text: str, start: int, at: int, key: str) -> bool:
    """Return whether the text is a line of YAML and not prose: a key, one word, the end of the line."""
    begins = start == 0 or text[start - 1] in "\n" or text[max(0, start - 2) : start] == "\\n"
    bare = _BARE.match(text, at)
    ends = bare is not None and (bare.end() == len(text) or text[bare.end()] in "\n\\\"'")
    return begins and ends and " " not in key


def _bare(text: str, start: int, verdict: Verdict) -> _Masked | None:
    """Mask a word without quotes, or the text in `SecretStr('...')`; other code stays as it is."""
    wrapped = _WRAPPED.match(text, start)
    if wrapped is not None:
        return _quoted(text, wrapped.end(), verdict)
    if read_quoted(text, start) is not None:
        return _quoted(text, start, verdict)
    scheme = _SCHEME.match(text, start)
    bare = _BARE.match(text, scheme.end() if scheme else start)
    if bare is None or _CALL.match(text, start) or not fits(verdict, bare[0]):
        return None
    return start, MASK, _REST.match(text, bare.end()).end()  # type: ignore[union-attr]


def _header(text: str, start: int, key: str, verdict: Verdict) -> _Masked | None:
    """Mask the value of a header: all cookies, all parameters of a scheme."""
    if ends_the_text(text, start):
        return None
    if read_quoted(text, start) is not None:
        return _quoted(text, start, verdict)
    if key.lower().endswith("cookie"):
        found = _COOKIES.match(text, start)
        secret = found is not None and "=" in found[0]
    else:
        scheme = _SCHEME.match(text, start)
        found = _PARAMETERS.match(text, scheme.end() if scheme else start)
        secret = found is not None and fits("password" if verdict == "always" else verdict, found[0])
    return (start, MASK, found.end()) if found is not None and secret else None
