"""What changes by itself is masked, what the program decides is not."""

from __future__ import annotations

import json
import sys
import tempfile
import uuid
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from pytest_traces.snapshots.scrub import Scrubber

NOW = datetime(2026, 3, 4, 12, 30, 45, 678901, tzinfo=UTC)
ONE, OTHER = "550e8400-e29b-41d4-a716-446655440000", "9b2f1c3e-0000-4bbb-8ccc-123456789abc"


def scrubbed(text: str, *, ids: tuple[str, ...] = ()) -> str:
    now = NOW.timestamp() * 1000
    return Scrubber(now, Path("/srv/app"), ended_ms=now + 1000, ids=ids)(text)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"{ONE} then {OTHER} then {ONE}", "<id-1> then <id-2> then <id-1>"),
        (f"run-{ONE.upper()} {ONE}", "run-<id-1> <id-1>"),
        (uuid.UUID(ONE).hex, "<id-1>"),
        ("call_aB3dE5gH7jK9mN1pQ3sT5vX7", "<id-1>"),
        ("call_aBcdEfghIjklMnopQrstUvwx", "<id-1>"),
        ("toolu_01A09q90qw90lq917835lq9", "<id-1>"),
        ("chatcmpl-9xYz8AbC7dEf6GhI5jKl", "<id-1>"),
        ("<obj at 0x7f3a2b1c>", "<obj at <address>>"),
        ("0x7f3a2b1c4d5e", "<address>"),
        (NOW.isoformat(), "<timestamp>"),
        (NOW.strftime("%Y-%m-%d %H:%M:%S,123"), "<timestamp>"),
        (NOW.strftime("%Y/%m/%d %H:%M:%S"), "<timestamp>"),
        (NOW.strftime("%Y%m%dT%H%M%SZ"), "<timestamp>"),
        (format_datetime(NOW, usegmt=True), "<timestamp>"),
        (NOW.strftime("%a %b %e %H:%M:%S %Y"), "<timestamp>"),
        (f"t={NOW.timestamp()}", "t=<timestamp>"),
        (f"{int(NOW.timestamp() * 1000)}", "<timestamp>"),
        (f"{int(NOW.timestamp() * 1e9)}", "<timestamp>"),
        ("/srv/app/data/x.json", "<root>/data/x.json"),
        ("file:///srv/app/x", "file://<root>/x"),
        (f"{sys.prefix}/lib/x", "<python>/lib/x"),
        (f"{tempfile.gettempdir()}/tmpab_1cd2e/x", "<tmp>/<name>/x"),
        (f"{tempfile.gettempdir()}/pytest-of-me/pytest-12/popen-gw1/test_x0/f", "<tmp_path>/test_x0/f"),
        ('File "app.py", line 12, in ask', 'File "app.py", line <line>, in ask'),
        (json.dumps('File "app.py", line 12'), json.dumps('File "app.py", line <line>')),
        (json.dumps(json.dumps('File "app.py", line 12')), json.dumps(json.dumps('File "app.py", line <line>'))),
        ("/srv/app/app.py:12: boom", "<root>/app.py:<line>: boom"),
        ("Task-3 in Thread-2 (worker) on asyncio_1", "Task-<n> in Thread-<n> (worker) on asyncio_<n>"),
        ("ThreadPoolExecutor-0_1", "ThreadPoolExecutor-<n>"),
        ("http://127.0.0.1:54321/v1", "http://127.0.0.1:<port>/v1"),
    ],
)
def test_what_changes_from_run_to_run_is_masked(text: str, clean: str) -> None:
    assert scrubbed(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04",
        "2019-07-01T09:00:00Z",
        (NOW + timedelta(days=1)).isoformat(),
        "order 1234567890, phone 4915112345678, ISBN 9783161484100",
        "1999999999 cents",
        "commit 3f2a9c1d7e5b4a6f8c0d1e2f3a4b5c6d7e8f9a0b",
        "digest 3f2a9c1d, short 0xFF00FF",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "call_1 msg_second step-2 run_2024-report trace_off call_me_maybe_tomorrow",
        "main.py:12: unused import",
        "/var/data/tmp/x and /srv/application/x and https://x.org/srv/app",
        "TASK-3 and Task-force and MyTask-3x",
        "http://127.0.0.1:8000 and localhost:5432",
        "GPT4omini128k-preview and 20 items at 12:30",
        "12345678901234567890",
    ],
)
def test_what_the_program_decides_stays(text: str) -> None:
    assert scrubbed(text) == text


def test_ids_that_a_framework_made_up_are_masked_and_chosen_ones_stay() -> None:
    ids = ("06b010636cc27581800015e1", "geocode-2", "weather")
    assert scrubbed("06b010636cc27581800015e1 geocode-2 weather", ids=ids) == "<id-1> geocode-2 weather"
    assert scrubbed("06b010636cc27581800015e1") == "06b010636cc27581800015e1"


def test_a_trace_from_a_file_keeps_the_dates_since_then() -> None:
    assert "2026-03-05T12:00:00Z" in scrubbed("2026-03-05T12:00:00Z")


def test_every_uuid_is_masked_however_it_looks() -> None:
    assert {scrubbed(str(uuid.uuid4())) for _ in range(300)} == {"<id-1>"}
    assert {scrubbed(uuid.uuid4().hex) for _ in range(300)} == {"<id-1>"}
