"""Programs of Tracium, TraceLLM and plain Python, and ways to change them."""

from __future__ import annotations

from tests.adapters.mutations.programs import Change, Program

CHAIN = """\
        articles = search(vector)
        live.emit("tool.chain", "Running tool chain")
        tool_schema_lookup("citation_builder")
"""
CHAIN_FIRST = """\
        live.emit("tool.chain", "Running tool chain")
        tool_schema_lookup("citation_builder")
        articles = search(vector)
"""

SYSTEMS = [
    Program(
        "tracium",
        "research_desk",
        "test_it_answers_as_it_did_before",
        {
            "dropped": Change(
                "search_documents(question.lower())",
                "[]",
                '-     retrieval search_docs {"query": "what is attention?"} → {"num_results": 2}',
                also=frozenset({"test_it_searches_before_it_answers"}),
            ),
            "swapped": Change(
                "generate_response(question, search_documents(question.lower()))",
                "generate_response(question)\n            search_documents(question.lower())",
                "'generate' now runs before 'search_docs'",
                also=frozenset({"test_it_searches_before_it_answers"}),
            ),
            "argument": Change(
                '{"key": "user_123"}', '{"key": "user_124"}', 'lookup.input.key: "user_123" → "user_124"'
            ),
            "failure": Change(
                'docs = ["attention"',
                'raise TimeoutError("too slow")\n        docs = ["attention"',
                "TimeoutError: too slow",
                also=frozenset({"test_it_searches_before_it_answers"}),
            ),
            "model": Change('"gpt-4"', '"gpt-4o"', "requests of 'gpt-4': 1 → nothing"),
        },
    ),
    Program(
        "tracellm",
        "help_desk",
        "test_it_takes_the_steps_it_took_before",
        {
            "dropped": Change(
                '        tool_schema_lookup("citation_builder")\n',
                "",
                "← attempt 1 of 'tool_schema_lookup' is gone",
                also=frozenset({"test_an_outage_is_a_failed_attempt_and_the_run_a_warning"}),
            ),
            "swapped": Change(CHAIN, CHAIN_FIRST, "'tool_schema_lookup' now runs before 'vector.search'"),
            "argument": Change(
                '"citation_builder"',
                '"citation_maker"',
                'tool_schema_lookup.input.tool: "citation_builder" → "citation_maker"',
            ),
            "failure": Change(
                'return {"tool": tool',
                'raise ConnectionError("still down")\n    return {"tool": tool',
                "ConnectionError: still down",
                also=frozenset(
                    {
                        "test_it_answers_from_the_articles_it_found",
                        "test_an_outage_is_a_failed_attempt_and_the_run_a_warning",
                    }
                ),
            ),
            "model": Change('model_name="gpt-4.1-mini"', 'model_name="gpt-4.1"', "'gpt-4.1' == 'gpt-4.1-mini'"),
        },
    ),
    Program(
        "plain_python",
        "library_agent",
        "test_it_does_what_it_did_before",
        {
            "dropped": Change(
                "in plan(question)}",
                "in plan(question)[1:]}",
                '-   retrieval find_book {"title": "Dune"} → "shelf 7"',
                also=frozenset({"test_it_looks_up_each_book_once"}),
            ),
            "swapped": Change(
                "in plan(question)}",
                "in reversed(plan(question))}",
                'retrieval find_book {"title": "Emma"} → "lent until Friday" now runs before',
                also=frozenset({"test_it_looks_up_each_book_once"}),
            ),
            "argument": Change(
                'input={"title": title}',
                'input={"title": title.upper()}',
                'find_book.input.title: "Dune" → "DUNE"',
                also=frozenset({"test_it_looks_up_each_book_once"}),
            ),
            "failure": Change(
                "step.record_output(BOOKS[title])",
                'raise TimeoutError("too slow")',
                "TimeoutError: too slow",
                also=frozenset({"test_it_looks_up_each_book_once"}),
            ),
            "model": Change("gpt-4o-mini", "gpt-4o", "requests of 'gpt-4o-mini': 1 → nothing"),
        },
    ),
]
