// The tree of a recording, each span with its bar on the time axis.

const TYPES = ["agent", "llm", "tool", "retrieval", "embedding", "workflow", "chain", "plan", "action"];
const typeClass = (type) => (TYPES.includes(type) ? `type-${type}` : "type-other");

class SpanTree {
  constructor(forest, failure, select) {
    this.forest = forest;
    this.spoken = new Set(failure?.spans ?? []);
    this.select = select;
    this.filter = element("input", { type: "search", placeholder: "Filter spans", "aria-label": "Filter spans" });
    this.filter.addEventListener("input", () => this.update());
    this.box = element("div", { id: "spans", class: "tree", role: "tree", tabindex: 0, "aria-label": "Spans" });
    this.axis = element("div", { class: "axis", "aria-hidden": "true" }, ...this.ticks());
    const head = div("row head", this.filter, this.axis, text("took", "time"));
    this.element = element("section", { class: "spans", "aria-label": "Span tree and waterfall" }, head, this.box);
    this.rows = new Rows(this.box, {
      height: 26,
      draw: (span) => this.draw(span),
      pick: (span, index, event) => this.pick(span, event),
    });
    this.box.addEventListener("keydown", (event) => this.onKey(event));
    this.update();
  }

  get words() {
    return this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  }

  update() {
    const shown = this.forest.visible(this.words);
    this.rows.show(shown, shown.indexOf(this.selected));
  }

  ticks() {
    return [0, 0.25, 0.5, 0.75].map((part) => {
      const tick = text("tick", part ? duration(this.forest.end * part) : "0");
      tick.style.left = `${part * 100}%`;
      return tick;
    });
  }

  // Show a span as the selected one; no listener is called.
  mark(span, { center = false } = {}) {
    this.selected = span;
    if (!this.rows.items.includes(span)) {
      this.forest.reveal(span);
      if (this.words.length) this.filter.value = "";
      this.update();
    }
    const index = this.rows.items.indexOf(span);
    if (center) this.rows.center(index);
    else this.rows.activate(index);
  }

  pick(span, event) {
    if (event.target.closest?.(".twist") && span.children) this.fold(span, !this.forest.collapsed.has(span));
    else this.select(span);
  }

  fold(span, closed) {
    if (closed) this.forest.collapsed.add(span);
    else this.forest.collapsed.delete(span);
    this.update();
  }

  onKey(event) {
    const span = this.selected;
    if (!span || event.ctrlKey || event.metaKey || event.altKey) return;
    const closed = this.forest.collapsed.has(span);
    if (event.key === "ArrowRight" && span.children) {
      if (closed) this.fold(span, false);
      else this.select(this.forest.spans[span.index + 1]);
    } else if (event.key === "ArrowLeft") {
      if (span.children && !closed) this.fold(span, true);
      else if (span.parent !== undefined) this.select(this.forest.above(span));
    } else if (event.key === "*") {
      this.forest.collapsed.clear();
      this.update();
    } else {
      return;
    }
    event.preventDefault();
  }

  draw(span) {
    const failed = hasFailed(span);
    const took = span.to === undefined ? "…" : duration(span.to - span.from);
    const notes = (span.notes ?? []).map(([kind, told]) => text(`note ${kind}`, told));
    const name = div(
      "cell",
      text("twist", span.children ? (this.forest.collapsed.has(span) ? "▸" : "▾") : ""),
      span.marks && text("marks", span.marks),
      text(`type ${typeClass(span.type)}`, span.type),
      text(failed ? "name bad" : "name", span.name),
      failed && text("bad", FAILED),
      span.status === "running" && text("note", "running"),
      span.status === "cancelled" && text("note", "cancelled"),
      ...notes,
    );
    name.style.paddingLeft = `${Math.min(span.depth, 40) * 14 + 4}px`;
    return element(
      "div",
      { role: "treeitem", class: this.spoken.has(span.id) ? "row spoken" : "row", ...this.aria(span) },
      ...seen(name, div("lane", this.bar(span, failed)), text("took", took)),
    );
  }

  bar(span, failed) {
    const whole = this.forest.end || 1;
    const bar = element("div", {
      class: `bar ${failed ? "failed" : typeClass(span.type)} ${span.to === undefined ? "open" : ""}`,
    });
    bar.style.left = `${(100 * span.from) / whole}%`;
    bar.style.width = `${(100 * this.forest.elapsed(span)) / whole}%`;
    return bar;
  }

  aria(span) {
    const told = [`${span.type} ${span.name}`, span.status, span.to === undefined ? "" : duration(span.to - span.from)];
    told.push(...(span.notes ?? []).map(([, note]) => note));
    return {
      "aria-label": told.filter(Boolean).join(", "),
      "aria-level": span.depth + 1,
      "aria-posinset": span.place,
      "aria-setsize": span.family.length,
      "aria-expanded": span.children ? !this.forest.collapsed.has(span) : undefined,
    };
  }
}
