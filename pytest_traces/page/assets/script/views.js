// The views beside the tests, as tables: what a session covers, how it compares with another one.

function drawView({ title, notes, tables }) {
  return element("main", { class: "view", "aria-label": title },
    ...notes.map((note) => element("p", {}, note)),
    ...tables.map(drawTable));
}

function drawTable({ title, columns, rows }) {
  const head = element("tr", {}, ...columns.map((column) => element("th", { scope: "col" }, column)));
  const body = rows.map(([first, ...others]) =>
    element("tr", {}, element("th", { scope: "row" }, ...drawCell(first)), ...others.map((cell) => element("td", {}, ...drawCell(cell)))));
  return element("section", {}, title && element("h2", {}, title), element("div", { class: "scroll" }, element("table", { class: "figures" }, element("thead", {}, head), element("tbody", {}, ...body))));
}

const drawCell = (cell) => (Array.isArray(cell) ? [text(cell[1], cell[0])] : [cell]);
