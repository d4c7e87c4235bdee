"""Which names of keys, variables and headers hold a secret, and which values are one.

A masked value cannot be compared any more. So a name that only resembles that of a secret masks nothing: `max_tokens`,
`next_page_token`, `primary_key`. Under a doubtful name, as `token` or `signature`, the value decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

MASK = "<redacted>"

HINTS = (
    *("key", "token", "secret", "pass", "pwd", "credential", "creds", "auth", "cookie", "jwt", "bearer", "signature"),
    *("sig", "hmac", "otp", "pin", "mnemonic", "phrase", "sessid", "sessionid", "contras", "kennwort", "senha"),
    *("recovery", "backup", "verifier", "csrf", "xsrf", "mfa"),
)
"""The name of every secret key contains one of these texts, in any case."""

Verdict = Literal["always", "password", "random", "pass", "auth", "cookie", "digits", ""]
"""The rule that decides whether the value of a key is a secret: always, or by its looks; empty: never."""

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")
_PASSWORDS = frozenset(
    ("password", "passwd", "passwort", "pwd", "passphrase", "passcode", "kennwort", "contrasena", "contraseña", "senha")
)
_ALWAYS = frozenset(
    ("secret", "credential", "cred", "authorization", "jwt", "otp", "mnemonic", "apikey", "sessid", "sessionid")
)
_KEYS_OF = frozenset(
    (
        *("api", "access", "private", "secret", "signing", "encryption", "account", "master", "shared", "service"),
        *("storage", "app", "application", "auth", "ssh", "deploy", "subscription", "consumer", "client", "license"),
        *("admin", "root", "hmac", "jwt", "webhook", "write", "server", "bot", "function", "host"),
        *("openai", "anthropic", "groq", "mistral", "cohere", "gemini", "stripe", "twilio", "sendgrid", "serpapi"),
        *("tavily", "pinecone", "huggingface", "hf", "azure", "aws", "langsmith", "langfuse", "replicate", "together"),
        *("fireworks", "perplexity", "deepseek", "openrouter", "elevenlabs", "deepgram", "qdrant", "weaviate"),
    )
)
_TOKENS_OF = frozenset(
    (
        *("auth", "access", "refresh", "id", "bearer", "session", "csrf", "xsrf", "api", "bot", "oauth", "security"),
        *("secret", "private", "personal", "deploy", "registration", "github", "gitlab", "slack", "hf", "telegram"),
        *("discord", "notion", "jwt", "sas", "admin", "npm", "pypi", "vault", "client", "app", "device", "reset"),
        *("invite", "verification", "webhook", "push", "service", "login"),
    )
)
_NO_TOKENS_OF = frozenset(
    ("page", "next", "prev", "previous", "continuation", "sync", "max", "min", "eos", "bos", "pad", "stop", "special")
)
_NO_PASS_OF = frozenset(
    ("first", "second", "third", "final", "last", "one", "two", "single", "multi", "by", "did", "forward", "backward")
)
_TAILS = frozenset(
    ("value", "values", "hash", "string", "text", "data", "plain", "raw", "encoded", "confirmation", "b64", "base64")
)
_GLUED = re.compile(
    r"(?:password|passwd|passphrase|apikey|secret|(?:secret|access|private|auth|api|license|master)key"
    r"|(?:auth|access|api|refresh|bearer|session|id)token|credentials?|sessi?o?n?id)$"
)
_PHRASES_OF = frozenset(("seed", "recovery", "backup", "secret", "mnemonic"))
_CODES_OF = frozenset(("recovery", "backup", "auth", "authorization", "otp", "mfa", "device"))

HEADER = re.compile(
    r"(?i)(?:proxy-)?authorization|(?:set-)?cookie|x-[\w-]*(?:key|token|secret|auth|signature)|api-?key"
    r"|[a-z]+(?:-[a-z]+)*-(?:key|token|secret)"
)
"""Names of HTTP headers that carry a secret."""

_STATES = frozenset(
    (
        *("", "required", "optional", "none", "null", "true", "false", "yes", "no", "n/a", "missing", "invalid", "ok"),
        *("unknown", "empty", "set", "unset", "hidden", "denied", "granted", "expired", "pending", "undefined", "any"),
        *("str", "string", "bytes", "int", "bool", "object", "failed", "valid", "nothing", "default", "..."),
    )
)
PLACEHOLDER = re.compile(r"<[\w .-]*>|\$\{[^{}]*\}|\$[A-Z_]+|\{+[\w.:!]*\}+|%s|%\(\w+\)s|\*{3,}|•{3,}|…|\$\([^()]*\)")
"""Placeholders for a value: `${API_KEY}`, `{password}`, `%s`."""

_CREDENTIAL = re.compile(r"[^\s()<>\[\]{},\"]{8,}")
_LIKE_A_TIME = re.compile(r"\d{4}-\d\d-\d\d.*|v?\d+(?:\.\d+)+\w*")


def is_secret(key: str, value: str) -> bool:
    """Return whether a value is a secret: by its key, and in doubt by its looks.

    >>> is_secret("openai_api_key", "abc"), is_secret("max_tokens", "100"), is_secret("token", "Hello")
    (True, False, False)
    """
    return fits(verdict_on(key), value)


def verdict_on(key: str) -> Verdict:
    """Return the rule that decides whether the value of a key is a secret."""
    words = [word.lower() for word in _PARTS.findall(key)] or [""]
    while len(words) > 1 and (words[-1] in _TAILS or words[-1].isdigit()):
        words.pop()
    word = words[-1]
    last = word if word.endswith("ss") else word.removesuffix("s")
    of = words[-2] if len(words) > 1 else ""
    if last in _PASSWORDS or (last.endswith(("password", "passwd")) and word == last):
        return "password"
    if last in _ALWAYS or _GLUED.search(last):
        return "always"
    judge = _DOUBTFUL.get("token" if last.endswith("token") else last)
    return judge(of, words) if judge is not None else ""


def fits(verdict: Verdict, value: str) -> bool:
    """Return whether a value is a secret, by the rule of its key."""
    if not verdict:
        return False
    bare = value.strip().strip("\\\"'").strip()
    if bare.lower() in _STATES or bare == MASK or PLACEHOLDER.fullmatch(bare):
        return False
    return _JUDGES[verdict](bare)


def looks_random(value: str) -> bool:
    """Return whether a token is a credential, and not a word of a model: `{"token": "Hello", "logprob": -0.1}`."""
    if not _CREDENTIAL.fullmatch(value) or _LIKE_A_TIME.fullmatch(value):
        return False
    digits = sum(map(str.isdigit, value))
    letters = sum(map(str.isalpha, value))
    return (digits > 0 and letters > 0) or (letters >= 32 and not value.islower())


def _has_no_letters_only(value: str) -> bool:
    return not value.replace(" ", "").isalpha() and not value.replace(".", "", 1).isdigit()


_JUDGES: dict[str, Callable[[str], bool]] = {
    "always": lambda value: not (len(value) < 4 and value.isdigit()),
    "password": lambda value: True,
    "random": looks_random,
    "pass": _has_no_letters_only,
    "auth": lambda value: (":" in value and " " not in value) or looks_random(value) or _is_base64(value),
    "cookie": lambda value: "=" in value or looks_random(value),
    "digits": lambda value: value.isdigit() and 4 <= len(value) <= 8,
}


def _is_base64(value: str) -> bool:
    return re.fullmatch(r"(?=.*[a-z][A-Z])[A-Za-z0-9+/]{8,}={0,2}", value) is not None


def _key(of: str, words: list[str]) -> Verdict:
    return "always" if of in _KEYS_OF else ""


def _token(of: str, words: list[str]) -> Verdict:
    if _NO_TOKENS_OF.intersection(words):
        return ""
    return "always" if of in _TOKENS_OF else "random"


def _pass(of: str, words: list[str]) -> Verdict:
    return "" if of in _NO_PASS_OF else "password" if of else "pass"


_DOUBTFUL: dict[str, Callable[[str, list[str]], Verdict]] = {
    "key": _key,
    "token": _token,
    "pass": _pass,
    "passe": lambda of, words: "always" if of == "de" else "",  # mot de passe
    "cookie": lambda of, words: "always" if of in ("set", "session", "auth") else "cookie",
    "auth": lambda of, words: "auth",
    "bearer": lambda of, words: "random",
    "signature": lambda of, words: "random",
    "sig": lambda of, words: "random",
    "hmac": lambda of, words: "random",
    "csrf": lambda of, words: "random",
    "xsrf": lambda of, words: "random",
    "verifier": lambda of, words: "random",
    "pin": lambda of, words: "digits",
    "phrase": lambda of, words: "always" if of in _PHRASES_OF else "",
    "code": lambda of, words: "always" if of in _CODES_OF else "",
}
