"""Keeps secrets out of everything people read or commit.

It works on text, so that one rule serves snapshots, reports, messages and files, JSON inside JSON included. A text
is one value, or drawn: then each line stands alone, since what is masked hides what stands in it. A value
is secret by the name of its key or by its shape. What is masked can't be compared any more, so names that
only resemble a secret's (`max_tokens`, `next_page_token`, `primary_key`) are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

MASK = "<redacted>"

Rule = tuple[tuple[str, ...], str, str | Callable[[re.Match[str]], str]]
"""Words that hint at a secret, what it looks like, and what stands in for it."""

# Patterns are strings, which `re` compiles once when they are first needed: most test runs never need them.
_SHAPED = r"""(?x)
      \b (?: sk | tlm_sk ) [-_] (?=[A-Za-z_-]*\d) [A-Za-z0-9_-]{12,}       # OpenAI, Anthropic, Stripe, Tracium
    | \b (?: rk | pk ) [-_] (?: live | test | lf ) [-_] [A-Za-z0-9-]{8,}
    | \b (?: AKIA | ASIA ) [0-9A-Z]{12,}
    | \b gh[pousr]_ [A-Za-z0-9]{20,} | \b github_pat_ \w{20,} | \b glpat- [\w-]{16,}
    | \b xox[abeprs]- [A-Za-z0-9-]{10,} | \b xapp- [A-Za-z0-9-]{10,} | hooks\.slack\.com/services/ [\w/]{16,}
    | \b AIza [\w-]{30,} | \b ya29\. [\w-]{16,} | \b GOCSPX- [\w-]{16,}
    | \b (?: hf | gsk | npm | whsec | pcsk | lsv2_pt | lsv2_sk | dop_v1 ) _ (?=[A-Za-z_]*\d) \w{16,}
    | \b SG\. [\w-]{16,} \. [\w-]{16,} | \b xai- [A-Za-z0-9]{20,} | \b tvly- [A-Za-z0-9-]{16,}
    | \b eyJ [\w-]{8,} \. [\w-]{8,} (?: \. [\w-]* )?
    | -----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY----- [\s\S]*? (?: -----END[ ][A-Z ]*PRIVATE[ ]KEY----- | (?=["']) | \Z )
    """
_SCHEME = r"\b((?i:bearer|basic)\s+)(?=\S*(?:\d|[a-z][A-Z]|=))[A-Za-z0-9._~+/-]{8,}=*"
_USERINFO = r"(?i)\b([a-z][a-z0-9+.-]*://[^\s/:@\"'<>]*:)[^\s/@\"'<>]+(?=@)"

_WORDS = r"key|token|secret|passw|pwd|passphrase|passcode|credential|authorization|cookie|jwt|signature"
_QUOTED = (  # cut short, it ends with the line, or with the JSON string that it stands in
    r"""b?(?:"(?:\\.|[^"\\\n])+(?:"|$)|'(?:\\.|[^'"\\\n]|"(?!\s?[,:\]}]))+(?:'|(?=")|$)"""
    r"""|(?P<open>\\+["'])(?:[^"\n]|(?<=\\)")+?(?:(?<!\\)(?P=open)|(?<!\\)(?=")|$))"""
)
_PAIR = (
    rf"""(?P<head>(?<!\\)(?P<quote>\\*["'])(?P<key>[\w.-]*(?i:{_WORDS})[\w.-]*)(?P=quote)\s*[:=]\s*)"""
    rf"""(?P<value>{_QUOTED}|-?\d[\d.]*|\[[^\[\]]+\]|\{{[^{{}}]+\}})"""
)
_ROW = (  # ["authorization", "Basic ..."], {"key": "password", "value": {"stringValue": "..."}}
    rf"""(?P<head>(?<!\\)(?P<quote>\\*["'])(?P<key>[\w.-]*(?i:{_WORDS})[\w.-]*)(?P=quote)\s*,\s*"""
    rf"""(?P<named>\\*["']value\\*["']\s*:\s*(?:\{{\s*\\*["']\w+\\*["']\s*:\s*)?)?)(?P<value>{_QUOTED})"""
)
_ASSIGNED = (
    rf"""(?P<head>(?<![\w"'.-])(?P<flag>--)?(?P<key>[\w.-]*(?i:{_WORDS})[\w.-]*)(?P<by>[^\S\n]?=[^\S\n]?|:[^\S\n]*|[^\S\n]))"""
    rf"""(?P<value>(?i:(?:bearer|basic|token)[^\S\n]+)?(?:"(?![\s,:\]}}])[^"\n]+"|'(?![\s,:\]}}])[^'\n]+'|[^\s,;"'&)\]}}\\]+))"""
)
_NAMES = tuple(_WORDS.split("|"))
_SHAPES = (
    *("sk-", "sk_", "rk-", "rk_", "pk-", "pk_", "akia", "asia", "-----begin", "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    *("github_", "glpat", "xox", "xapp", "slack", "aiza", "ya29", "gocspx", "hf_", "gsk_", "npm_", "whsec", "pcsk"),
    *("lsv2", "dop_v1", "sg.", "xai-", "tvly", "eyj"),
)

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_ALWAYS = frozenset(
    ("password", "passwd", "pwd", "passphrase", "passcode", "secret", "credential", "authorization", "cookie", "jwt")
)
_KEYS_OF = frozenset(
    ("api", "access", "private", "secret", "signing", "encryption", "account", "master", "shared", "service", "storage")
)
_TOKENS_OF = frozenset(
    ("auth", "access", "refresh", "id", "bearer", "session", "csrf", "xsrf", "api", "bot", "oauth", "security")
)
_NO_TOKENS_OF = frozenset(
    ("page", "next", "prev", "previous", "continuation", "sync", "max", "min", "eos", "bos", "pad", "stop", "special")
)
_HEADERS = re.compile(r"(?i)(?:proxy-)?authorization|x-api-key|api-key|(?:set-)?cookie|x-auth-token")


class Redaction:
    """Masks what looks like a credential, by its key or by its shape, and the user's own patterns."""

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        self._own = [re.compile(pattern) for pattern in patterns]

    def extend(self, patterns: Iterable[str]) -> Callable[[], None]:
        """Add regexes whose matches are secret, and return what takes them away; raises `re.error` on a broken one."""
        before = self._own
        self._own = [*before, *(re.compile(pattern) for pattern in patterns)]

        def restore() -> None:
            self._own = before

        return restore

    def __call__(self, text: str) -> str:
        """Return one value, a text or JSON as text, with every secret masked."""
        return self._masked(text, _rules_for(text))

    def lines(self, text: str) -> str:
        """Return a drawn text with the secrets of each line masked: what begins in one never reaches into the next."""
        if self.finds_nothing_in(text):
            return text
        rules = _rules_for(text)
        known = {line: self._masked(line, rules) for line in set(text.split("\n"))}
        return "\n".join([known[line] for line in text.split("\n")])

    def finds_nothing_in(self, text: str) -> bool:
        """Tell whether all of a text, and so each part of it, is what masking gives back as it is."""
        return not self._own and not _rules_for(text)

    def _masked(self, text: str, rules: Iterable[Rule]) -> str:
        for _, rule, masked in rules:
            text = re.sub(rule, masked, text, flags=re.M)
        for pattern in self._own:
            text = pattern.sub(MASK, text)
        return text


def is_secret(key: str, value: str) -> bool:
    """Tell by its key, and where that leaves a doubt by its looks, whether a value is a credential.

    >>> is_secret("openai_api_key", "abc"), is_secret("max_tokens", "100"), is_secret("token", "Hello")
    (True, False, False)
    """
    words = [word.lower() for word in _PARTS.findall(key)] or [""]
    if words[-1] in ("value", "hash", "string") and len(words) > 1:
        words.pop()
    last, of = words[-1].removesuffix("s") or "s", words[-2] if len(words) > 1 else ""
    if last in _ALWAYS or last == "apikey":
        return True
    if value[:1].isdigit() and value.replace(".", "", 1).isdigit():
        return False
    if last == "key":
        return of in _KEYS_OF
    if last == "signature":
        return of == "amz"
    if last != "token" or of in _NO_TOKENS_OF:
        return False
    return of in _TOKENS_OF or _looks_random(value)


def _looks_random(value: str) -> bool:
    """Tell a token that opens something from one that a model reads: `{"token": "Hello", "logprob": -0.1}`."""
    bare = value.strip("\\\"'b")
    return " " not in bare and len(bare) >= 8 and (len(bare) >= 20 or any(char.isdigit() for char in bare))


def _mask_pair(found: re.Match[str]) -> str:
    value, quote = found["value"], found["quote"]
    if not is_secret(found["key"], value):
        return found[0]
    masked = f"{quote}{MASK}{quote}"
    if value.startswith("["):
        return f"{found['head']}[{masked}]"
    opened = re.match(r"b?\\*[\"']", value)
    return found["head"] + (f"{opened[0]}{MASK}{opened[0].removeprefix('b')}" if opened else masked)


def _mask_row(found: re.Match[str]) -> str:
    """Mask the second of two strings where the first one names a secret; lists of words are no such rows."""
    if found["named"] is None and not _HEADERS.fullmatch(found["key"]):
        return found[0]
    return _mask_pair(found)


def _mask_assigned(found: re.Match[str]) -> str:
    """Mask what is assigned in a text: `password=...`, `X-Api-Key: ...`, `--token ...`; prose is left alone."""
    value, by = found["value"], found["by"]
    if value.startswith(MASK) or not is_secret(found["key"], value):
        return found[0]
    if by.isspace() and not found["flag"]:
        return found[0]
    if ":" in by and not _HEADERS.fullmatch(found["key"]) and not re.search(r"\d|[!@#$%^&*]", value):
        return found[0]
    quote = value[0] if value[0] in "\"'" else ""
    return f"{found['head']}{quote}{MASK}{quote}"


_RULES: tuple[Rule, ...] = (
    (_NAMES, _PAIR, _mask_pair),
    (_NAMES, _ROW, _mask_row),
    (_SHAPES, _SHAPED, MASK),
    (_NAMES, _ASSIGNED, _mask_assigned),
    (("bearer", "basic"), _SCHEME, rf"\1{MASK}"),
    (("://",), _USERINFO, rf"\1{MASK}"),
)
"""Each rule with words of which one, in any casing, is in every text that it matches: looking for them is cheap."""


def _rules_for(text: str) -> Sequence[Rule]:
    """Return the rules that may find something in a text."""
    words = " ".join(set(text.lower().split()))  # a trace says the same again and again: look at each word once
    return [rule for rule in _RULES if any(hint in words for hint in rule[0])]


redact = Redaction()
"""The redaction of this process; the plugin adds the user's patterns to it."""
