// Where the number and the words of a rule stand: on its way, and on nothing else. Where there is no room the words are
// left out, and stand in the tooltip.

const LINE = 14;
const PILL = 32;
const MOST_LINES = 3;
const WIDE = 176;
const WIDEST = 240;
const TIMES = [0.5, 0.46, 0.54, 0.42, 0.58, 0.38, 0.62, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82];
// Where even a number finds no room there: all along the way, up to its ends.
const FINER = Array.from({ length: 45 }, (_, i) => 0.5 + (i % 2 ? -1 : 1) * Math.ceil(i / 2) * 0.018);

function labelsOf(edges, ways, boxes, fonts) {
  const taken = [...boxes.values()].map((box) => ({ l: box.x - box.w / 2 - box.left, r: box.x + box.w / 2 + 3, t: box.y - box.h / 2 - box.above, b: box.y + box.h / 2 + box.below }));
  for (const { points } of ways.values()) taken.push(tipBox(points)); // an arrow without its tip leads nowhere
  const labels = new Map();
  const order = [...edges].sort((a, b) => ways.get(a.id).height - ways.get(b.id).height);
  const forms = new Map(edges.map((edge) => [edge.id, formsOf(edge, fonts.words)]));
  const place = (edge, found) => {
    const box = found.box;
    box.of = edge.id;
    labels.set(edge.id, found);
    taken.push(box);
  };
  // First every number has its place, then the words have what is left.
  for (const edge of order) {
    const way = ways.get(edge.id);
    const number = forms.get(edge.id).slice(-1);
    place(edge, firstFree(number, way, taken, TIMES) ?? firstFree(number, way, taken, FINER) ?? leastCovered(number[0], way, taken));
  }
  for (const edge of order) {
    const others = taken.filter((box) => box.of !== edge.id);
    const found = firstFree(forms.get(edge.id).slice(0, -1), ways.get(edge.id), others, TIMES);
    if (!found) continue;
    taken.splice(0, taken.length, ...others);
    place(edge, found);
  }
  return labels;
}

// From all that is to be said down to the number alone.
function formsOf(edge, font) {
  const all = edge.words.filter(Boolean);
  const extra = edge.finding ? 18 : 0;
  const form = (lines, open, room = WIDE) => {
    const shown = lines.map((line, i) => cut(i === lines.length - 1 && open ? `${line} …` : line, font, room));
    const wide = shown.length ? Math.max(...shown.map((line) => widthOf(line, font))) + 12 : 0;
    return { lines: shown, whole: !open && shown.every((line, i) => line === lines[i]), w: PILL + extra + wide, h: Math.max(shown.length * LINE + 6, 20) };
  };
  const forms = [];
  const most = all.slice(0, MOST_LINES);
  if (most.some((line) => widthOf(line, font) > WIDE)) forms.push(form(most, all.length > MOST_LINES, WIDEST));
  if (all.length) forms.push(form(most, all.length > MOST_LINES));
  if (all.length > 2) forms.push(form(all.slice(0, 2), true));
  if (all.length > 1) forms.push(form(all.slice(0, 1), true));
  return [...forms, form([], all.length > 0)];
}

function firstFree(forms, way, taken, times) {
  for (const form of forms) {
    for (const time of times) {
      const point = pointAt(way.points, time);
      for (const side of sidesOf(way)) {
        const box = boxAt(point, form, side);
        if (!taken.some((other) => overlap(box, other) > 0)) return { ...form, point, box, side };
      }
    }
  }
  return null;
}

function leastCovered(form, way, taken) {
  let best = null;
  for (const time of FINER) {
    const point = pointAt(way.points, time);
    const box = boxAt(point, form, "start");
    const covered = taken.reduce((sum, other) => sum + overlap(box, other), 0);
    if (!best || covered < best.covered) best = { ...form, point, box, side: "start", covered };
  }
  return best;
}

function sidesOf(way) {
  if (way.straight) return Math.abs(way.outward[0]) > 0.5 ? ["centre", "start", "end"] : ["centre"];
  if (way.outward[0] > 0.5) return ["start", "centre"];
  return way.outward[0] < -0.5 ? ["end", "centre"] : ["centre", "start", "end"];
}

// The number is on the way, and the words go on from it; or the middle of both is.
function boxAt([x, y], { w, h }, side) {
  const left = { start: x - PILL / 2, end: x - w + PILL / 2, centre: x - w / 2 }[side];
  return { l: left, r: left + w, t: y - h / 2, b: y + h / 2 };
}

function tipBox(points) {
  const [x, y] = points[3];
  const [bx, by] = pointAt(points, 0.94);
  const length = Math.hypot(x - bx, y - by) || 1;
  const [cx, cy] = [x - ((x - bx) / length) * 5, y - ((y - by) / length) * 5];
  return { l: cx - 4, r: cx + 4, t: cy - 4, b: cy + 4 };
}

function overlap(a, b) {
  const wide = Math.min(a.r, b.r) - Math.max(a.l, b.l) + 2;
  const high = Math.min(a.b, b.b) - Math.max(a.t, b.t) + 2;
  return wide > 0 && high > 0 ? wide * high : 0;
}
