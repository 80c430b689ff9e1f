// How rules run between the boxes. To a stage further on straight, where nothing stands between and no other rule runs;
// otherwise in a bow that turns clockwise: so what leads on and what leads back lie on different sides.

const NEAREST = 64;
const FURTHER = 34;
const BESIDE = 26;
const LEAD = 24;
const CORNER = 8;

function waysOf(boxes, edges) {
  const seen = new Map();
  const ways = new Map();
  const ends = new Map();
  for (const edge of edges) {
    const [from, to] = [boxes.get(edge.source), boxes.get(edge.target)];
    const pair = JSON.stringify([edge.source, edge.target]);
    const beside = seen.get(pair) ?? 0;
    seen.set(pair, beside + 1);
    ways.set(edge.id, from === to ? loop(from, beside) : bow(from, to, beside, boxes, ends));
  }
  for (const side of ends.values()) spread(side);
  for (const way of ways.values()) if (way.ends) way.points = [at(way.ends[0]), ...way.handles, at(way.ends[1])];
  return ways;
}

function bow(from, to, beside, boxes, ends) {
  const distance = Math.max(Math.hypot(to.x - from.x, to.y - from.y), 1);
  const u = [(to.x - from.x) / distance, (to.y - from.y) / distance];
  const n = [u[1], -u[0]];
  const { passed, clear } = between(from, to, u, n, distance, boxes);
  const straight = from.order < to.order && beside === 0 && passed === 0;
  const out = (exit(from, n) + exit(to, n)) / 2;
  const past = passed ? (clear + LEAD - out / 4) / 0.75 : 0;
  const height = Math.max(out + NEAREST + FURTHER * passed, past) + BESIDE * beside;
  const aslant = 2 * Math.abs(u[0] * u[1]); // 0 along a row or column, 1 in between: there a bow sets out towards its end
  const lead = Math.min(LEAD, distance / 4) + 0.3 * distance * aslant;
  const off = (box, sign) => [box.x + n[0] * height + sign * u[0] * lead, box.y + n[1] * height + sign * u[1] * lead];
  const aims = straight ? [[to.x, to.y], [from.x, from.y]] : [off(from, 1), off(to, -1)];
  const way = { straight, height: straight ? 0 : height, outward: n, handles: aims, ends: [end(from, aims[0], ends), end(to, aims[1], ends)] };
  if (straight) {
    const third = (a, b, part) => a + (b - a) * part;
    way.handles = [1 / 3, 2 / 3].map((part) => [third(from.x, to.x, part), third(from.y, to.y, part)]);
  }
  return way;
}

// Boxes that the straight way would touch, and how far out the furthest of them reaches.
function between(from, to, u, n, distance, boxes) {
  let [passed, clear] = [0, 0];
  for (const box of boxes.values()) {
    if (box === from || box === to) continue;
    const [dx, dy] = [box.x - from.x, box.y - from.y];
    const along = dx * u[0] + dy * u[1];
    const across = dx * n[0] + dy * n[1];
    const half = (Math.abs(n[0]) * box.w + Math.abs(n[1]) * box.h) / 2;
    if (along <= 0 || along >= distance || Math.abs(across) > half + 6) continue;
    passed += 1;
    clear = Math.max(clear, across + half);
  }
  return { passed, clear };
}

// How far it is from the middle of a box to its border.
function exit(box, [dx, dy]) {
  return Math.min(box.w / 2 / Math.max(Math.abs(dx), 1e-6), box.h / 2 / Math.max(Math.abs(dy), 1e-6));
}

function end(box, aim, ends) {
  const [dx, dy] = [aim[0] - box.x, aim[1] - box.y];
  const length = Math.hypot(dx, dy) || 1;
  const far = exit(box, [dx / length, dy / length]);
  const upright = box.w / 2 - Math.abs((dx / length) * far) < 0.5;
  const sign = Math.sign(upright ? dx : dy) || 1;
  const made = { box, upright, sign, place: (upright ? dy : dx) * (far / length) };
  const key = `${box.order}${upright ? "x" : "y"}${sign}`;
  if (!ends.has(key)) ends.set(key, []);
  ends.get(key).push(made);
  return made;
}

// Several ends on one side of a box stand apart, in the order in which they would cross nothing.
function spread(side) {
  side.sort((a, b) => a.place - b.place);
  const { box, upright } = side[0];
  const room = (upright ? box.h : box.w) - 2 * CORNER;
  const gap = Math.min(10, room / Math.max(side.length - 1, 1));
  const places = [];
  for (const one of side) places.push(Math.max(one.place, places.length ? places.at(-1) + gap : -Infinity));
  const drift = places.reduce((sum, place, i) => sum + place - side[i].place, 0) / places.length;
  let shift = -drift;
  if (places.at(-1) + shift > room / 2) shift = room / 2 - places.at(-1);
  if (places[0] + shift < -room / 2) shift = -room / 2 - places[0];
  places.forEach((place, i) => (side[i].place = place + shift));
}

function at({ box, upright, sign, place }) {
  return upright ? [box.x + (sign * box.w) / 2, box.y + place] : [box.x + place, box.y + (sign * box.h) / 2];
}

// A rule that stays: around the upper right corner, where no other rule has its way.
function loop(box, beside) {
  const [right, top] = [box.x + box.w / 2, box.y - box.h / 2];
  const out = 36 * beside;
  const points = [[right - 34, top], [right - 34, top - 58 - out], [right + 104 + out, top + 10], [right, top + 10]];
  return { straight: false, height: NEAREST + out, outward: [1, 0], points };
}

function pointAt([a, b, c, d], t) {
  const s = 1 - t;
  const mix = (i) => s * s * s * a[i] + 3 * s * s * t * b[i] + 3 * s * t * t * c[i] + t * t * t * d[i];
  return [mix(0), mix(1)];
}

function pathOf([a, b, c, d]) {
  const p = (point) => point.map((number) => Math.round(number * 10) / 10).join(" ");
  return `M${p(a)}C${p(b)} ${p(c)} ${p(d)}`;
}

// The tip of an arrow at the end of a way.
function tipOf(points, size) {
  const [x, y] = points[3];
  const before = pointAt(points, 0.94);
  const length = Math.hypot(x - before[0], y - before[1]) || 1;
  const [ux, uy] = [(x - before[0]) / length, (y - before[1]) / length];
  const corner = (side) => [x - ux * size - uy * side * size * 0.5, y - uy * size + ux * side * size * 0.5];
  return [[x, y], corner(1), corner(-1)].map((point) => point.map((number) => number.toFixed(1)).join(",")).join(" ");
}
