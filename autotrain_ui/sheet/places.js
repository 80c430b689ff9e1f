// Where one is, and what is selected: from the cell where the selection began to the one where one is. Rows are counted
// among all; what the filter hides is stepped over, and never part of a selection.

function rangeOf(s) {
  const [first, last] = [s.rows[s.from.row].place, s.rows[s.at.row].place].sort((one, other) => one - other);
  const [left, right] = [s.from.col, s.at.col].sort((one, other) => one - other);
  return { rows: s.shown.slice(first, last + 1), cols: Array.from({ length: right - left + 1 }, (_, at) => left + at) };
}

function cellAt(s, { row, col } = s.at) {
  return s.rows[row]?.tds[col] ?? null;
}

function go(s, row, col, { extend = false, focus = true } = {}) {
  if (!cellAt(s, { row, col })) return;
  s.at = { row, col };
  if (!extend) s.from = { row, col };
  s.leaving = false;
  markSelection(s);
  if (!focus) return;
  const td = cellAt(s);
  td.focus({ preventScroll: true });
  td.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function step(s, down, right, { extend = false } = {}) {
  const place = s.rows[s.at.row].place + down;
  const row = s.shown[Math.min(Math.max(place, 0), s.shown.length - 1)];
  go(s, row, Math.min(Math.max(s.at.col + right, 0), s.table.columns.length - 1), { extend });
}

// To the next cell in reading order; false where there is none.
function next(s, by) {
  let place = s.rows[s.at.row].place;
  let col = s.at.col + by;
  if (col < 0 || col >= s.table.columns.length) {
    place += by;
    col = by > 0 ? 0 : s.table.columns.length - 1;
  }
  if (place < 0 || place >= s.shown.length) return false;
  go(s, s.shown[place], col);
  return true;
}

function selectRows(s, row, extend) {
  const first = extend ? s.from.row : row;
  go(s, row, s.table.columns.length - 1, { focus: false });
  s.from = { row: first, col: 0 };
  settle(s);
}

function selectColumns(s, col, extend) {
  const first = extend ? s.from.col : col;
  if (!s.shown.length) return;
  go(s, s.shown.at(-1), col, { focus: false });
  s.from = { row: s.shown[0], col: first };
  settle(s);
}

function selectAll(s) {
  if (!s.shown.length) return;
  go(s, s.shown.at(-1), s.table.columns.length - 1, { focus: false });
  s.from = { row: s.shown[0], col: 0 };
  settle(s);
}

// The end of a large selection may be far out of sight: the table stays where it is.
function settle(s) {
  markSelection(s);
  cellAt(s).focus({ preventScroll: true });
}

function markSelection(s) {
  for (const element of s.marked) {
    element.classList.remove("in", "at", "near");
    if (element.role === "gridcell") element.setAttribute("aria-selected", "false");
  }
  s.marked = [];
  for (const td of s.stops) td.tabIndex = -1;
  for (const td of s.stops) td.removeAttribute("aria-describedby");
  s.stops = [];
  const td = s.shown.length ? cellAt(s) : null;
  if (!td) return;
  const { rows, cols } = rangeOf(s);
  const note = (element, name) => {
    element.classList.add(name);
    s.marked.push(element);
  };
  for (const row of rows) {
    note(s.rows[row].head, "near");
    for (const col of cols) {
      note(s.rows[row].tds[col], "in");
      s.rows[row].tds[col].setAttribute("aria-selected", "true");
    }
  }
  for (const col of cols) note(s.heads[col], "near");
  note(td, "at");
  td.tabIndex = 0;
  td.setAttribute("aria-describedby", "autotrain-sheet-foot");
  s.stops = [td];
  tellPlace(s);
}
