"""Tools of a program without a framework."""

import functools
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any


def search(query: str, limit: int = 3) -> list[str]:
    """Find articles."""
    return [f"{query} {number}" for number in range(limit)]


async def fetch(url: str) -> str:
    return f"<{url}>"


def read(text: str) -> Iterator[str]:
    yield from text.split()


async def listen(text: str) -> AsyncIterator[str]:
    for word in text.split():
        yield word


def fail(reason: str) -> None:
    raise TimeoutError(reason)


def counter() -> Callable[[int], int]:
    total = 0

    def add(amount: int) -> int:
        nonlocal total
        total += amount
        return total

    return add


add = counter()


def kinds_of(word: str, error: Exception) -> tuple[Callable[..., Any], ...]:
    """Return a function of each kind that fails with what its closure holds."""

    def plain(text: str) -> str:
        raise error if text == word else RuntimeError(text)

    async def coroutine(text: str) -> str:
        raise error if text == word else RuntimeError(text)

    def generator(text: str) -> Iterator[str]:
        yield word
        raise error

    async def async_generator(text: str) -> AsyncIterator[str]:
        yield word
        raise error

    return plain, coroutine, generator, async_generator


plain, coroutine, generator, async_generator = kinds_of("stop", ValueError("stopped"))


def loud(function: Callable[..., str]) -> Callable[..., str]:
    @functools.wraps(function)
    def louder(*args: Any, **kwargs: Any) -> str:
        return function(*args, **kwargs).upper()

    return louder


@loud
def greet(name: str) -> str:
    return f"hello {name}"


class Shelf:
    def dust(self) -> str:
        return "clean"


class Cart(Shelf):
    """Has methods of each kind."""

    label = "cart"

    def __init__(self) -> None:
        self.items: list[str] = []

    def put(self, item: str) -> int:
        self.items.append(item)
        return self._count()

    def dust(self) -> str:
        return super().dust() + " cart"

    @classmethod
    def named(cls, label: str) -> str:
        return f"{cls.__name__} {label}"

    @staticmethod
    def price(item: str) -> int:
        return len(item)

    @property
    def size(self) -> int:
        return len(self.items)

    def _count(self) -> int:
        return len(self.items)


TOOLS = {"search": search, "fetch": fetch}
PARTIAL = functools.partial(search, limit=1)
cart = Cart()


@functools.lru_cache
def cached(query: str) -> str:
    return query


def _with_first(*args: int) -> Callable[..., tuple[tuple[int, ...], tuple[int, ...]]]:
    def both(*more: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return args, more

    return both


bound = _with_first(1, 2)
"""Its closure has a name that wrappers like to use for arguments."""
