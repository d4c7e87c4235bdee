// Makes elements. Values of a trace reach the page through here only, and only as text.

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
    } else if (value === null || value === undefined) {
      continue;
    } else if (typeof value !== "boolean" || name.startsWith("aria-")) {
      made.setAttribute(name, value);
    } else {
      made.toggleAttribute(name, value);
    }
  }
  for (const child of children) if (child || child === 0) made.append(child);
  return made;
}

const div = (classes, ...children) => element("div", { class: classes }, ...children);
const text = (classes, ...children) => element("span", { class: classes }, ...children);

// What only eyes need: a row that says it all in its label hides its parts from screen readers.
const seen = (...parts) => parts.map((part) => (part.setAttribute("aria-hidden", true), part));

function button(label, run, attributes = {}) {
  return element("button", { type: "button", ...attributes, on: { click: run } }, label);
}

// A part that opens; what it holds is made when it first does.
function folded(summary, fill, { open = false, classes = "" } = {}) {
  const fold = element("details", { class: classes, open }, element("summary", {}, ...[summary].flat()));
  let filled = false;
  const make = () => {
    if (fold.open && !filled) {
      filled = true;
      fold.append(...[fill()].flat());
    }
  };
  make();
  fold.addEventListener("toggle", make);
  return fold;
}
