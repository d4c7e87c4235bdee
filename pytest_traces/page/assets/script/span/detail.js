// Everything about one span.

function drawDetail(span, link) {
  const talk = conversationOf(span);
  return [
    drawHead(span, link),
    span.error && part("Error", drawError(span.error)),
    talk.length && part("Messages", div("conversation", ...talk.map(drawMessage))),
    "input" in span && part("Input", drawValue(span.input), { open: !talk.length }),
    "output" in span && part("Output", drawValue(span.output), { open: !talk.length }),
    span.usage && part("Usage", drawUsage(span.usage)),
    span.events && part(`Events (${grouped(span.events.length)})`, drawEvents(span.events)),
    span.metadata && part("Metadata", drawValue(span.metadata)),
    span.attributes && part("Attributes", drawValue(span.attributes), { open: false }),
  ].filter(Boolean);
}

function drawHead(span, link) {
  const took = span.to === undefined ? "still running" : duration(span.to - span.from);
  const seen = span.source && `seen by ${span.source}`;
  const facts = [span.status, took, `starts at ${duration(span.from)}`, span.model, seen].filter(Boolean);
  const notes = [...(span.notes ?? []), ...(span.tags ?? []).map((tag) => ["tag", tag])];
  return element(
    "header",
    { class: "about-span" },
    element("h2", {}, text(`type ${typeClass(span.type)}`, span.type), " ", span.name),
    element("p", { class: "facts" }, facts.join(" · ")),
    element(
      "p",
      { class: "facts" },
      ...notes.map(([kind, told]) => text(`note ${kind}`, told)),
      element("a", { href: link, class: "link" }, "link to this span"),
    ),
  );
}

function drawError({ type, message = "", traceback }) {
  const where = traceback && folded("traceback", () => element("pre", { tabindex: 0 }, traceback));
  return div("error", element("strong", {}, type), " ", drawText(message), where);
}

function part(title, content, { open = true } = {}) {
  return folded(element("h3", {}, title), () => content, { open, classes: "part" });
}

function drawUsage({ models = {}, counters = {}, unreported = [] }) {
  const rows = Object.entries(models).flatMap(([model, units]) => [
    element("tr", {}, element("th", { colspan: 2, scope: "rowgroup" }, model)),
    ...Object.entries(units).flatMap(([unit, amount]) => usageRow(unit, amount)),
  ]);
  rows.push(...Object.entries(counters).flatMap(([name, amount]) => usageRow(name, amount)));
  const told = unreported.length ? [`${count(unreported.length, "call")} reported no usage`] : [];
  for (const units of Object.values(models)) told.push(...leftOut(units));
  const silent = told.map((one) => element("p", { class: "dim" }, one));
  return div("", element("table", { class: "usage" }, element("tbody", {}, ...rows)), ...silent);
}

function usageRow(unit, amount) {
  if (unit === "unreported") return [];
  if (unit === "other") return Object.entries(amount).flatMap(([name, number]) => usageRow(name, number));
  const known = typeof amount === "number";
  const shown = !known ? drawValue(amount) : unit === "cost_usd" ? money(amount) : grouped(amount);
  return [element("tr", {}, element("td", {}, unit.replaceAll("_", " ")), element("td", { class: "figure" }, shown))];
}

// What calls did not tell, as "4 calls did not report: cost usd".
function leftOut({ unreported = {} }) {
  const units = Object.entries(unreported);
  return [...new Set(units.map(([, calls]) => calls))].map((calls) => {
    const missing = units.filter(([, number]) => number === calls).map(([unit]) => unit.replaceAll("_", " "));
    return `${count(calls, "call")} did not report: ${missing.join(", ")}`;
  });
}

function drawEvents(events) {
  const items = events.map((event) => [`${duration(event.at)}  ${event.type}`, event.payload]);
  return drawItems(items, 2);
}
