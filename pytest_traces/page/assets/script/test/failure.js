// What a test failed with: its message, and the trees that differ if it was a snapshot.

function drawFailure(failure, { open = true } = {}) {
  const end = failure.message.indexOf("\n");
  const [headline, rest] = end < 0 ? [failure.message, ""] : [failure.message.slice(0, end), failure.message.slice(end + 1)];
  return folded(
    [element("h3", {}, "Failure"), " ", text("dim", [failure.phase === "call" ? "" : `in ${failure.phase}`, failure.where].filter(Boolean).join(" · "))],
    () => [
      element("pre", { class: "failure-message" }, element("strong", {}, headline), rest),
      failure.output && folded("full output of pytest", () => element("pre", {}, failure.output), { classes: "nested" }),
    ].filter(Boolean),
    { open, classes: "part failure" },
  );
}

// Two trees side by side: each row is a sign, a line of the committed one and a line of the received one.
function drawComparison(snapshot) {
  const rows = snapshot.rows.map(([sign, old, now]) => {
    const [before, after] = sign === "~" ? marked(old, now) : [[old], [now]];
    return element("tr", { class: `edit ${EDITS[sign]}` },
      element("td", {}, text("sign", sign === "+" ? " " : sign), ...before),
      element("td", {}, text("sign", sign === "-" ? " " : sign), ...after));
  });
  return element("section", { class: "comparison" },
    element("h3", {}, snapshot.headline),
    element("div", { class: "scroll" },
      element("table", {}, element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Committed"), element("th", { scope: "col" }, "Received"))), element("tbody", {}, ...rows))));
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
