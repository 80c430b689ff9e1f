// One session as it looks: fill = stage that ran, edge = stage that was suggested.

// With room: a rounded square; where suggestion and run differ, a ring with a gap, so that both colours are seen apart.
function drawGlyph(pen, looks, x, y, cell, row, run, suggested, flags) {
  const room = Math.min(cell, row);
  const side = Math.max(room - (room < 12 ? 2 : 3), 5);
  const left = Math.round((x + (cell - side) / 2) * 2) / 2;
  const top = Math.round((y + (row - side) / 2) * 2) / 2;
  const radius = side >= 10 ? 3 : 2;
  const open = flags & OPEN_LOOP;
  const fill = open ? looks.openLoop : run ? run.fill : null;
  if (run && suggested && run === suggested && !open) {
    pen.block(left, top, side, side, fill, radius);
    const rim = looks.rims.get(fill);
    if (rim && side >= 9) pen.ring(left, top, side, side, rim, 1, radius);
  } else {
    const thick = side >= 11 ? 2 : 1.5;
    const gap = open || !fill ? 0 : thick + 1;
    if (fill) pen.block(left + gap, top + gap, side - 2 * gap, side - 2 * gap, fill, Math.max(radius - gap, 1));
    pen.ring(left, top, side, side, suggested ? suggested.edge : looks.missing, thick, radius);
    const rim = suggested && looks.rims.get(suggested.edge);
    if (rim) pen.ring(left - 0.5, top - 0.5, side + 1, side + 1, rim, 0.75, radius);
  }
  if (open) drawCross(pen, left, top, side, looks.cross);
  if (flags & OVERRIDDEN) drawCorner(pen, left, top, side, looks);
}

function drawCross(pen, left, top, side, colour) {
  const inset = Math.max(side * 0.3, 3);
  const [x1, y1, x2, y2] = [left + inset, top + inset, left + side - inset, top + side - inset];
  pen.line([[x1, y1, x2, y2], [x1, y2, x2, y1]], colour, 1);
}

// A folded corner, as on a page that somebody came back to.
function drawCorner(pen, left, top, side, looks) {
  const size = Math.max(side * 0.42, 4);
  const [right, above] = [left + side + 1, top - 1];
  pen.wedge([[right - size - 1.5, above], [right, above], [right, above + size + 1.5]], looks.ground);
  pen.wedge([[right - size, above], [right, above], [right, above + size]], looks.ink);
}

// Narrow: a cell, with the suggested colour as its foot where that was another, and a cap where somebody overrode.
function drawCell(pen, looks, x, y, cell, row, run, suggested, flags) {
  // On whole pixels of the screen, so that neighbours meet without a seam.
  const snapped = (at) => Math.round(at * looks.snap) / looks.snap;
  const left = snapped(x);
  const width = Math.max(snapped(x + cell) - (cell >= 4 && row >= 4 ? 1 : 0) - left, 1 / looks.snap);
  const pad = row >= 9 ? 2 : row >= 4 ? 0.5 : 0;
  const [top, height] = [y + pad, row - 2 * pad];
  const open = flags & OPEN_LOOP;
  pen.block(left, top, width, height, open ? looks.openLoop : run ? run.fill : looks.missing);
  if (row < 9) return;
  if (suggested !== run || open) pen.block(left, top + height - 3, width, 3, suggested ? suggested.edge : looks.missing);
  if (flags & OVERRIDDEN) pen.block(left, top - 1, width, 2, looks.ink);
}

function drawRow(pen, chart, looks, { row, x, y, cell, height, from, to }) {
  const { picture } = chart;
  const { starts, x: columns, stage, suggested, flags } = picture.columns;
  const paint = picture.form === "detail" && cell >= ROOM_FOR_A_GLYPH && height >= ROOM_FOR_A_GLYPH ? drawGlyph : drawCell;
  const dimRow = chart.highlight.size > 0 && !chart.highlight.has(row);
  let drawn = 0;
  for (let i = firstFrom(columns, starts[row], starts[row + 1], from); i < starts[row + 1] && columns[i] <= to; i++) {
    if (!isShown(chart, i)) continue;
    const dim = dimRow || (chart.pointed >= 0 && picture.category[i] !== chart.pointed);
    pen.fade(dim ? 0.18 : 1);
    const ran = stage[i] ? picture.stages[stage[i] - 1] : null;
    const asked = suggested[i] ? picture.stages[suggested[i] - 1] : null;
    paint(pen, looks, x + columns[i] * cell, y, cell, height, ran, asked, flags[i]);
    drawn++;
  }
  pen.fade(1);
  return drawn;
}
