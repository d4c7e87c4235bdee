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

from pytest_traces.snapshots.normalising.scrubber import Scrubber
from tests.builders import a_trace, tool

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
        (f"{tempfile.gettempdir()}/pytest-of-me/pytest-12/popen-gw1/test_x0/f", "<basetemp>/test_x/f"),
        (f"{tempfile.gettempdir()}/agent_x1y2z3w4/f", "<tmp>/agent_<name>/f"),
        (f"{tempfile.gettempdir()}/x1y2z3w4.json", "<tmp>/<name>.json"),
        (f"session_{int(NOW.timestamp())}", "session_<timestamp>"),
        (f"id-{int(NOW.timestamp() * 1000)}.json", "id-<timestamp>.json"),
        (NOW.strftime("report_%Y%m%d_%H%M%S.pdf"), "report_<timestamp>.pdf"),
        (NOW.strftime("report-%Y-%m-%d_%H-%M-%S.pdf"), "report-<timestamp>.pdf"),
        (NOW.strftime("%Y-%m-%d-%H-%M-%S"), "<timestamp>"),
        (NOW.strftime("%Y-%m-%d_%H:%M:%S"), "<timestamp>"),
        (NOW.strftime("%Y%m%d%H%M%S%f"), "<timestamp>"),
        (NOW.strftime("%Y%m%d_%H%M%S_%f"), "<timestamp>"),
        (NOW.strftime("%m/%d/%Y %I:%M:%S %p"), "<timestamp>"),
        (NOW.strftime("%m/%d/%Y, %I:%M %p"), "<timestamp>"),
        (NOW.strftime("%d.%m.%Y %H:%M:%S"), "<timestamp>"),
        (NOW.strftime("%B %d, %Y %H:%M:%S"), "<timestamp>"),
        (NOW.strftime("%b %d, %Y at %I:%M %p"), "<timestamp>"),
        (repr(NOW), "<timestamp>"),
        (repr(NOW.replace(tzinfo=None)), "<timestamp>"),
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
        "report_20251121_055457.pdf report-2025-11-21_05-54-57.pdf 20251121055457957349",
        "03/04/2026 12:30:45 AM",
        "datetime.datetime(2025, 3, 4, 12, 30, 45)",
        "session_1234567890 and id-1795240497974.json",
        "run_DatabaseMigrationScripts call_GetCustomerAccountInfoA",
        "step_WaitingForCustomerApproval msg_SendWelcomeEmailToCustomer",
        "trace_SendHTTPSRequestToAPIServer",
        f"{tempfile.gettempdir()}x/report_2024 and out-20241231",
    ],
)
def test_what_the_program_decides_stays(text: str) -> None:
    assert scrubbed(text) == text


def test_ids_that_a_framework_made_up_are_masked_and_chosen_ones_stay() -> None:
    ids = ("06b010636cc27581800015e1", "geocode-2", "weather")
    assert scrubbed("06b010636cc27581800015e1 geocode-2 weather", ids=ids) == "<id-1> geocode-2 weather"
    assert scrubbed("06b010636cc27581800015e1") == "06b010636cc27581800015e1"


def test_what_a_span_is_called_is_no_id_unless_the_trace_knows_it_as_one() -> None:
    name, other = "step_4f7a9b2c8d1e", "step_5f7a9b2c8d1e"
    now = NOW.timestamp() * 1000
    assert Scrubber(now, names=[name])(f"{name} {other}") == f"{name} <id-1>"
    assert Scrubber(now, names=[name], ids=[name])(f"{name} {other}") == "<id-1> <id-2>"
    renamed = [a_trace(tool(f"run_{word}MigrationScripts9of9")).span_tree() for word in ("Database", "Cache")]
    assert renamed == ["tool run_DatabaseMigrationScripts9of9", "tool run_CacheMigrationScripts9of9"]


def test_where_pytest_was_started_is_no_second_name_of_the_project(tmp_path: Path, monkeypatch) -> None:
    inside, outside = tmp_path / "root" / "tests", tmp_path / "elsewhere"
    for started, written in ((inside, "<root>/tests/x"), (tmp_path / "root", "<root>/tests/x"), (outside, "<cwd>/x")):
        started.mkdir(parents=True, exist_ok=True)
        monkeypatch.chdir(started)
        place = inside if started != outside else outside
        assert Scrubber(0.0, tmp_path / "root")(f"{place}/x") == written


def test_a_directory_that_is_gone_is_not_masked(tmp_path: Path, monkeypatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert Scrubber(0.0, tmp_path)(f"{tmp_path}/x") == "<root>/x"


def test_the_directories_of_a_test_are_masked_with_their_number() -> None:
    directories = {"/b/run/test_a_very_long_name_that_is_c0": "<tmp_path>", "/b/run": "<basetemp>"}
    scrub = Scrubber(0.0, directories=directories)
    assert scrub("/b/run/test_a_very_long_name_that_is_c0/x") == "<tmp_path>/x"
    assert scrub("/b/run/data12/y3 /b/run/v2.json /b/run/7") == "<basetemp>/data/y3 <basetemp>/v2.json <basetemp>/7"


def test_a_trace_from_a_file_keeps_the_dates_since_then() -> None:
    assert "2026-03-05T12:00:00Z" in scrubbed("2026-03-05T12:00:00Z")


def test_every_uuid_is_masked_however_it_looks() -> None:
    assert {scrubbed(str(uuid.uuid4())) for _ in range(300)} == {"<id-1>"}
    assert {scrubbed(uuid.uuid4().hex) for _ in range(300)} == {"<id-1>"}
