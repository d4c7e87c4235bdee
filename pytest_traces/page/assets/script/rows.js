// A list of any length: only the rows in sight are elements. Focus stays on the box, which names its active row.

const SPARE_ROWS = 8;

class Rows {
  constructor(box, { height, draw, pick }) {
    this.box = box;
    this.height = height;
    this.draw = draw; // makes the element of an item
    this.pick = pick; // runs when a row was clicked or reached by key
    this.items = [];
    this.active = -1;
    this.canvas = element("div", { role: "none", class: "rows" });
    this.made = new Map();
    box.append(this.canvas);
    box.addEventListener("scroll", () => this.render(), { passive: true });
    box.addEventListener("keydown", (event) => this.onKey(event));
    this.canvas.addEventListener("click", (event) => this.onClick(event));
    new ResizeObserver(() => this.render()).observe(box);
  }

  show(items, active = -1) {
    this.items = items;
    this.canvas.style.height = `${items.length * this.height}px`;
    this.active = active;
    this.redraw();
  }

  activate(index) {
    this.active = index;
    const top = index * this.height;
    const room = this.box.clientHeight;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    else if (top + this.height > this.box.scrollTop + room) this.box.scrollTop = top + this.height - room;
    this.redraw();
  }

  isInSight(index) {
    const top = index * this.height - this.box.scrollTop;
    return top >= 0 && top + this.height <= this.box.clientHeight;
  }

  center(index) {
    this.box.scrollTop = (index + 0.5) * this.height - this.box.clientHeight / 2;
    this.activate(index);
  }

  redraw() {
    this.made.clear();
    this.canvas.replaceChildren();
    this.render();
  }

  render() {
    const first = Math.max(Math.floor(this.box.scrollTop / this.height) - SPARE_ROWS, 0);
    const last = Math.min(first + Math.ceil(this.box.clientHeight / this.height) + 2 * SPARE_ROWS, this.items.length);
    for (const [index, row] of this.made) {
      if (index < first || index >= last) {
        row.remove();
        this.made.delete(index);
      }
    }
    for (let index = first; index < last; index++) {
      if (!this.made.has(index)) this.made.set(index, this.canvas.appendChild(this.row(index)));
    }
    const active = this.made.get(this.active);
    if (active) this.box.setAttribute("aria-activedescendant", active.id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  row(index) {
    const row = this.draw(this.items[index], index);
    row.id = `${this.box.id}-${index}`;
    row.dataset.index = index;
    row.style.top = `${index * this.height}px`;
    row.setAttribute("aria-selected", index === this.active);
    return row;
  }

  onClick(event) {
    const row = event.target.closest("[data-index]");
    if (row) this.pick(this.items[Number(row.dataset.index)], Number(row.dataset.index), event);
  }

  onKey(event) {
    const page = Math.max(Math.floor(this.box.clientHeight / this.height) - 1, 1);
    const to = {
      ArrowDown: this.active + 1,
      ArrowUp: this.active - 1,
      PageDown: this.active + page,
      PageUp: this.active - page,
      Home: 0,
      End: this.items.length - 1,
    }[event.key];
    if (to === undefined || !this.items.length || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const index = Math.min(Math.max(to, 0), this.items.length - 1);
    this.pick(this.items[index], index, event);
  }
}
