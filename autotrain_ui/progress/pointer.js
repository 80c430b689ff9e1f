// Mouse, pen and finger: point, click, draw a box, zoom.

const STILL = 4; // pixels that a hand may tremble within a click
const FINGER = 12; // pixels that a finger is off

function bindPointer(chart) {
  const { plot, scroll, names } = chart.el;
  plot.onpointermove = (event) => (chart.drag ? dragTo(chart, event) : hover(chart, event));
  plot.onpointerdown = (event) => startDrag(chart, event);
  plot.onpointerup = (event) => endDrag(chart, event);
  plot.onpointercancel = () => cancelDrag(chart);
  plot.onpointerleave = (event) => event.pointerType === "mouse" && leave(chart);
  plot.onclick = (event) => event.pointerType === "touch" && tap(chart, event);
  scroll.onscroll = () => {
    if (!chart.pinned && !chart.focused) leave(chart);
    redraw(chart);
  };
  // To scroll beside the picture scrolls the picture.
  names.onwheel = (event) => scroll.scrollBy(0, event.deltaY);
  scroll.addEventListener("wheel", (event) => wheel(chart, event), { passive: false });
}

function positionIn(chart, event) {
  const { left, top } = chart.el.plot.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}

function wheel(chart, event) {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  zoom(chart, Math.exp(-event.deltaY / 300), positionIn(chart, event)[0]);
}

function hover(chart, event) {
  if (event.pointerType === "touch" || chart.pinned) return;
  const [x, y] = positionIn(chart, event);
  const i = pointAt(chart, x, y);
  const row = rowAt(chart, y);
  chart.el.plot.style.cursor = i >= 0 ? "pointer" : "crosshair";
  if (i >= 0) showCard(chart, i, { at: { x: event.clientX, y: event.clientY } });
  else hideCard(chart);
  if (i === chart.hover && row === chart.row) return;
  [chart.hover, chart.row] = [i, row];
  redraw(chart);
}

function leave(chart) {
  if (chart.pinned) return;
  hideCard(chart);
  [chart.hover, chart.row] = [-1, -1];
  redraw(chart);
}

function pointAtRow(chart, row) {
  chart.row = row;
  redraw(chart);
}

function startDrag(chart, event) {
  if (event.pointerType === "touch" || event.button !== 0) return;
  chart.el.plot.setPointerCapture(event.pointerId);
  chart.drag = { from: positionIn(chart, event), moved: false };
}

function dragTo(chart, event) {
  const to = positionIn(chart, event);
  const { from } = chart.drag;
  if (!chart.drag.moved && Math.hypot(to[0] - from[0], to[1] - from[1]) <= STILL) return;
  if (!chart.tells.select) return;
  chart.drag.moved = true;
  hideCard(chart);
  chart.hover = -1;
  chart.box = boxBetween(chart, from, to);
  redraw(chart);
}

function endDrag(chart, event) {
  const { drag } = chart;
  if (!drag) return;
  chart.drag = null;
  if (drag.moved) return selectBox(chart);
  const i = pointAt(chart, ...positionIn(chart, event));
  if (i < 0) return clearBox(chart);
  chart.focus = i; // the keyboard goes on from here
  openSession(chart, i);
}

function cancelDrag(chart) {
  chart.drag = null;
  chart.box = null;
  redraw(chart);
}

function tap(chart, event) {
  const i = pointAt(chart, ...positionIn(chart, event), FINGER);
  if (i < 0) {
    hideCard(chart);
    return redraw(chart);
  }
  chart.hover = i;
  showCard(chart, i, { at: { x: event.clientX, y: event.clientY }, pinned: true });
  redraw(chart);
}

// In rows and columns, not in pixels: it stays with its sessions when the picture scrolls or grows.
function boxBetween(chart, from, to) {
  const within = (value, most) => Math.min(Math.max(Math.floor(value), 0), most);
  const row = (y) => within((y + chart.scrollTop) / chart.rowHeight, chart.picture.mice.length - 1);
  const column = (x) => within((x + chart.scrollLeft) / chart.cell, chart.columns - 1);
  const sorted = (a, b) => (a < b ? [a, b] : [b, a]);
  return { rows: sorted(row(from[1]), row(to[1])), columns: sorted(column(from[0]), column(to[0])) };
}

// Spans [mouse, first session, last session]; what the legend hides interrupts a span.
function spansOf(chart) {
  const { picture, box } = chart;
  const { starts, x } = picture.columns;
  const spans = [];
  for (let row = box.rows[0]; row <= box.rows[1]; row++) {
    let open = null;
    for (let i = firstFrom(x, starts[row], starts[row + 1], box.columns[0]); i < starts[row + 1] && x[i] <= box.columns[1]; i++) {
      if (!isShown(chart, i)) open = null;
      else if (open) open[2] = sessionOf(picture, i);
      else spans.push((open = [picture.mice[row], sessionOf(picture, i), sessionOf(picture, i)]));
    }
  }
  return spans;
}

function selectBox(chart) {
  const spans = spansOf(chart);
  if (!spans.length) chart.box = null;
  chart.setTrigger("event", { kind: "select", rows: spans });
  say(chart, spans.length ? "Sessions in the box are listed." : "No session lies in the box.");
  redraw(chart);
}

function clearBox(chart) {
  if (!chart.box) return;
  chart.box = null;
  chart.setTrigger("event", { kind: "select", rows: [] });
  redraw(chart);
}

function openSession(chart, i) {
  const subject = chart.picture.mice[rowOf(chart.picture, i)];
  hideCard(chart);
  chart.setTrigger("event", { kind: "open", subject, session: sessionOf(chart.picture, i) });
}
