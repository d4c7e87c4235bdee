"""The page is one file of data and code that the policy names; its sources are short enough to read."""

import base64
import re
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import pytest

from pytest_traces.page.entries import PageData
from pytest_traces.page.writing import SCRIPTS, STYLES, render_page
from tests.builders import a_tree, agent
from tests.page.browser.conftest import a_test, page_of

EVIL = "</script><img src=x onerror=alert(1)><!--"
ASSETS = Path(str(files("pytest_traces.page"))) / "assets"
SOURCES = sorted(path for path in ASSETS.rglob("*") if path.is_file())


def hash_of(element, page):
    [text] = re.findall(rf"<{element}>(.*?)</{element.partition(' ')[0]}>", page, re.S)
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"


def test_the_policy_allows_the_script_and_the_style_of_the_page_and_nothing_else():
    page = render_page(PageData("shop"))
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    script, style = hash_of('script type="module"', page), hash_of("style", page)
    assert policy.split("; ") == [
        "default-src 'none'",
        f"script-src {script}",
        f"style-src {style}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]


def test_no_data_ends_its_element():
    page = render_page(page_of(a_test(EVIL, a_tree(agent(EVIL)))))
    assert "<img" not in page
    assert page.count("<script") == page.count("</script>") == 3  # the session, one recording, the code


def test_the_page_loads_no_file_from_elsewhere():
    page = render_page(page_of(a_test("test_one", a_tree(agent("a")))))
    assert re.findall(r"<script[^>]* src|<link[^>]* href=\"(?!data:)|@import|url\(|fetch\(|import\(", page) == []


def test_every_source_is_in_the_page():
    listed = {"page.html", *(f"style/{name}.css" for name in STYLES), *(f"script/{name}.js" for name in SCRIPTS)}
    assert {path.relative_to(ASSETS).as_posix() for path in SOURCES} == listed


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_a_source_is_short(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 300
    assert [line for line in lines if len(line) > 120] == []


def test_markup_is_never_made_of_text():
    makers = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|eval\(|new Function"
    assert [path.name for path in SOURCES if re.search(makers, path.read_text(encoding="utf-8"))] == []
