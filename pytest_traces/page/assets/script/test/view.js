// One test: what it did, what it failed with, and the span that is looked at.

class TestView {
  constructor(test, failure, recordings) {
    this.test = test;
    this.failure = failure;
    this.recordings = recordings;
    this.stage = element("div", { class: "stage" });
    this.choices = element("div", { class: "choices", role: "tablist", "aria-label": "What the test recorded" });
    this.element = element("article", { class: "test-view" }, this.header(), this.choices, this.stage);
  }

  header() {
    const { test } = this;
    const [file, name] = nameOf(test);
    const [sign, mood, words] = OUTCOMES[test.outcome];
    const { figures } = test;
    const facts = [
      figures.spans && duration(figures.elapsed_ms),
      figures.spans && count(figures.spans, "span"),
      figures.llm_calls && count(figures.llm_calls, "llm call"),
      figures.llm_calls && tokens(figures),
      cost(figures),
      figures.retries && count(figures.retries, "retry", "retries"),
      figures.slow && `${grouped(figures.slow)} slow`,
    ].filter(Boolean);
    return element(
      "header",
      { class: "about-test" },
      element("p", { class: "dim" }, file),
      element("h2", {}, text(`sign ${mood}`, sign), " ", name),
      element(
        "p",
        { class: "facts" },
        [words + (test.attempt > 1 ? `, attempt ${test.attempt}` : ""), ...facts].join(" · "),
        " ",
        element("a", { href: addressOf({ test }), class: "link" }, "link to this test"),
      ),
    );
  }

  begin(spanId) {
    const views = [
      ...(this.failure?.snapshots ?? []).map((snapshot) => [
        `Snapshot ${snapshot.title.replaceAll("_", " ")}`,
        () => this.showComparison(snapshot),
      ]),
      ...this.recordings.map((recording) => [recording.title, () => this.showRecording(recording)]),
    ];
    this.choices.hidden = views.length < 2;
    this.choices.append(
      ...views.map(([title, show]) => {
        const choice = button(title, () => this.choose(choice, show), { role: "tab" });
        return choice;
      }),
    );
    if (views.length) this.choose(this.choices.children[0], views[0][1]);
    else this.stage.replaceChildren(drawFailure(this.failure)); // a test is here for its trace or for its failure
    this.goTo(spanId);
  }

  choose(choice, show) {
    for (const one of this.choices.children) one.setAttribute("aria-selected", one === choice);
    this.shown = undefined;
    show();
  }

  showComparison(snapshot) {
    this.stage.replaceChildren(drawFailure(this.failure, { open: false }), drawComparison(snapshot));
  }

  showRecording(recording) {
    this.shown = recording;
    recording.forest ??= new Forest(recording);
    this.forest = recording.forest;
    this.tree = new SpanTree(this.forest, this.failure, (span) => this.select(span));
    this.chart = new LaneChart(this.forest, (span) => this.select(span));
    this.detail = element("section", { class: "detail", "aria-label": "Selected span", tabindex: 0 });
    const picture = div("picture", this.chart.element, this.tree.element);
    const aside = div("aside", this.failure && drawFailure(this.failure), this.detail);
    this.stage.replaceChildren(div("trace", picture, aside));
    this.show(this.forest.first(this.failure), { center: true });
  }

  show(span, how) {
    this.tree.mark(span, how);
    this.chart.mark(span);
    this.detail.replaceChildren(...drawDetail(span, addressOf({ test: this.test, span })));
    this.detail.scrollTop = 0;
  }

  select(span) {
    this.show(span);
    remember({ test: this.test, span });
  }

  // Show a span, in whichever of the recordings it is.
  goTo(spanId) {
    const index = this.recordings.findIndex((recording) => recording.spans.some((span) => span.id === spanId));
    if (index < 0) return;
    if (this.shown !== this.recordings[index]) [...this.choices.children].at(index - this.recordings.length).click();
    this.show(this.forest.byId.get(spanId), { center: true });
  }
}
