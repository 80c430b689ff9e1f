// Where a mouse and a session stand: columns to pixels and back, and where the axis has its labels.

const ROOM_FOR_A_GLYPH = 9;

function rowHeightOf(picture) {
  const mice = picture.mice.length;
  if (picture.form === "detail") return mice <= 30 ? 20 : mice <= 60 ? 17 : 14;
  return mice <= 400 ? 5 : 3;
}

function columnsOf(picture) {
  const { x } = picture.columns;
  let last = 0;
  for (let i = 0; i < x.length; i++) if (x[i] > last) last = x[i];
  return last + 1;
}

// A few columns do not stretch over the whole width: a cell is a cell, not a bar. Thin rows may: they are a texture.
function fittedCell(chart) {
  return Math.min(chart.width / chart.columns, chart.picture.form === "detail" ? chart.rowHeight + 3 : 16);
}

function widestCell(chart) {
  return Math.max(fittedCell(chart), chart.picture.form === "detail" ? chart.rowHeight * 1.5 : 24);
}

function zoom(chart, factor, aroundX) {
  const fitted = fittedCell(chart);
  const before = chart.cell;
  const after = Math.min(Math.max(before * factor, fitted), widestCell(chart));
  chart.fit = after <= fitted;
  const column = (chart.scrollLeft + aroundX) / before;
  chart.cell = after;
  chart.el.sheet.style.width = `${Math.max(chart.columns * after, chart.width)}px`;
  chart.el.scroll.scrollLeft = column * after - aroundX;
  redraw(chart);
}

function rowsInSight(chart) {
  const first = Math.floor(chart.scrollTop / chart.rowHeight);
  const last = Math.ceil((chart.scrollTop + chart.height) / chart.rowHeight);
  return [Math.max(first, 0), Math.min(last, chart.picture.mice.length)];
}

function columnsInSight(chart) {
  return [Math.floor(chart.scrollLeft / chart.cell), Math.ceil((chart.scrollLeft + chart.width) / chart.cell)];
}

function rowAt(chart, y) {
  const row = Math.floor((y + chart.scrollTop) / chart.rowHeight);
  return row >= 0 && row < chart.picture.mice.length ? row : -1;
}

// The session under a point of the canvas, or -1. Where cells are narrower than a pointer, the nearest within it.
function pointAt(chart, x, y, pixels = 3) {
  const row = rowAt(chart, y);
  if (row < 0) return -1;
  const { starts, x: columns } = chart.picture.columns;
  const column = (x + chart.scrollLeft) / chart.cell - 0.5;
  const reach = Math.max(0.5, pixels / chart.cell);
  let best = -1;
  let nearest = reach;
  for (let i = firstFrom(columns, starts[row], starts[row + 1], column - reach); i < starts[row + 1]; i++) {
    const distance = Math.abs(columns[i] - column);
    if (columns[i] - column > reach) break;
    if (distance <= nearest && isShown(chart, i)) [best, nearest] = [i, distance];
  }
  return best;
}

function isShown(chart, i) {
  if (chart.hides[chart.picture.category[i]]) return false;
  return !(chart.hidesOverridden && chart.picture.columns.flags[i] & OVERRIDDEN);
}

// Labels of the axis: [column, text] with room between them.
function ticks(chart, from, sight) {
  const to = Math.min(sight, chart.columns - 1);
  if (chart.picture.x === "date") return dateTicks(chart, from, to);
  const step = niceStep(46 / chart.cell);
  const low = chart.picture.low;
  const found = [];
  for (let value = Math.ceil((low + from) / step) * step; value <= low + to; value += step) {
    if (value - low >= 0) found.push([value - low, String(value)]);
  }
  // Sessions count from 1, which no round step hits.
  if (step > 1 && low === 1 && from <= 0) found.unshift([0, "1"]);
  return found.filter(([column], at) => at === 0 || (column - found[at - 1][0]) * chart.cell > 24 || at > 1);
}

function niceStep(least) {
  for (let power = 1; ; power *= 10) {
    for (const digit of [1, 2, 5]) if (digit * power >= least) return digit * power;
  }
}

function dateTicks(chart, from, to) {
  const low = chart.picture.low;
  const room = 64 / chart.cell;
  const found = [];
  if (room <= 14) {
    // Whole weeks begin on a Monday, and 1970-01-01 was a Thursday.
    const step = room <= 1 ? 1 : room <= 7 ? 7 : 14;
    const offset = step === 1 ? 0 : 4;
    for (let day = Math.ceil((low + from - offset) / step) * step + offset; day <= low + to; day += step) {
      found.push([day - low, dayText(day, { day: "numeric", month: "short" })]);
    }
    return found;
  }
  const months = room <= 31 ? 1 : room <= 92 ? 3 : room <= 183 ? 6 : 12 * niceStep(room / 366);
  const begin = new Date((low + from) * 86400000);
  let month = Math.floor((begin.getUTCFullYear() * 12 + begin.getUTCMonth()) / months) * months;
  for (; ; month += months) {
    const day = Date.UTC(Math.floor(month / 12), month % 12, 1) / 86400000;
    if (day > low + to) return found;
    const year = month % 12 === 0 || months >= 12;
    if (day >= low) found.push([day - low, dayText(day, months >= 12 ? { year: "numeric" } : year ? { month: "short", year: "numeric" } : { month: "short" })]);
  }
}
