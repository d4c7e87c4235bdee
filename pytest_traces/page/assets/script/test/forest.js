// The spans of one recording as a tree: depths, siblings, and which of them are in sight.

class Forest {
  constructor(recording) {
    this.spans = recording.spans;
    this.lanes = recording.lanes;
    this.end = 0;
    this.collapsed = new Set();
    this.byId = new Map();
    const families = new Map();
    this.spans.forEach((span, index) => {
      span.index = index;
      span.children = 0;
      span.depth = span.parent === undefined ? 0 : this.spans[span.parent].depth + 1;
      if (span.parent !== undefined) this.spans[span.parent].children += 1;
      const family = families.get(span.parent) ?? [];
      families.set(span.parent, family);
      family.push(span);
      span.place = family.length;
      span.family = family;
      this.end = Math.max(this.end, span.to ?? span.from);
      this.byId.set(span.id, span);
    });
  }

  // The spans in sight, parents first: those that match the words and those above them, or all that are not folded.
  visible(words) {
    if (words.length) {
      const kept = this.matching(words);
      return this.spans.filter((span) => kept.has(span));
    }
    const shown = [];
    let foldedAt = Infinity;
    for (const span of this.spans) {
      if (span.depth > foldedAt) continue;
      foldedAt = this.collapsed.has(span) ? span.depth : Infinity;
      shown.push(span);
    }
    return shown;
  }

  matching(words) {
    const kept = new Set();
    for (const span of this.spans) {
      const told =
        `${span.type} ${span.name} ${span.status} ${span.model ?? ""} ${span.error?.type ?? ""}`.toLowerCase();
      if (!words.every((word) => told.includes(word))) continue;
      for (let above = span; above && !kept.has(above); above = this.above(above)) kept.add(above);
    }
    return kept;
  }

  above(span) {
    return span.parent === undefined ? undefined : this.spans[span.parent];
  }

  // Unfold whatever hides a span.
  reveal(span) {
    for (let above = this.above(span); above; above = this.above(above)) this.collapsed.delete(above);
  }

  elapsed(span) {
    return (span.to ?? this.end) - span.from;
  }

  // What to look at first: the span that the failure speaks of, else one that failed, else the first.
  first(failure) {
    const spoken = (failure?.spans ?? []).map((id) => this.byId.get(id)).find(Boolean);
    const wrong = failure && this.spans.find((span) => hasFailed(span) && !span.children);
    return spoken ?? (wrong || this.spans[0]);
  }
}

const hasFailed = (span) => span.error !== undefined || ["error", "timeout", "blocked"].includes(span.status);
