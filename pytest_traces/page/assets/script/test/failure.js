// What a test failed with: its message, and the trees that differ if it was a snapshot.

function drawFailure(failure, { open = true } = {}) {
  const [headline, ...rest] = failure.message.split("\n");
  const phase = failure.phase === "call" ? "" : `in ${failure.phase}`;
  const where = [phase, failure.where].filter(Boolean).join(" · ");
  const draw = () => [
    element("pre", { class: "failure-message", tabindex: 0 }, element("strong", {}, headline), rest.join("\n")),
    folded("full output of pytest", () => element("pre", { tabindex: 0 }, failure.output), { classes: "nested" }),
  ];
  const summary = [element("h3", {}, "Failure"), " ", text("dim", where)];
  return folded(summary, draw, { open, classes: "part failure" });
}

// Two trees side by side: each row is a sign, a line of the committed one and a line of the received one.
function drawComparison(snapshot) {
  const body = element("tbody");
  for (const row of snapshot.rows) body.append(drawPair(row)); // there may be more than a call takes as arguments
  const heads = ["Committed", "Received"].map((head) => element("th", { scope: "col" }, head));
  const head = element("thead", {}, element("tr", {}, ...heads));
  const table = element("table", {}, head, body);
  return element(
    "section",
    { class: "comparison" },
    element("h3", {}, snapshot.headline),
    element("div", { class: "scroll", tabindex: 0 }, table),
  );
}

function drawPair([sign, old, now]) {
  const [before, after] = sign === "~" ? marked(old, now) : [[old], [now]];
  return element(
    "tr",
    { class: `edit ${EDITS[sign]}` },
    element("td", {}, text("sign", sign === "+" ? " " : sign), ...before),
    element("td", {}, text("sign", sign === "-" ? " " : sign), ...after),
  );
}

const EDITS = { "+": "added", "-": "removed", "~": "changed", " ": "same" };

// Mark what differs between two lines: all but their common beginning and end.
function marked(old, now) {
  const least = Math.min(old.length, now.length);
  let from = 0;
  while (from < least && old[from] === now[from]) from++;
  let tail = 0;
  while (tail < least - from && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  return [old, now].map((line) => {
    const middle = line.slice(from, line.length - tail);
    return [line.slice(0, from), middle && element("mark", {}, middle), line.slice(line.length - tail)];
  });
}
