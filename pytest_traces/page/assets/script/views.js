// The views beside the tests, as tables: what a session covers, how it compares with another one.

function drawView({ title, notes, tables }) {
  return element(
    "main",
    { class: "view", "aria-label": title, tabindex: 0 },
    ...notes.map((note) => element("p", {}, note)),
    ...tables.map(drawTable),
  );
}

function drawTable({ title, columns, rows }) {
  const side = (at) => (columns[at].is_figure ? "figure" : undefined);
  const head = element(
    "tr",
    {},
    ...columns.map((column, at) => element("th", { scope: "col", class: side(at) }, column.text)),
  );
  const body = rows.map(([first, ...others]) => {
    const cells = others.map((cell, at) => element("td", { class: side(at + 1) }, ...drawCell(cell)));
    return element("tr", {}, element("th", { scope: "row" }, ...drawCell(first)), ...cells);
  });
  return element(
    "section",
    {},
    title && element("h2", {}, title),
    div("scroll", element("table", { class: "figures" }, element("thead", {}, head), element("tbody", {}, ...body))),
  );
}

const drawCell = (cell) => (Array.isArray(cell) ? [text(cell[1], cell[0])] : [cell]);
