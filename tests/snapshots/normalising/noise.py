"""What no two runs have in common: each function makes one such value anew, with whatever makes it in a program."""

from __future__ import annotations

import base64
import os
import random
import secrets
import socket
import string
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from unittest.mock import MagicMock, Mock

ALPHABET = string.ascii_letters + string.digits
_BASE58 = "".join(char for char in ALPHABET if char not in "0OIl")
_ULID = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

Maker = Callable[[], Any]


def _issued(prefix: str, length: int, alphabet: str = ALPHABET) -> Maker:
    """Issue ids as a provider does: in another process, where no run sees them made."""
    elsewhere = random.Random(f"{prefix}{length}")
    return lambda: prefix + "".join(elsewhere.choice(alphabet) for _ in range(length))


def _uuid7() -> uuid.UUID:
    number = (int(time.time() * 1000) << 80) | (7 << 76) | (2 << 62) | random.Random().getrandbits(62)
    return uuid.UUID(int=number)


def _ulid() -> str:
    number = (int(time.time() * 1000) << 80) | random.Random().getrandbits(80)
    return "".join(_ULID[(number >> shift) & 31] for shift in range(125, -1, -5))


def _object_id() -> str:
    return f"{int(time.time()):08x}{os.urandom(5).hex()}{random.Random().getrandbits(24):06x}"


def _port() -> int:
    with closing(socket.socket()) as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


def _in_thread(make: Maker) -> Any:
    made: list[Any] = []
    thread = threading.Thread(target=lambda: made.append(make()))
    thread.start()
    thread.join()
    return made[0]


def _temporary() -> str:
    with tempfile.TemporaryDirectory(prefix="agent_") as path:
        return path


def _now() -> datetime:
    return datetime.now(UTC)


_HEX = "0123456789abcdef"

_OLLAMA = _issued("call_", 8, string.ascii_lowercase + string.digits)

NOISE: dict[str, Maker] = {
    "uuid4": lambda: str(uuid.uuid4()),
    "uuid4, upper case": lambda: str(uuid.uuid4()).upper(),
    "uuid4, hex": lambda: uuid.uuid4().hex,
    "uuid4, urn": lambda: uuid.uuid4().urn,
    "uuid4, number": lambda: uuid.uuid4().int,
    "uuid4, first 8": lambda: str(uuid.uuid4())[:8],
    "uuid4, first 12": lambda: uuid.uuid4().hex[:12],
    "uuid4, first 13 with dash": lambda: str(uuid.uuid4())[:13],
    "uuid4, last 12": lambda: str(uuid.uuid4())[-12:],
    "uuid4 behind a word": lambda: f"order_{uuid.uuid4().hex}",
    "uuid4 in a file's name": lambda: f"report-{uuid.uuid4()}.pdf",
    "uuid4 in base64": lambda: base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("="),
    "uuid4 of a thread": lambda: _in_thread(lambda: str(uuid.uuid4())),
    "uuid1": lambda: str(uuid.uuid1()),
    "uuid7": lambda: str(_uuid7()),
    "ulid": _ulid,
    "object id": _object_id,
    "uuid of random": lambda: str(uuid.UUID(int=random.getrandbits(128), version=4)),
    "urandom, hex": lambda: os.urandom(12).hex(),
    "urandom, base64": lambda: base64.b64encode(os.urandom(18)).decode(),
    "token_hex": lambda: secrets.token_hex(8),
    "token_urlsafe": lambda: secrets.token_urlsafe(16),
    "token_bytes": lambda: base64.b64encode(secrets.token_bytes(24)).decode(),
    "randbits": lambda: secrets.randbits(64),
    "secrets.choice": lambda: "".join(secrets.choice(ALPHABET) for _ in range(12)),
    "random": lambda: random.random(),
    "uniform": lambda: random.uniform(0, 10),
    "getrandbits": lambda: random.getrandbits(64),
    "getrandbits, hex": lambda: f"{random.getrandbits(64):016x}",
    "randint": lambda: random.randint(10**15, 10**16),
    "randbytes": lambda: random.randbytes(8).hex(),
    "choices": lambda: "".join(random.choices(ALPHABET, k=10)),
    "choice": lambda: "".join(random.choice(string.ascii_lowercase + string.digits) for _ in range(10)),
    "unseeded generator": lambda: random.Random().random(),
    "temporary directory": _temporary,
    "temporary file": lambda: tempfile.NamedTemporaryFile(suffix=".json").name,  # noqa: SIM115
    "mkdtemp, last part": lambda: os.path.basename(_temporary()),
    "port": lambda: f"http://127.0.0.1:{_port()}/v1",
    "thread": lambda: _in_thread(threading.get_ident),
    "mock": lambda: repr(Mock()),
    "magic mock": lambda: repr(MagicMock(name="client")),
    "object": lambda: repr(object()),
    "bound method": lambda: repr(threading.Event().set),
    "iso": lambda: _now().isoformat(),
    "iso with Z": lambda: _now().strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    "seconds": time.time,
    "milliseconds": lambda: int(time.time() * 1e3),
    "nanoseconds": time.time_ns,
    "http date": lambda: format_datetime(_now(), usegmt=True),
    "ctime": time.ctime,
    "log time": lambda: time.strftime("%Y-%m-%d %H:%M:%S,123"),
    "compact": lambda: _now().strftime("%Y%m%dT%H%M%SZ"),
    "file with time": lambda: time.strftime("report_%Y%m%d_%H%M%S.pdf"),
    "american": lambda: time.strftime("%m/%d/%Y %I:%M:%S %p"),
    "spelt": lambda: time.strftime("%B %d, %Y at %I:%M %p"),
    "datetime repr": lambda: repr(_now()),
    "OpenAI chat": _issued("chatcmpl-", 29),
    "OpenAI call": _issued("call_", 24),
    "OpenAI response": _issued("resp_", 48, _HEX),
    "OpenAI response, longer": _issued("resp_", 50, _HEX),
    "OpenAI message": _issued("msg_", 48, _HEX),
    "OpenAI conversation": _issued("conv_", 48, _HEX),
    "OpenAI file": _issued("file-", 22),
    "OpenAI file, older": _issued("file-", 24),
    "OpenAI vector store": _issued("vs_", 32, _HEX),
    "OpenAI function call": _issued("fc_", 48, _HEX),
    "OpenAI reasoning": _issued("rs_", 48, _HEX),
    "OpenAI run": _issued("run_", 24),
    "OpenAI thread": _issued("thread_", 24),
    "OpenAI request": _issued("req_", 32, _HEX),
    "Anthropic message": _issued("msg_01", 22, _BASE58),
    "Anthropic tool": _issued("toolu_01", 22, _BASE58),
    "Anthropic tool on Bedrock": _issued("toolu_bdrk_01", 22, _BASE58),
    "Anthropic tool on Vertex": _issued("toolu_vrtx_01", 22, _BASE58),
    "Anthropic server tool": _issued("srvtoolu_01", 22, _BASE58),
    "Bedrock": _issued("tooluse_", 22, ALPHABET + "-_"),
    "Gemini": _issued("function-call-", 19, string.digits),
    "Ollama": lambda: {"tool_call_id": _OLLAMA(), "name": "call_customer"},
    "vLLM": _issued("chatcmpl-tool-", 32, _HEX),
    "Mistral": _issued("cmpl-", 32, _HEX),
    "OpenRouter": _issued("gen-1700000000-", 20),
    "Stripe payment": _issued("pi_3", 23),
    "Stripe customer": _issued("cus_N1a", 11),
    "Stripe event": _issued("evt_1", 23),
    "Groq request": _issued("req_01", 24, "0123456789abcdefghjkmnpqrstvwxyz"),
}
"""What makes the value, by a name for it."""
