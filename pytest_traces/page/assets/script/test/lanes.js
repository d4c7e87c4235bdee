// The lanes of a recording: tasks and threads side by side, one above the other on one time axis.

const BAR = 9;
const GAP = 2;
const DEEPEST = 6; // levels of spans drawn within one lane
const LABELS = 72; // pixels before the time axis
const LANE_NAMES = { root: "test", task: "task", thread: "thread", unseen: "lane" };

class LaneChart {
  constructor(forest, select) {
    this.forest = forest;
    this.select = select;
    this.tracks = layTracks(forest);
    this.height = this.tracks.reduce((sum, track) => sum + track.levels * (BAR + GAP) + GAP, GAP);
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.spacer = div("spacer", this.canvas);
    this.element = element("section", { class: "lanes", hidden: this.tracks.length < 2 }, this.spacer);
    this.spacer.style.height = `${this.height}px`;
    this.element.style.height = `${Math.min(this.height, 120)}px`;
    this.element.addEventListener("scroll", () => this.draw(), { passive: true });
    this.canvas.addEventListener("click", (event) => this.at(event) && this.select(this.at(event)));
    this.canvas.addEventListener("mousemove", (event) => this.hover(event));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  mark(span) {
    this.selected = span;
    this.draw();
  }

  draw() {
    const width = this.element.clientWidth;
    const height = this.element.clientHeight;
    if (!width || !height) return;
    const scale = devicePixelRatio || 1;
    this.canvas.width = width * scale;
    this.canvas.height = height * scale;
    this.canvas.style.height = `${height}px`;
    this.boxes = [];
    const pen = this.canvas.getContext("2d");
    pen.scale(scale, scale);
    pen.font = `11px ${getComputedStyle(document.body).fontFamily}`;
    const colors = this.colors();
    let top = GAP - this.element.scrollTop;
    for (const track of this.tracks) {
      const tall = track.levels * (BAR + GAP) + GAP;
      if (top + tall > 0 && top < height) this.drawTrack(pen, track, top, width, colors);
      top += tall;
    }
  }

  // A canvas knows no variables: let an element look the colours up.
  colors() {
    const known = new Map();
    return (name) => {
      if (!known.has(name)) {
        this.canvas.style.color = `var(${name})`;
        known.set(name, getComputedStyle(this.canvas).color);
      }
      return known.get(name);
    };
  }

  drawTrack(pen, track, top, width, colors) {
    pen.fillStyle = colors("--dim");
    pen.fillText(track.label, 4, top + BAR);
    pen.fillStyle = colors("--line");
    pen.fillRect(LABELS, top + track.levels * (BAR + GAP), width - LABELS, 1);
    const wide = (width - LABELS - 4) / (this.forest.end || 1);
    for (const span of track.spans) {
      const box = {
        span,
        x: LABELS + span.from * wide,
        y: top + Math.min(span.level, DEEPEST - 1) * (BAR + GAP),
        w: Math.max(this.forest.elapsed(span) * wide, 1.5),
      };
      this.boxes.push(box);
      pen.fillStyle = colors(hasFailed(span) ? "--bad" : `--${typeClass(span.type)}`);
      pen.globalAlpha = span === this.selected ? 1 : 0.6;
      pen.fillRect(box.x, box.y, box.w, BAR);
      pen.globalAlpha = 1;
      if (span === this.selected) {
        pen.strokeStyle = colors("--text");
        pen.strokeRect(box.x - 0.5, box.y - 0.5, box.w + 1, BAR + 1);
      }
    }
  }

  at({ offsetX, offsetY }) {
    const holds = ({ x, y, w }) => offsetX >= x - 2 && offsetX <= x + w + 2 && offsetY >= y && offsetY <= y + BAR + GAP;
    return this.boxes.findLast(holds)?.span;
  }

  hover(event) {
    const span = this.at(event);
    this.canvas.title = span ? `${span.type} ${span.name} · ${duration(this.forest.elapsed(span))}` : "";
    this.canvas.classList.toggle("over", Boolean(span));
  }
}

// Put each lane on the first track that is free when it begins.
function layTracks(forest) {
  const lanes = forest.lanes.map((kind) => ({ kind, spans: [], from: Infinity, to: 0, levels: 1 }));
  for (const span of forest.spans) {
    const lane = lanes[span.lane];
    const above = forest.above(span);
    span.level = above && above.lane === span.lane ? above.level + 1 : 0;
    lane.spans.push(span);
    lane.from = Math.min(lane.from, span.from);
    lane.to = Math.max(lane.to, span.to ?? forest.end);
    lane.levels = Math.max(lane.levels, Math.min(span.level + 1, DEEPEST));
  }
  const tracks = [];
  for (const lane of lanes.filter((one) => one.spans.length).sort((a, b) => a.from - b.from)) {
    const free = tracks.find((track) => track.until <= lane.from && track.kind === lane.kind);
    const track = free ?? { kind: lane.kind, spans: [], levels: 1, lanes: 0 };
    if (!free) tracks.push(track);
    track.until = lane.to;
    track.lanes += 1;
    track.levels = Math.max(track.levels, lane.levels);
    track.spans = track.spans.concat(lane.spans);
    track.label = track.lanes > 1 ? `${track.lanes} ${LANE_NAMES[track.kind]}s` : LANE_NAMES[track.kind];
  }
  return tracks;
}
