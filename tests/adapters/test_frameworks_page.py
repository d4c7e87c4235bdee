"""The table of frameworks says what the contracts declare."""

from tests.adapters.frameworks_page import PAGE, contracts, page


def test_the_table_of_frameworks_is_current() -> None:
    kept = PAGE.read_text(encoding="utf-8")
    assert kept == page(kept), "python -m tests.adapters.frameworks_page writes it anew"


def test_every_framework_is_in_it() -> None:
    named = {one.adapter for one in contracts()}
    assert named >= {"anthropic", "langchain", "openai", "openai_agents", "opentelemetry", "pydantic_ai"}
    assert named >= {"timbal", "tracellm", "tracium", None}
