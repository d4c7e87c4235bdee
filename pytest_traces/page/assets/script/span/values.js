// Values as nested names and values; long ones show their beginning until the rest is asked for.

const NUMBER = "\0number"; // stands for a number that JavaScript can't hold
const LONGEST_TEXT = 2000;
const MOST_ITEMS = 100;

function drawValue(value, depth = 0) {
  if (value === null || value === undefined) return text("value none", "null");
  if (typeof value === "string") return drawText(value);
  if (typeof value !== "object") return text(`value ${typeof value}`, String(value));
  if (NUMBER in value) return text("value number", value[NUMBER]);
  const items = Array.isArray(value) ? value.map((item, index) => [index, item]) : Object.entries(value);
  if (!items.length) return text("value none", Array.isArray(value) ? "[]" : "{}");
  return drawItems(items, depth);
}

function drawText(value) {
  const shown = text(
    value.includes("\n") || value.length > 80 ? "value string block" : "value string",
    value.slice(0, LONGEST_TEXT),
  );
  if (value.length <= LONGEST_TEXT) return shown;
  const more = button(
    `show all ${grouped(value.length)} characters`,
    () => {
      shown.textContent = value;
      more.remove();
    },
    { class: "more" },
  );
  return element("div", {}, shown, more);
}

function drawItems(items, depth) {
  const list = element("div", { class: "items" });
  const add = (from, to) =>
    list.append(...items.slice(from, to).map(([key, item]) => drawItem(String(key), item, depth)));
  add(0, MOST_ITEMS);
  if (items.length > MOST_ITEMS) {
    const more = button(
      `show ${grouped(items.length - MOST_ITEMS)} more`,
      () => {
        more.remove();
        add(MOST_ITEMS, items.length);
      },
      { class: "more" },
    );
    list.append(more);
  }
  return list;
}

function drawItem(key, value, depth) {
  const size = value && typeof value === "object" && !(NUMBER in value) ? Object.keys(value).length : 0;
  if (!size) return div("item", text("key", key), drawValue(value, depth + 1));
  const about = Array.isArray(value) ? count(size, "item") : count(size, "field");
  const summary = [text("key", key), " ", text("dim", about)];
  return folded(summary, () => drawValue(value, depth + 1), { open: depth < 3 && size <= 30, classes: "nested" });
}
