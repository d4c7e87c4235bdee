"""Keeps secrets out of everything people read or commit."""

from __future__ import annotations

import re
from collections.abc import Iterable

MASK = "<redacted>"

_HINTS = (
    *("key", "token", "secret", "passw", "passphrase", "credential", "authori", "cookie", "bearer", "basic"),
    *("sk-", "sk_", "pk-", "pk_", "rk-", "rk_", "akia", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
    *("xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-", "aiza", "eyj"),
)
"""A text that holds none of these, in any casing, holds nothing the patterns below could match."""

# Strings, which `re` compiles when one of them is first used and then keeps: most suites never need them.
_NAMED = r"""(?ix)
    (?P<head> (?P<quote>\\?["']) [\w.-]*?
        (?: (?:api|access|private)[_-]?key | (?<![a-z])(?:auth|access|refresh|id|bearer|session)[_-]?token
          | (?<![a-z])token | secret | passw(?:or)?d | passphrase | credentials? | authorization | (?:set-)?cookie )
        (?P=quote) \s* : \s* )
    (?: (?P<open>\\?["']) (?:\\(?!["'])|\\.|[^"'\\])*? (?P=open) | -?\d[\d.]* )
    """
_SHAPED = r"""(?x)
      \b (?: sk | pk | rk | tlm_sk ) [-_] [A-Za-z0-9_-]{12,}
    | \b AKIA [0-9A-Z]{12,}
    | \b gh[pousr]_ [A-Za-z0-9]{20,} | \b github_pat_ \w{20,}
    | \b xox[abprs]- [A-Za-z0-9-]{10,}
    | \b AIza [\w-]{30,}
    | \b eyJ [\w-]{8,} \. [\w-]{8,} \. [\w-]{4,}
    | -----BEGIN [A-Z ]*PRIVATE[ ]KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE[ ]KEY-----
    """
_BEARER = r"(?i)\b(bearer|basic)(\s+)[A-Za-z0-9._~+/-]{8,}=*"
_ASSIGNED = r"""(?ix)(?<![a-z0-9])
    (api[_-]?key | secret | password | passwd | access[_-]?token | auth[_-]?token) (\s*=\s*) [^\s,;"'&]+
    """


class Redaction:
    """Masks what looks like a credential, by its key or by its shape, and the user's own patterns."""

    def __init__(self, patterns: Iterable[str] = ()) -> None:
        self._own = [re.compile(pattern) for pattern in patterns]

    def extend(self, patterns: Iterable[str]) -> None:
        """Add regexes whose matches are secret; raises `re.error` on a broken one."""
        self._own.extend([re.compile(pattern) for pattern in patterns])

    def __call__(self, text: str) -> str:
        """Return a text, or JSON as text, with every secret masked."""
        lowered = text.lower()
        if any(hint in lowered for hint in _HINTS):
            text = re.sub(_NAMED, _mask_value, text)
            text = re.sub(_SHAPED, MASK, text)
            text = re.sub(_BEARER, rf"\1\2{MASK}", text)
            text = re.sub(_ASSIGNED, rf"\1\2{MASK}", text)
        for pattern in self._own:
            text = pattern.sub(MASK, text)
        return text


def _mask_value(found: re.Match[str]) -> str:
    quote = found["open"] or found["quote"]
    return f"{found['head']}{quote}{MASK}{quote}"


redact = Redaction()
"""The redaction of this process; the plugin adds the user's patterns to it."""
