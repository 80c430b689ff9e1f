// Which part of the ground is seen, and how large.

const SMALLEST = 0.15;
const LARGEST = 2.5;
const READABLE = 0.75;
const MARGIN = 28;

function look(c) {
  const { k, x, y } = c.view;
  c.el.all.setAttribute("transform", `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${k.toFixed(4)})`);
  c.root.classList.toggle("far", k < 0.5);
  c.root.dataset.scale = k.toFixed(3);
  c.el.ground.style.setProperty("--dot", `${(c.graph?.grid ?? 8) * 3 * k}px`);
  c.el.ground.style.setProperty("--dot-x", `${x}px`);
  c.el.ground.style.setProperty("--dot-y", `${y}px`);
  placeNaming(c);
}

function sizeOf(c) {
  return [c.el.drawing.clientWidth, c.el.drawing.clientHeight];
}

function bounds(c) {
  let [l, r, t, b] = [Infinity, -Infinity, Infinity, -Infinity];
  const take = (box) => {
    [l, r] = [Math.min(l, box.l), Math.max(r, box.r)];
    [t, b] = [Math.min(t, box.t), Math.max(b, box.b)];
  };
  for (const box of c.boxes.values()) take({ l: box.x - box.w / 2, r: box.x + box.w / 2, t: box.y - box.h / 2 - 12, b: box.y + box.h / 2 + 12 });
  for (const label of c.labels.values()) take(label.box);
  for (const way of c.ways.values()) {
    const [x, y] = pointAt(way.points, 0.5);
    take({ l: x, r: x, t: y, b: y });
  }
  return { l, r, t, b };
}

// All of it; at first no smaller than can be read, from the top left.
function fit(c, { readable = false } = {}) {
  const [width, height] = sizeOf(c);
  if (!c.boxes.size || !width) return;
  const { l, r, t, b } = bounds(c);
  const whole = Math.min((width - 2 * MARGIN) / (r - l), (height - 2 * MARGIN) / (b - t), 1);
  const k = clamped(whole, readable ? READABLE : SMALLEST, LARGEST);
  const placed = (room, from, to, first) =>
    (to - from) * k + MARGIN <= room ? (room - (to - from) * k) / 2 - from * k : clamped(room / 2 - first * k, room - MARGIN - to * k, MARGIN - from * k);
  const first = c.boxes.values().next().value;
  c.view = { k, x: placed(width, l, r, first.x), y: placed(height, t, b, first.y) };
  look(c);
}

function zoomAt(c, factor, x, y) {
  const k = clamped(c.view.k * factor, SMALLEST, LARGEST);
  const ratio = k / c.view.k;
  c.view = { k, x: x - (x - c.view.x) * ratio, y: y - (y - c.view.y) * ratio };
  look(c);
}

function zoomMiddle(c, factor) {
  const [width, height] = sizeOf(c);
  zoomAt(c, factor, width / 2, height / 2);
}

function fromScreen(c, event) {
  const box = c.el.drawing.getBoundingClientRect();
  return [(event.clientX - box.left - c.view.x) / c.view.k, (event.clientY - box.top - c.view.y) / c.view.k];
}

// Go no further than needed.
function reveal(c, kind, id) {
  const found = kind === "node" ? c.boxes.get(id) : c.labels.get(id)?.box;
  if (!found) return;
  const box = kind === "node" ? { l: found.x - found.w / 2, r: found.x + found.w / 2, t: found.y - found.h / 2, b: found.y + found.h / 2 } : found;
  const [width, height] = sizeOf(c);
  const shift = (low, high, room, off, k) => {
    if (low * k + off < MARGIN / 2) return MARGIN - low * k;
    if (high * k + off > room - MARGIN / 2) return room - MARGIN - high * k;
    return off;
  };
  const { k, x, y } = c.view;
  c.view = { k, x: shift(box.l, box.r, width, x, k), y: shift(box.t, box.b, height, y, k) };
  look(c);
}
