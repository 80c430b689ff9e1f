// What is in sight, drawn again on each frame that needs it: scrolling costs as much as the window holds, not the table.

const AXIS_HEIGHT = 26;
const FORMS = { session: "Session", date: "Date", days: "Day" };

function looksOf(root, stages) {
  const style = getComputedStyle(root);
  const value = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const ground = value("--st-background-color", "#ffffff");
  const ink = value("--st-text-color", "#222222");
  const dark = brightness(ground) < 128;
  return {
    ground,
    ink,
    dark,
    quiet: mixed(ink, ground, 0.62),
    hair: mixed(ink, ground, 0.13),
    track: mixed(ink, ground, 0.09),
    band: mixed(ink, ground, 0.05),
    openLoop: mixed(ink, ground, dark ? 0.28 : 0.15),
    cross: mixed(ink, ground, dark ? 0.75 : 0.55),
    missing: mixed(ink, ground, 0.34),
    accent: value("--st-primary-color", "#2563eb"),
    rims: rimsOf(stages, ink, ground),
    snap: window.devicePixelRatio || 1,
    font: value("--st-font", "sans-serif"),
    mono: value("--st-code-font", "monospace"),
  };
}

// Any colour of CSS as [r, g, b]: a canvas knows how to read them.
function rgb(colour) {
  const context = (rgb.context ??= new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true }));
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

// A colour that hardly differs from the page gets a rim: the darkest stage at night, the lightest by day.
function rimsOf(stages, ink, ground) {
  const rims = new Map();
  for (const fill of stages.flatMap((stage) => [stage.fill, stage.edge])) {
    if (contrast(fill, ground) < 1.6) rims.set(fill, mixed(ink, fill, brightness(ground) < 128 ? 0.22 : 0.13));
  }
  return rims;
}

// As the WCAG define it: (lighter + 0.05) / (darker + 0.05) of relative luminances.
function contrast(one, other) {
  const luminance = (colour) => {
    const [r, g, b] = rgb(colour).map((value) => (value <= 10 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function brightness(colour) {
  const [r, g, b] = rgb(colour);
  return 0.299 * r + 0.587 * g + 0.114 * b;
}

function mixed(ink, ground, share) {
  const [a, b] = [rgb(ink), rgb(ground)];
  return `rgb(${a.map((value, at) => Math.round(value * share + b[at] * (1 - share))).join(",")})`;
}

// Sizes of everything, from the width that the page gives. Called when picture, width or theme changed.
function layOut(chart) {
  const { el, picture } = chart;
  const narrow = chart.root.clientWidth < 520;
  chart.rowHeight = rowHeightOf(picture);
  chart.columns = columnsOf(picture);
  chart.namesWidth = Math.min(namesWidth(chart), narrow ? 92 : 190);
  el.frame.style.setProperty("--names", `${chart.namesWidth}px`);
  const rows = picture.mice.length * chart.rowHeight;
  const most = chart.most ?? Math.max(320, Math.round(window.innerHeight * 0.72));
  el.scroll.style.height = `${Math.min(rows, most) + scrollbarHeight(chart)}px`;
  chart.width = el.scroll.clientWidth;
  if (chart.fit) chart.cell = fittedCell(chart);
  el.sheet.style.width = `${Math.max(chart.columns * chart.cell, chart.width)}px`;
  el.sheet.style.height = `${Math.max(rows, 1)}px`;
  el.scroll.style.height = `${Math.min(rows, most) + scrollbarHeight(chart)}px`;
  chart.width = el.scroll.clientWidth;
  chart.height = el.scroll.clientHeight;
  resize(el.plot, chart.width, chart.height);
  resize(el.axis, chart.width, AXIS_HEIGHT);
  el.along.textContent = FORMS[picture.x];
}

function scrollbarHeight({ el }) {
  return el.scroll.offsetHeight - el.scroll.clientHeight;
}

function namesWidth(chart) {
  const longest = chart.picture.mice.reduce((most, mouse) => Math.max(most, mouse.length), 5);
  return Math.ceil(Math.max(longest * 7.3 + 18, 92));
}

// The bitmap has the pixels of the screen, not of CSS: sharp on every display.
function resize(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const [w, h] = [Math.max(Math.round(width * ratio), 1), Math.max(Math.round(height * ratio), 1)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
}

function redraw(chart) {
  if (chart.frame) return;
  chart.frame = requestAnimationFrame(() => {
    chart.frame = 0;
    if (chart.picture && chart.root.isConnected) draw(chart);
  });
}

function draw(chart) {
  const begun = performance.now();
  const { el } = chart;
  chart.scrollTop = el.scroll.scrollTop;
  chart.scrollLeft = el.scroll.scrollLeft;
  const context = scaled(el.plot);
  context.fillStyle = chart.looks.ground;
  context.fillRect(0, 0, chart.width, chart.height);
  const pixels = chart.picture.form === "overview";
  const drawn = pixels ? drawPixels(chart, context) : drawRows(chart, context);
  drawMarks(chart, context);
  drawAxis(chart);
  drawNames(chart);
  tellTests(chart, drawn, performance.now() - begun);
}

function scaled(canvas) {
  const context = canvas.getContext("2d");
  const ratio = window.devicePixelRatio || 1;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

function drawRows(chart, context) {
  const pen = canvasPen(context);
  const [first, last] = rowsInSight(chart);
  const [from, to] = columnsInSight(chart);
  drawGrid(chart, pen, 0, chart.height, ticks(chart, from, to), -chart.scrollLeft);
  let drawn = 0;
  for (let row = first; row < last; row++) {
    const y = row * chart.rowHeight - chart.scrollTop;
    drawTrack(chart, pen, row, y, -chart.scrollLeft, chart.cell, chart.rowHeight, chart.width);
    drawn += drawRow(pen, chart, chart.looks, { row, x: -chart.scrollLeft, y, cell: chart.cell, height: chart.rowHeight, from: from - 1, to });
  }
  return drawn;
}

function drawGrid(chart, pen, top, height, labels, x) {
  const lines = labels.map(([column]) => Math.round(x + (column + 0.5) * chart.cell) + 0.5);
  pen.line(lines.map((at) => [at, top, at, top + height]), chart.looks.band, 1);
}

// From the first to the last session of a mouse runs a hair line, so that a gap is seen as a gap.
function drawTrack(chart, pen, row, y, x, cell, height, width) {
  const { starts, x: columns } = chart.picture.columns;
  if (row === chart.row) pen.block(0, y, width, height, chart.looks.band);
  if (height < ROOM_FOR_A_GLYPH) return;
  const middle = Math.round(y + height / 2) + 0.5;
  const [begin, end] = [x + columns[starts[row]] * cell + cell / 2, x + columns[starts[row + 1] - 1] * cell + cell / 2];
  pen.line([[Math.max(begin, x < 0 ? 0 : begin), middle, end, middle]], chart.looks.track, 1);
}

// Thin rows are painted as pixels: one line of each row is filled, the others are copies of it.
function drawPixels(chart, context) {
  const ratio = window.devicePixelRatio || 1;
  const { width, height } = chart.el.plot;
  const image = (chart.image?.width === width && chart.image?.height === height ? chart.image : (chart.image = context.createImageData(width, height)));
  const pixels = new Uint32Array(image.data.buffer);
  const table = pixelTable(chart);
  pixels.fill(table.ground);
  const [first, last] = rowsInSight(chart);
  const [from, to] = columnsInSight(chart);
  const { starts, x } = chart.picture.columns;
  const { category } = chart.picture;
  const gap = chart.rowHeight >= 4 ? Math.round(ratio) : 0;
  const between = gap && chart.cell >= 4 ? Math.round(ratio) : 0;
  let drawn = 0;
  for (let row = first; row < last; row++) {
    const top = Math.round((row * chart.rowHeight - chart.scrollTop) * ratio);
    const bottom = Math.min(Math.round(((row + 1) * chart.rowHeight - chart.scrollTop) * ratio) - gap, height);
    const line = Math.max(top, 0);
    if (bottom <= line) continue;
    const colours = chart.highlight.size > 0 && !chart.highlight.has(row) ? table.dimmed : table.bright;
    const begin = line * width;
    for (let i = firstFrom(x, starts[row], starts[row + 1], from - 1); i < starts[row + 1] && x[i] <= to; i++) {
      if (!isShown(chart, i)) continue;
      const left = Math.max(Math.round((x[i] * chart.cell - chart.scrollLeft) * ratio), 0);
      const right = Math.min(Math.max(Math.round(((x[i] + 1) * chart.cell - chart.scrollLeft) * ratio) - between, left + 1), width);
      const colour = colours[category[i]];
      for (let at = left; at < right; at++) pixels[begin + at] = colour;
      drawn++;
    }
    for (let copy = line + 1; copy < bottom; copy++) pixels.copyWithin(copy * width, begin, begin + width);
  }
  context.putImageData(image, 0, 0);
  return drawn;
}

function pixelTable(chart) {
  const { picture, looks, pointed } = chart;
  const fills = [looks.missing, ...picture.stages.map((stage) => stage.fill), looks.openLoop];
  const packed = (colour) => {
    const [r, g, b] = rgb(colour);
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  };
  const dimmed = fills.map((fill) => packed(mixed(fill, looks.ground, 0.18)));
  const bright = fills.map((fill, at) => (pointed >= 0 && pointed !== at ? dimmed[at] : packed(fill)));
  return { ground: packed(looks.ground), bright, dimmed };
}

// What is not data: the row and session pointed at, the box, the ring of the keyboard.
function drawMarks(chart, context) {
  const { looks, cell, rowHeight } = chart;
  const pen = canvasPen(context);
  const place = (row, column) => [column * cell - chart.scrollLeft, row * rowHeight - chart.scrollTop];
  if (chart.box) {
    const { rows, columns } = chart.box;
    const [x1, y1] = place(rows[0], columns[0]);
    const [x2, y2] = place(rows[1] + 1, columns[1] + 1);
    pen.fade(0.12);
    pen.block(x1, y1, x2 - x1, y2 - y1, looks.accent, 3);
    pen.fade(1);
    pen.ring(x1, y1, x2 - x1, y2 - y1, looks.accent, 1, 3);
  }
  for (const [i, thick] of [[chart.hover, 1.5], [chart.focused ? chart.focus : -1, 2]]) {
    if (i < 0) continue;
    const [x, y] = place(rowOf(chart.picture, i), chart.picture.columns.x[i]);
    const side = Math.max(Math.min(cell, rowHeight), 7) + 2;
    pen.ring(x + (cell - side) / 2, y + (rowHeight - side) / 2, side, side, thick === 2 ? looks.accent : looks.ink, thick, 4);
  }
}

function drawAxis(chart) {
  const { looks } = chart;
  const context = scaled(chart.el.axis);
  context.clearRect(0, 0, chart.width, AXIS_HEIGHT);
  const pen = canvasPen(context);
  drawTicks(chart, pen, ticks(chart, ...columnsInSight(chart)), -chart.scrollLeft, 0, chart.width);
  pen.block(0, AXIS_HEIGHT - 1, chart.width, 1, looks.hair);
}

function drawTicks(chart, pen, labels, x, y, right) {
  const style = { fill: chart.looks.quiet, font: chart.looks.font, size: 11, align: "center" };
  for (const [column, text] of labels) {
    const half = pen.width(text, style) / 2;
    const at = Math.min(Math.max(x + (column + 0.5) * chart.cell, half + 1), right - half - 1);
    pen.text(at, y + AXIS_HEIGHT / 2 - 1, text, style);
  }
}

// Names are buttons of the page, as many as are in sight; where rows are thinner than letters, each so many-th.
function drawNames(chart) {
  const { names } = chart.el;
  const [first, last] = rowsInSight(chart);
  const step = Math.ceil(13 / chart.rowHeight);
  const shown = [];
  for (let row = firstNamed(first, step); row < last; row += step) shown.push(row);
  if (chart.row >= 0 && step > 1) {
    // The mouse pointed at is named too, in place of whoever stood there.
    const crowded = shown.filter((row) => Math.abs(row - chart.row) < step);
    for (const row of crowded) shown.splice(shown.indexOf(row), 1);
    if (chart.row >= first && chart.row < last) shown.push(chart.row);
  }
  while (names.childElementCount < shown.length) names.append(nameButton(chart));
  [...names.children].forEach((button, at) => {
    const row = shown[at];
    button.hidden = row === undefined;
    if (row === undefined) return;
    const mouse = chart.picture.mice[row];
    if (button.textContent !== mouse) button.textContent = mouse;
    if (button.title !== mouse) button.title = mouse;
    button.row = row;
    const height = Math.max(chart.rowHeight, 13);
    button.style.height = `${height}px`;
    button.style.lineHeight = `${height}px`;
    button.style.transform = `translateY(${(row + 0.5) * chart.rowHeight - height / 2 - chart.scrollTop}px)`;
    button.classList.toggle("here", row === chart.row);
    button.classList.toggle("dim", chart.highlight.size > 0 && !chart.highlight.has(row));
  });
}

// In the middle of as many rows as a name is high, so that the first one is not cut off.
function firstNamed(row, step) {
  const middle = step >> 1;
  return Math.max(Math.ceil((row - middle) / step), 0) * step + middle;
}

function nameButton(chart) {
  const button = document.createElement("button");
  button.type = "button";
  button.tabIndex = -1; // a keyboard comes to every mouse by the picture, without a hundred stops on the way
  button.onclick = () => openSession(chart, chart.picture.columns.starts[button.row + 1] - 1);
  button.onpointerenter = () => pointAtRow(chart, button.row);
  button.onpointerleave = () => pointAtRow(chart, -1);
  return button;
}

// Where everything stands, for tests: a canvas has no elements to ask.
function tellTests(chart, drawn, milliseconds) {
  const { dataset } = chart.root;
  dataset.drawn = drawn;
  dataset.points = chart.picture.category.length;
  dataset.form = chart.picture.form;
  dataset.milliseconds = milliseconds.toFixed(1);
  const { scrollLeft, scrollTop, rowHeight, cell, columns, width, height } = chart;
  const { x, low, mice } = chart.picture;
  dataset.geometry = JSON.stringify({ axis: x, low, scrollLeft, scrollTop, rowHeight, cell, columns, rows: mice.length, width, height });
  dataset.picture = chart.digest;
}
