"""A client of an SDK whose HTTP server answers from a script."""

import json
from collections.abc import Iterable
from typing import Any

import httpx2

ASK = [{"role": "user", "content": "Weather in Paris?"}]


def client(kind: type, *replies: Any, **options: Any) -> Any:
    """Return a client that gets these replies, one after the other; an exception is raised on the wire."""
    left = iter(replies)

    def answer(request: httpx2.Request) -> httpx2.Response:
        reply = next(left)
        if isinstance(reply, Exception):
            raise reply
        return reply

    http = httpx2.AsyncClient if "Async" in kind.__name__ else httpx2.Client
    return kind(api_key="k", http_client=http(transport=httpx2.MockTransport(answer)), **options)


def whole(body: Any, **more: Any) -> httpx2.Response:
    return httpx2.Response(200, json=body, **more)


def events(bodies: Iterable[Any], *, done: bool = False, at_once: bool = True) -> httpx2.Response:
    """Return a stream of server-sent events, in one piece or one piece each, as from a real server."""
    texts = [f"event: {body.get('type', 'message')}\ndata: {json.dumps(body)}\n\n" for body in bodies]
    texts += ["data: [DONE]\n\n"] * done
    about = {"content-type": "text/event-stream"}
    if at_once:
        return httpx2.Response(200, text="".join(texts), headers=about)
    return httpx2.Response(200, stream=_Pieces(texts), headers=about)


def unread(reply: httpx2.Response) -> httpx2.Response:
    """Return a reply whose body comes when it is read, as from a real server."""
    return httpx2.Response(reply.status_code, stream=_Pieces([reply.text]), headers=reply.headers)


def busy(status: int = 429) -> httpx2.Response:
    return httpx2.Response(status, json={"error": {"message": "slow down"}}, headers={"retry-after-ms": "1"})


class _Pieces(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    def __init__(self, texts: list[str]) -> None:
        self._texts = texts

    def __iter__(self) -> Any:
        yield from (text.encode() for text in self._texts)

    async def __aiter__(self) -> Any:
        for text in self._texts:
            yield text.encode()
