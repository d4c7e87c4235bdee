"""`trace_tools`: every test records the calls of functions that the suite names."""

import re

from tests.project import Project

SHOP = """
def search(query):
    return [query.upper()]


class Cart:
    def put(self, item):
        return item


TOOLS = {"search": search}
"""


def test_every_test_records_the_calls_of_named_functions(project: Project) -> None:
    project.write("shop.py", SHOP)
    project.write("pytest.ini", "[pytest]\ntrace_tools =\n    shop:search\n    shop:Cart.*\n")
    project.tests("""
    from shop import TOOLS, Cart, search

    @pytest.mark.parametrize("test", ["first", "second"])
    def test_a(trace, test):
        TOOLS["search"]("tea")
        Cart().put("tea")
        assert trace.tools.names == ["search", "put"]
        assert trace.one("search").output == ["TEA"]

    def test_untraced():
        assert search("tea") == ["TEA"]
        assert search.__code__.co_varnames == ("query",)
    """)
    assert project.run().outcomes == "3 passed"
    assert project.run("-n2").outcomes == "3 passed"


def test_a_name_that_does_not_exist_fails_each_test_that_is_judged(project: Project) -> None:
    project.write("shop.py", SHOP)
    project.write("pytest.ini", "[pytest]\ntrace_tools = shop:serach\n")
    project.tests("""
    def test_a(trace): ...

    @pytest.mark.trace(never="delete_*")
    def test_b(): ...

    def test_untraced(): ...
    """)
    ran = project.run()
    assert ran.outcomes == "1 failed, 1 passed, 1 error"
    told = re.findall(r"^E +pytest_traces.TracesError: (.*)$", ran.output, re.M)
    assert told == ["trace_tools: module 'shop' has no 'serach'; did you mean 'search'?"] * 2
