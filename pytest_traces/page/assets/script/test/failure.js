// What a test failed with: its message, and the trees that differ if it was a snapshot.

function drawFailure(failure) {
  return folded(
    [element("h3", {}, "Failure"), " ", text("dim", [failure.phase === "call" ? "" : `in ${failure.phase}`, failure.where].filter(Boolean).join(" · "))],
    () => [
      element("pre", { class: "failure-message" }, failure.message),
      failure.traceback && folded("full output of pytest", () => element("pre", {}, failure.traceback), { classes: "nested" }),
    ].filter(Boolean),
    { open: true, classes: "part failure" },
  );
}

// Two trees side by side: each row is a sign, a line of the committed one and a line of the received one.
function drawComparison(snapshot) {
  const rows = snapshot.rows.map(([sign, old, now, note]) =>
    element("tr", { class: `edit ${EDITS[sign]}` },
      element("td", {}, text("sign", sign === "+" ? "" : sign), old),
      element("td", {}, text("sign", sign === "-" ? "" : sign), now, note && text("edit-note", note))));
  return element("section", { class: "comparison" },
    element("h3", {}, snapshot.headline),
    element("div", { class: "scroll" },
      element("table", {}, element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Committed"), element("th", { scope: "col" }, "Received"))), element("tbody", {}, ...rows))));
}

const EDITS = { "+": "added", "-": "removed", "~": "changed", ">": "moved", " ": "same" };
