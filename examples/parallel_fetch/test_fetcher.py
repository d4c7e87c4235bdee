"""Concurrent spans are one group, whichever source answered first."""

from fetcher import main


def test_it_asks_all_sources_at_once(trace):
    assert main() == [1, 2, 3, 4]
    assert sorted(trace.retrievals.names) == ["fetch_api", "fetch_cache", "fetch_database"]
    assert (
        trace.span_tree()
        == """\
agent parallel-fetcher
├─ ∥ retrieval fetch_api {"source": "api"} → {"count": 1}
├─ ∥ retrieval fetch_cache {"source": "cache"} → {"count": 0}
├─ ∥ retrieval fetch_database {"source": "database"} → {"count": 3}
└─ action merge"""
    )


def test_it_does_what_it_did_before(trace):
    main()
    trace.assert_span_tree()
    trace.assert_events()
