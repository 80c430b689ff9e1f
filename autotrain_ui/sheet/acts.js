// What can be done to cells. Whatever it is, it is one event, so that one undo takes it back.

const TEXTUAL = new Set(["text", "other"]);

// Cells are {row, col, text}; null asks for the default. Returns how many of them will change.
function write(s, cells) {
  const changing = [];
  for (const { row: index, col, text } of cells) {
    const row = s.rows[index];
    const column = s.table.columns[col];
    if (column.readonly) continue;
    const trimmed = text === null || TEXTUAL.has(row.kind) ? text : text.trim();
    const wanted = trimmed === "" && row.removable && !TEXTUAL.has(row.kind) ? null : trimmed;
    const now = standing(s, row, col);
    if (wanted === null ? now.missing || !row.removable : !now.missing && now.text === wanted) continue;
    changing.push({ row, col, id: column.id, text: wanted });
  }
  if (!changing.length) return 0;
  const n = post(s, { type: "edit", cells: changing.map(({ row, id, text }) => [row.name, id, text]) });
  for (const { row, id, text } of changing) s.waiting.set(placeOf(row.name, id), { text, n });
  for (const { row, col } of changing) paintCell(s, row, col);
  s.writing = s.rows[s.at.row].name;
  tellPlace(s);
  return changing.length;
}

const selected = (s) => {
  const { rows, cols } = rangeOf(s);
  return rows.flatMap((row) => cols.map((col) => ({ row, col })));
};

function empty(s) {
  const cells = selected(s).map((place) => ({ ...place, text: null }));
  const changed = write(s, cells);
  const needed = cells.map(({ row }) => s.rows[row]).find((row) => !row.removable);
  if (needed) say(s, `${needed.title} has no default: every stage has to say it.`);
  else if (changed) say(s, "");
  else sayFixed(s, cells);
}

function toggle(s) {
  const row = s.rows[s.at.row];
  const text = standing(s, row, s.at.col).text === "on" ? "off" : "on";
  const cells = selected(s).filter((place) => s.rows[place.row].kind === "boolean");
  if (!write(s, cells.map((place) => ({ ...place, text })))) sayFixed(s, cells);
}

// The first column of the selection goes into the others; of a single cell, its neighbour at the left goes into it.
function fillRight(s) {
  const { rows, cols } = rangeOf(s);
  const [source, targets] = cols.length > 1 ? [cols[0], cols.slice(1)] : [cols[0] - 1, cols];
  if (source < 0) return say(s, "There is no stage to the left to take it from.");
  const cells = rows.flatMap((row) => {
    const now = standing(s, s.rows[row], source);
    return targets.map((col) => ({ row, col, text: now.missing ? null : now.text }));
  });
  if (write(s, cells)) say(s, "");
  else sayFixed(s, cells);
}

// One cell fills the selection, a block repeats where the selection is a multiple of it, else spreads from its corner.
function spread(s, block) {
  const { rows, cols } = rangeOf(s);
  const [high, wide] = [block.length, Math.max(...block.map((line) => line.length))];
  const repeats = rows.length % high === 0 && cols.length % wide === 0;
  const [down, right] = repeats ? [rows.length, cols.length] : [high, wide];
  const first = s.rows[rows[0]].place;
  const cells = [];
  let outside = 0;
  for (let y = 0; y < down; y += 1) {
    for (let x = 0; x < right; x += 1) {
      const [row, col, text] = [s.shown[first + y], cols[0] + x, block[y % high][x % wide]];
      if (text === undefined) continue;
      if (row === undefined || col >= s.table.columns.length) outside += 1;
      else cells.push({ row, col, text });
    }
  }
  const changed = write(s, cells);
  if (down * right > 1) {
    const last = s.shown[Math.min(first + down, s.shown.length) - 1];
    s.from = { row: rows[0], col: cols[0] };
    s.at = { row: last, col: Math.min(cols[0] + right, s.table.columns.length) - 1 };
    settle(s);
  }
  const left = outside ? ` ${outside} of them lie outside of the table and were left out.` : "";
  if (changed || outside) say(s, `${changed} ${changed === 1 ? "cell" : "cells"} changed.${left}`);
  else sayFixed(s, cells);
}

function sayFixed(s, cells) {
  const fixed = cells.map(({ col }) => s.table.columns[col]).find((column) => column.readonly);
  say(s, fixed ? `${fixed.title} cannot be edited here${fixed.note ? `: it ${fixed.note}` : ""}.` : "Nothing changed.");
}

function say(s, words) {
  s.el.said.textContent = visible(words);
  s.el.hint.textContent = visible(words) || HINT;
  s.el.hint.classList.toggle("telling", Boolean(words));
}
