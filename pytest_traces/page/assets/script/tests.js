// The list of tests: search, filters, and one row for each attempt of a test.

const FILTERS = [
  ["all", "All", () => true],
  ["failed", "Failed", (test) => test.outcome === "failed" || test.outcome === "error"],
  ["passed", "Passed", (test) => test.outcome === "passed"],
  ["rerun", "Reruns", (test) => test.outcome === "rerun" || test.attempt > 1],
  ["retried", "Retries", (test) => test.figures.retries > 0],
  ["slow", "Slow", (test) => test.figures.slow > 0],
];

class TestList {
  constructor(open) {
    this.tests = session.tests;
    this.filter = FILTERS[0][2];
    this.search = element("input", {
      type: "search",
      placeholder: "Search tests and errors",
      "aria-label": "Search tests",
    });
    this.search.addEventListener("input", () => this.update());
    this.chips = element("div", { class: "chips", role: "group", "aria-label": "Filter tests" }, ...this.makeChips());
    this.box = element("div", { id: "tests", class: "list", role: "listbox", tabindex: 0, "aria-label": "Tests" });
    this.told = element("p", { class: "told", role: "status" });
    this.element = element(
      "nav",
      { class: "sidebar", "aria-label": "Tests" },
      this.search,
      this.chips,
      this.told,
      this.box,
    );
    this.rows = new Rows(this.box, { height: 46, draw: drawTest, pick: open });
    this.update();
  }

  makeChips() {
    const shown = FILTERS.filter(([name, , holds]) => name === "all" || this.tests.some(holds));
    return shown.map(([, label, holds], index) => {
      const number = text("number", grouped(this.tests.filter(holds).length));
      const chip = button(label, () => this.choose(chip, holds), { class: "chip", "aria-pressed": index === 0 });
      chip.append(" ", number);
      return chip;
    });
  }

  choose(chip, holds) {
    for (const one of this.chips.children) one.setAttribute("aria-pressed", one === chip);
    this.filter = holds;
    this.update();
  }

  update() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const holds = (test) => {
      const searched = `${test.nodeid} ${test.reason} ${test.outcome}`.toLowerCase();
      return this.filter(test) && words.every((word) => searched.includes(word));
    };
    const shown = this.tests.filter(holds);
    this.told.textContent =
      shown.length === this.tests.length ? "" : `${grouped(shown.length)} of ${count(this.tests.length, "test")}`;
    this.rows.show(shown, shown.indexOf(this.opened));
  }

  mark(test) {
    this.opened = test;
    const index = this.rows.items.indexOf(test);
    if (index >= 0 && this.rows.isInSight(index)) this.rows.activate(index);
    else if (index >= 0) this.rows.center(index);
    else this.rows.redraw();
  }
}

function drawTest(test) {
  const [file, name] = nameOf(test);
  const [sign, mood, words] = OUTCOMES[test.outcome];
  const attempt = test.attempt > 1 || test.outcome === "rerun" ? ` attempt ${test.attempt}` : "";
  const about = [file, test.figures.spans && duration(test.figures.elapsed_ms)].filter(Boolean).join(" · ");
  return element(
    "div",
    { role: "option", class: "test", "aria-label": `${name}${attempt} ${about}, ${words}` },
    ...seen(
      text(`sign ${mood}`, sign),
      div("lines", div("name", name, attempt && text("dim", attempt)), div("about", about)),
    ),
  );
}
