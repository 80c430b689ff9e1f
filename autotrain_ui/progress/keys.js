// The keyboard: a ring goes from session to session, and what it stands on is read aloud.

const HOW = "Arrow keys move, Home and End go to the first and last session, Enter opens the mouse, Shift with arrows draws a box, Escape clears.";

function bindKeys(chart) {
  const { plot } = chart.el;
  plot.onkeydown = (event) => key(chart, event);
  plot.onkeyup = (event) => {
    if (event.key === "Shift" && chart.anchor && chart.box) selectBox(chart);
    if (event.key === "Shift") chart.anchor = null;
  };
  plot.onfocus = () => {
    chart.focused = plot.matches(":focus-visible");
    if (chart.focused) focusOn(chart, shownFrom(chart, Math.max(chart.focus, 0)));
  };
  plot.onblur = () => {
    chart.focused = false;
    if (!chart.pinned) hideCard(chart);
    chart.row = -1;
    redraw(chart);
  };
}

function key(chart, event) {
  const act = {
    ArrowRight: () => along(chart, 1),
    ArrowLeft: () => along(chart, -1),
    ArrowDown: () => across(chart, 1),
    ArrowUp: () => across(chart, -1),
    PageDown: () => across(chart, 10),
    PageUp: () => across(chart, -10),
    Home: () => toEnd(chart, event.ctrlKey, false),
    End: () => toEnd(chart, event.ctrlKey, true),
    Enter: () => chart.focus >= 0 && openSession(chart, chart.focus),
    Escape: () => escape(chart),
    "+": () => zoom(chart, 1.4, chart.width / 2),
    "-": () => zoom(chart, 1 / 1.4, chart.width / 2),
    0: () => zoom(chart, 0, 0),
  }[event.key];
  if (!act || event.altKey || event.metaKey) return;
  event.preventDefault();
  chart.focused = true;
  const before = chart.focus;
  act();
  if (event.shiftKey && event.key.startsWith("Arrow") && before >= 0) extendBox(chart, before);
}

// Sessions follow each other in the columns, mouse after mouse; hidden ones are stepped over.
function along(chart, step) {
  const { starts } = chart.picture.columns;
  const row = rowOf(chart.picture, Math.max(chart.focus, 0));
  for (let i = chart.focus + step; i >= starts[row] && i < starts[row + 1]; i += step) {
    if (isShown(chart, i)) return focusOn(chart, i);
  }
}

function across(chart, step) {
  const { starts, x } = chart.picture.columns;
  const last = chart.picture.mice.length - 1;
  const here = rowOf(chart.picture, Math.max(chart.focus, 0));
  const column = x[Math.max(chart.focus, 0)];
  for (let row = Math.min(Math.max(here + step, 0), last); row >= 0 && row <= last; row += Math.sign(step)) {
    const at = Math.min(firstFrom(x, starts[row], starts[row + 1], column), starts[row + 1] - 1);
    const found = nearestShown(chart, at, starts[row], starts[row + 1]);
    if (found >= 0) return focusOn(chart, found);
  }
}

function toEnd(chart, ofAll, last) {
  const { starts } = chart.picture.columns;
  const row = rowOf(chart.picture, Math.max(chart.focus, 0));
  const [from, to] = ofAll ? [0, chart.picture.category.length] : [starts[row], starts[row + 1]];
  focusOn(chart, nearestShown(chart, last ? to - 1 : from, from, to));
}

function nearestShown(chart, at, from, to) {
  for (let away = 0; away < to - from; away++) {
    for (const i of [at - away, at + away]) if (i >= from && i < to && isShown(chart, i)) return i;
  }
  return -1;
}

function shownFrom(chart, at) {
  return nearestShown(chart, Math.min(at, chart.picture.category.length - 1), 0, chart.picture.category.length);
}

function escape(chart) {
  hideCard(chart);
  chart.anchor = null;
  clearBox(chart);
}

function extendBox(chart, before) {
  if (!chart.tells.select) return;
  const { x } = chart.picture.columns;
  const place = (i) => [rowOf(chart.picture, i), x[i]];
  chart.anchor ??= place(before);
  const [there, here] = [chart.anchor, place(chart.focus)];
  const span = (at) => [Math.min(there[at], here[at]), Math.max(there[at], here[at])];
  chart.box = { rows: span(0), columns: span(1) };
  redraw(chart);
}

function focusOn(chart, i) {
  if (i < 0) return;
  chart.focus = i;
  const row = rowOf(chart.picture, i);
  chart.row = row;
  const { scroll, plot } = chart.el;
  const [left, top] = [chart.picture.columns.x[i] * chart.cell, row * chart.rowHeight];
  scrollInto(scroll, "scrollLeft", left, chart.cell, chart.width);
  scrollInto(scroll, "scrollTop", top, chart.rowHeight, chart.height);
  const box = plot.getBoundingClientRect();
  showCard(chart, i, { at: { x: box.left + left - scroll.scrollLeft + chart.cell, y: box.top + top - scroll.scrollTop } });
  say(chart, spoken(chart, i, row));
  redraw(chart);
}

function scrollInto(scroll, side, start, size, room) {
  if (start < scroll[side]) scroll[side] = start;
  else if (start + size > scroll[side] + room) scroll[side] = start + size - room;
}

function say(chart, text) {
  chart.el.said.textContent = text;
}

function spoken(chart, i, row) {
  const { picture } = chart;
  const flags = picture.columns.flags[i];
  const title = (stage, otherwise) => (stage ? stage.title : otherwise);
  const day = dayOf(picture, i, row);
  const decision = DECISIONS[(flags >> AT_DECISION) & 3];
  return [
    `Mouse ${picture.mice[row]}, session ${sessionOf(picture, i)}`,
    day === null ? "" : dayText(day, { day: "numeric", month: "long", year: "numeric" }),
    flags & OPEN_LOOP ? "open loop" : `ran ${title(stageOf(picture, "stage", i), "no known stage")}`,
    `suggested ${title(stageOf(picture, "suggested", i), "nothing")}`,
    decision ? `${decision[1]}${picture.columns.following ? `, next ${title(stageOf(picture, "following", i), "not known")}` : ""}` : "",
    flags & OVERRIDDEN ? "overridden" : "",
    flags & UNCERTAIN ? "not certain" : "",
  ].filter(Boolean).join(", ");
}
