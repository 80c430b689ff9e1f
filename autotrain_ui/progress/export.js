// The whole picture as a file, as it is seen: theme, zoom, what is hidden and what is bright; with title and footer.

const MARGIN = 20;
const LONGEST_SIDE = 16000; // pixels; beyond, browsers hand out an empty bitmap
const LARGEST_AREA = 120e6;
const MOST_DRAWN = 60000; // shapes in an SVG that a lab meeting can still open

function exportPlan(chart) {
  const rows = chart.picture.mice.length;
  const columns = chart.columns * chart.cell;
  const names = chart.namesWidth;
  const width = Math.round(Math.max(names + columns, 640) + 2 * MARGIN);
  const head = 34;
  const legend = legendLines(chart, width - 2 * MARGIN);
  const above = MARGIN + head + legend.height + AXIS_HEIGHT;
  const below = 34 + MARGIN;
  // Too many mice for a bitmap: thinner rows, so that none is missing.
  const rowHeight = Math.min(chart.rowHeight, Math.max(Math.floor((LONGEST_SIDE - above - below) / rows), 1));
  const shown = Math.min(rows, Math.floor((LONGEST_SIDE - above - below) / rowHeight));
  return { rows: shown, rowHeight, width, height: above + shown * rowHeight + below, above, head, legend, left: MARGIN + names };
}

function legendLines(chart, room) {
  const pen = canvasPen(chart.el.axis.getContext("2d"));
  const style = { font: chart.looks.font, size: 12 };
  const placed = [];
  let [x, line] = [0, 0];
  for (const entry of entriesOf(chart).filter(({ key }) => !chart.hidden.has(key))) {
    const width = 20 + pen.width(entry.title, style) + 16;
    if (x && x + width > room) [x, line] = [0, line + 1];
    placed.push({ entry, x, y: line * 20 });
    x += width;
  }
  return { placed, height: (line + 1) * 20 + 8 };
}

function drawExport(chart, pen, plan) {
  const { picture } = chart;
  const looks = { ...chart.looks, snap: 2 };
  const sheet = { ...chart, looks, rowHeight: plan.rowHeight, row: -1, pointed: -1, scrollTop: 0, scrollLeft: 0 };
  pen.block(0, 0, plan.width, plan.height, looks.ground);
  pen.text(MARGIN, MARGIN + 11, picture.title, { fill: looks.ink, font: looks.font, size: 18, weight: 600 });
  for (const { entry, x, y } of plan.legend.placed) drawEntry(chart, pen, entry, MARGIN + x, MARGIN + plan.head + y);
  const labels = ticks(sheet, 0, chart.columns);
  drawTicks(sheet, pen, labels, plan.left, plan.above - AXIS_HEIGHT, plan.width - MARGIN);
  pen.text(MARGIN, plan.above - AXIS_HEIGHT / 2 - 1, `Mouse · ${FORMS[picture.x].toLowerCase()}`, { fill: looks.quiet, font: looks.font, size: 11 });
  pen.block(MARGIN, plan.above - 1, plan.width - 2 * MARGIN, 1, looks.hair);
  drawGrid(sheet, pen, plan.above, plan.rows * plan.rowHeight, labels, plan.left);
  const step = Math.ceil(13 / plan.rowHeight);
  for (let row = 0; row < plan.rows; row++) {
    const y = plan.above + row * plan.rowHeight;
    drawTrack(sheet, pen, row, y, plan.left, chart.cell, plan.rowHeight, plan.width);
    if (row % step === step >> 1) pen.text(MARGIN, y + plan.rowHeight / 2, shortened(picture.mice[row]), { fill: looks.ink, font: looks.mono, size: 11 });
    drawRow(pen, sheet, looks, { row, x: plan.left, y, cell: chart.cell, height: plan.rowHeight, from: 0, to: Infinity });
  }
  drawFooter(chart, pen, plan);
}

function drawEntry(chart, pen, entry, x, y) {
  const { looks } = chart;
  const stage = { fill: entry.fill, edge: entry.fill };
  if (entry.fill === "corner") {
    pen.block(x, y + 2, 11, 11, looks.openLoop, 3);
    drawCorner(pen, x, y + 2, 11, looks);
  } else if (entry.fill === "open") drawGlyph(pen, looks, x, y, 15, 15, null, null, OPEN_LOOP);
  else if (entry.fill) drawGlyph(pen, looks, x, y, 15, 15, stage, stage, 0);
  else drawGlyph(pen, looks, x, y, 15, 15, null, null, 0);
  pen.text(x + 20, y + 8, entry.title, { fill: looks.ink, font: looks.font, size: 12 });
}

function drawFooter(chart, pen, plan) {
  const { looks, picture } = chart;
  const style = { fill: looks.quiet, font: looks.font, size: 11 };
  const y = plan.height - MARGIN - 6;
  pen.block(MARGIN, y - 16, plan.width - 2 * MARGIN, 1, looks.hair);
  const mice = `${picture.mice.length.toLocaleString("en-US")} ${picture.mice.length === 1 ? "mouse" : "mice"}`;
  const cut = plan.rows < picture.mice.length ? `first ${plan.rows.toLocaleString("en-US")} of ${mice}` : mice;
  let shown = 0;
  for (let i = 0; i < picture.category.length; i++) if (isShown(chart, i)) shown++;
  const right = [cut, counted(shown, "session"), picture.dated].filter(Boolean).join(" · ");
  pen.text(plan.width - MARGIN, y, right, { ...style, align: "end" });
  const room = plan.width - 2 * MARGIN - pen.width(right, style) - 24;
  const hidden = chart.hidden.size ? "some stages hidden" : "";
  pen.text(MARGIN, y, fitting(pen, [picture.subtitle || "All mice", hidden].filter(Boolean).join(" · "), style, room), style);
}

function fitting(pen, text, style, room) {
  if (pen.width(text, style) <= room) return text;
  let most = text.length;
  while (most > 1 && pen.width(`${text.slice(0, most)}…`, style) > room) most -= 1 + (most >> 4);
  return `${text.slice(0, most)}…`;
}

const shortened = (name) => (name.length > 24 ? `${name.slice(0, 23)}…` : name);

async function savePng(chart) {
  const plan = exportPlan(chart);
  const sharp = Math.min(2, LONGEST_SIDE / plan.height, LONGEST_SIDE / plan.width, Math.sqrt(LARGEST_AREA / (plan.width * plan.height)));
  const canvas = new OffscreenCanvas(Math.round(plan.width * sharp), Math.round(plan.height * sharp));
  const context = canvas.getContext("2d");
  context.scale(sharp, sharp);
  drawExport(chart, canvasPen(context), plan);
  save(chart, await canvas.convertToBlob({ type: "image/png" }), "png");
}

function saveSvg(chart) {
  const plan = exportPlan(chart);
  save(chart, new Blob([svgText(chart, plan)], { type: "image/svg+xml" }), "svg");
}

function svgText(chart, plan) {
  const pen = svgPen(canvasPen(chart.el.axis.getContext("2d")).width);
  drawExport(chart, pen, plan);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${plan.width}" height="${plan.height}" viewBox="0 0 ${plan.width} ${plan.height}">\n` +
    `<title>${xml(chart.picture.title)}</title>\n${pen.pieces.join("\n")}\n</svg>\n`
  );
}

function save(chart, blob, ending) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${chart.picture.title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").toLowerCase() || "progress"}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  say(chart, `Saved as ${ending.toUpperCase()}.`);
}
