"""Names that were never called because they were misspelt."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_traces.assertions.conditions import Conditions
from pytest_traces.assertions.matching import is_glob
from pytest_traces.errors import TracesError, UnknownCondition
from pytest_traces.model.span import Span
from pytest_traces.model.tree import SpanTree

KNOWN_TYPES = ("action", "agent", "chain", "embedding", "llm", "plan", "retrieval", "tool", "workflow")
"""Types that adapters use; a program may have its own."""


def refuse_typo(asked: Conditions, spans: Iterable[Span]) -> None:
    """Refuse an exact name that matched nothing where one like it ran: saying that it did not run proves nothing.

    A letter too many, too few or two swapped is a typo. Another digit, another letter and a plural are other names.
    """
    name = asked.name
    if not isinstance(name, str) or is_glob(name):
        return
    for ran in dict.fromkeys(span.name for span in spans):
        if _slipped(name, ran):
            raise TracesError(
                f"nothing is called {name!r}, but {ran!r} ran; did you mean that one?\n\n"
                f"hint: if it is another name, a regex says so: re.compile('^{name}$')"
            )


def refuse_unknown_type(type: object, tree: SpanTree) -> None:
    """Refuse a type that no span has and that is like a known one; any other is the program's own."""
    if not isinstance(type, str) or is_glob(type) or type in KNOWN_TYPES:
        return
    if any(span.type == type for span in tree.spans):
        return
    if type.lower().removesuffix("s") in KNOWN_TYPES or any(_slipped(type, known) for known in KNOWN_TYPES):
        raise UnknownCondition("type", type, KNOWN_TYPES)


def _slipped(given: str, ran: str) -> bool:
    short, long = sorted((given, ran), key=len)
    if len(short) < 3:
        return False
    if given.lower() == ran.lower():
        return given != ran
    if len(long) - len(short) == 1:
        spots = [at for at in range(len(long)) if long[:at] + long[at + 1 :] == short]
        return any(long[at].isalpha() for at in spots) and not (long[-1] == "s" and long[:-1] == short)
    if len(long) != len(short):
        return False
    wrong = [at for at in range(len(long)) if long[at] != short[at]]
    if len(wrong) != 2 or wrong[1] != wrong[0] + 1:
        return False
    first, second = wrong
    return long[first] == short[second] and long[second] == short[first] and long[first].isalpha()
