// Puts the page together, and follows its address: #test=...&attempt=...&span=...

class Page {
  constructor(root) {
    document.title = session.title;
    this.list = new TestList((test) => this.open(test));
    this.content = element("main", { class: "content", "aria-label": "Test" });
    this.tests = div("tests", this.list.element, this.content);
    this.tabs = element("div", { class: "tabs", role: "tablist", "aria-label": "Views" }, ...this.makeTabs());
    const header = element(
      "header",
      { class: "top" },
      element("h1", {}, session.title),
      this.tabs,
      text("dim", session.about),
    );
    this.body = div("body", this.tests);
    root.append(header, this.body);
    addEventListener("hashchange", () => this.follow());
    addEventListener("keydown", (event) => this.onKey(event));
    this.follow();
  }

  makeTabs() {
    const titles = [`Tests ${grouped(session.tests.length)}`, ...session.tabs.map((tab) => tab.title)];
    return titles.map((title, index) =>
      element(
        "a",
        { role: "tab", href: index ? addressOf({ view: title }) : "#", "aria-selected": index === 0 },
        title,
      ),
    );
  }

  async follow() {
    const asked = new URLSearchParams(location.hash.slice(1));
    const view = session.tabs.findIndex((tab) => tab.title === asked.get("view"));
    [...this.tabs.children].forEach((tab, index) => tab.setAttribute("aria-selected", index === view + 1));
    if (view >= 0) {
      this.body.replaceChildren(drawView(session.tabs[view]));
      return;
    }
    this.body.replaceChildren(this.tests);
    const attempt = Number(asked.get("attempt") ?? 0);
    const named = session.tests.filter((test) => test.nodeid === asked.get("test"));
    const test = named.find((one) => one.attempt === attempt) ?? named.at(-1) ?? this.list.opened ?? firstTest();
    if (test && (test !== this.list.opened || asked.has("span"))) await this.open(test, asked.get("span"));
    else if (!test) this.content.replaceChildren(element("p", { class: "nothing" }, "No test recorded a trace."));
  }

  async open(test, spanId) {
    if (test !== this.list.opened) {
      this.list.mark(test);
      await this.unpackAndShow(test, spanId);
    } else if (spanId) {
      this.view.goTo(spanId);
    }
    document.documentElement.dataset.opened = test.nodeid;
    performance.mark("opened");
  }

  async unpackAndShow(test, spanId) {
    try {
      const failure = test.failure ? await unpack(test.failure) : undefined;
      const recordings = await Promise.all(
        test.recordings.map(async (shown) => ({ ...shown, ...(await unpack(shown.key)) })),
      );
      if (this.list.opened !== test) return; // another one was opened meanwhile
      this.view = new TestView(test, failure, recordings);
      this.content.replaceChildren(this.view.element);
      this.view.begin(spanId);
      if (!spanId) remember({ test });
    } catch (error) {
      this.content.replaceChildren(
        element("p", { class: "nothing" }, `The trace of this test can't be shown: ${error}`),
      );
    }
  }

  onKey(event) {
    if (event.key === "/" && !event.target.closest("input")) {
      this.list.search.focus();
      event.preventDefault();
    }
  }
}

const firstTest = () => session.tests.find(FILTERS[1][2]) ?? session.tests[0];

function addressOf({ view, test, span }) {
  const parts = new URLSearchParams();
  if (view) parts.set("view", view);
  if (test) parts.set("test", test.nodeid);
  if (test && test.attempt > 1) parts.set("attempt", test.attempt);
  if (span) parts.set("span", span.id);
  return `#${parts}`;
}

function remember(place) {
  history.replaceState(null, "", addressOf(place));
}

new Page(document.getElementById("page"));
