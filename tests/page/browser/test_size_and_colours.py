"""Ten thousand spans and two thousand tests are as few elements as ten; both colour schemes can be read."""

import pytest

from tests.builders import a_tree, agent, tool
from tests.page.browser.conftest import a_test, page_of

MANY = a_tree(
    agent("root", *(agent(f"agent {one}", *(tool(f"tool {one}.{two}") for two in range(99))) for one in range(100)))
)
FEW = 150  # elements of one list; a screen shows about 40 rows


def test_ten_thousand_spans_are_a_screenful_of_elements(opened):
    page = opened(page_of(a_test("test_many", MANY)))
    assert page.tab.get_by_role("treeitem").count() < FEW
    page.tab.get_by_role("tree").focus()
    page.tab.keyboard.press("End")
    assert page.selected().startswith("tool tool 99.98")
    assert page.tab.get_by_role("treeitem").count() < FEW


def test_two_thousand_tests_are_a_screenful_of_elements_and_only_the_opened_one_is_unpacked(opened):
    tests = [a_test(f"test_{number}", a_tree(agent(f"agent {number}"))) for number in range(2000)]
    first, *others = tests
    for test in others:
        test["packed"] = dict.fromkeys(test["packed"], "not unpacked")
    page = opened(page_of(first, *others))
    assert page.tree() == ["agent agent 0, success, 10 ms"]
    assert page.tab.get_by_role("option").count() < FEW
    page.tab.get_by_role("listbox", name="Tests").focus()
    page.tab.keyboard.press("End")
    assert page.tab.get_by_role("option", selected=True).get_attribute("aria-label").startswith("test_1999")


CONTRAST = """
(names) => {
  const shown = (name) => {
    document.body.style.color = `var(${name})`;
    const channels = getComputedStyle(document.body).color.match(/[\\d.]+/g).slice(0, 3).map((one) => one / 255);
    const [r, g, b] = channels.map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return names.map(([front, back]) => {
    const [dark, light] = [shown(front), shown(back)].sort((a, b) => a - b);
    return [front, back, (light + 0.05) / (dark + 0.05)];
  });
}
"""
LETTERS = (
    "text",
    "dim",
    "accent",
    "good",
    "bad",
    "warn",
    "type-agent",
    "type-llm",
    "type-tool",
    "type-retrieval",
    "type-workflow",
)
GROUNDS = ("bg", "panel", "raised", "selected", "hover")
PAIRS = [
    *((one, ground) for one in LETTERS for ground in GROUNDS),
    ("bad", "bad-soft"),
    ("warn", "warn-soft"),
    ("text", "bad-soft"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_stand_out_from_their_ground(opened, scheme):
    page = opened(page_of(a_test("test_one", a_tree(agent("a")))))
    page.tab.emulate_media(color_scheme=scheme)
    ratios = page.tab.evaluate(CONTRAST, [[f"--{front}", f"--{back}"] for front, back in PAIRS])
    assert [pair for pair in ratios if pair[2] < 4.5] == []  # WCAG AA
