"""Ids that model providers and payment services issue, by their exact format: prefix, length and alphabet.

`call_aB3dE5gH7jK9mN1pQ3sT5vX7` is an id of OpenAI; `call_GetCustomerAccountInfoAB` is a name of the same length. The
letters of an id are random, a name consists of words.
"""

from __future__ import annotations

import re

_UUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
_BASE58 = "[1-9A-HJ-NP-Za-km-z]"

_HEX = r"(?=\d*[a-f])(?:[0-9a-f]{50}|[0-9a-f]{48}|[0-9a-f]{32})"

_EXACT = (
    rf"(?:chatcmpl|cmpl)-(?:tool-)?(?:{_HEX}|{_UUID})",  # Mistral, vLLM, Groq, LiteLLM
    rf"(?:resp|rs|msg|fc|ws|fs|ci|cu|mcp|mcpl|mcpr|ig|conv|cntr|cfile|vs|batch|req)_{_HEX}",  # OpenAI
    rf"(?:msg|toolu|srvtoolu|mcptoolu|req|msgbatch|file|container)_(?:bdrk_|vrtx_)?01{_BASE58}{{22}}",  # Anthropic
    r"req_01[0-9a-hjkmnp-tv-z]{24}",  # Groq
    r"tooluse_(?=[\w-]*[A-Z])[A-Za-z0-9_-]{22}",  # Bedrock
    r"function-call-\d{16,20}",  # Gemini
    rf"call_\d\d?_{_UUID}|adk-{_UUID}|run--?{_UUID}|lc_{_UUID}",  # DeepSeek, Google's agent kit, LangChain
    r"(?:pyd_ai|trace)_(?=\d*[a-f])[0-9a-f]{32}|(?:span|group)_(?=\d*[a-f])[0-9a-f]{24}",  # pydantic-ai, OpenAI Agents
)
_MIXED = (
    r"(?:chatcmpl|cmpl)-[0-9A-Za-z]{29}",  # OpenAI
    r"(?:call|call_\d\d|thread|run|asst|step|msg|vs|batch|fc|ftjob|upload|evalrun)[_-][0-9A-Za-z]{24}",
    r"file-(?:[0-9A-Za-z]{24}|[0-9A-Za-z]{22})",
    r"gen-\d{10}-[0-9A-Za-z]{20}",  # OpenRouter
    r"(?:pi|ch|py|evt|in|sub|si|price|pm|seti|txn|re|tr|po|ii|card|src|tok)_[13][0-9A-Za-z]{23}",  # Stripe
    r"(?:cus|prod|req|cn|dp|trr)_[0-9A-Za-z]{14}|cs_(?:live|test)_[ab]1[0-9A-Za-z]{56}",
)
_SHORT = r"""(?:(?<=id":[ ]")|(?<=id\\":[ ]\\")|(?<=id':[ ]'))(?:call_[0-9a-z]{8}|chatcmpl-\d{1,3})"""  # Ollama

PATTERN = rf"""
    (?<![0-9A-Za-z])
    (?: (?P<exact> {"|".join(_EXACT)} ) | (?P<mixed> {"|".join(_MIXED)} ) | (?P<short> {_SHORT} ) )
    (?![0-9A-Za-z_])
"""
"""The formats of issued ids, as a verbose regex; `is_issued` separates ids from names of the same length."""

_PREFIX = re.compile(r"^(?:[a-z]+|call_\d\d|gen-\d{10}|cs_(?:live|test))[-_]")
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_CLUSTER = re.compile("(?i)[bcdfghjklmnpqrstvwxz]{4}")
_VOWEL = re.compile("(?i)[aeiouy]")


def is_issued(found: re.Match[str]) -> bool:
    """Return whether a match of the pattern is an id."""
    if found["exact"] is not None:
        return True
    tail = _PREFIX.sub("", found["issued"])
    if found["short"] is not None:
        is_of_call = re.search("call_id[^a-z]*$", found.string[max(0, found.start() - 20) : found.start()]) is not None
        return is_of_call or any(map(str.isdigit, tail)) or not _is_name(tail)
    return tail != tail.lower() and tail != tail.upper() and not _is_name(tail)


def _is_name(text: str) -> bool:
    """Return whether a text consists of words, not of random letters; wrong for 1 id of OpenAI in 4,000."""
    words = _WORDS.findall(text)
    letters = sum(map(len, words))
    spoken = sum(len(word) for word in words if _is_spoken(word))
    return bool(words) and spoken >= 0.7 * letters and letters >= 4 * len(words)


def _is_spoken(word: str) -> bool:
    return len(word) >= 3 and _CLUSTER.search(word) is None and 7 * len(_VOWEL.findall(word)) >= len(word)
