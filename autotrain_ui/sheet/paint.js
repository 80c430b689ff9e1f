// The table as elements. Every text of others is set as text. What did not change is left alone.

const [MISSING, DIFFERS] = [1, 2];
const NUMERIC = new Set(["integer", "number"]);
const ANY_TEXT = "a text"; // which goes without saying
const UNSEEN = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

// What cannot be seen, or turns the direction of what follows, would let a name look like another one.
const visible = (text) => text.replace(UNSEEN, "\ufffd");

function made(tag, { text, role, className } = {}) {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = visible(text);
  if (role) element.setAttribute("role", role);
  if (className) element.className = className;
  return element;
}

function build(s) {
  const { columns, groups } = s.table;
  s.rows = [];
  s.groups = [];
  s.marked = [];
  s.stops = [];
  const parts = [widthsOf(columns), headOf(s, columns)];
  const cells = cellsOf(columns);
  let line = 1;
  for (const { heading, rows } of groups) {
    const body = made("tbody", { role: "rowgroup" });
    if (heading) body.append(headingOf(heading, (line += 1), columns.length));
    const group = { body, rows: [] };
    for (const given of rows) {
      const row = buildRow(s, given, (line += 1), cells);
      group.rows.push(row);
      body.append(row.tr);
    }
    s.groups.push(group);
    parts.push(body);
  }
  const { grid } = s.el;
  grid.replaceChildren(...parts);
  grid.setAttribute("aria-label", s.table.title);
  grid.setAttribute("aria-rowcount", line);
  grid.setAttribute("aria-colcount", columns.length + 1);
  grid.style.setProperty("--columns", columns.length);
  for (const row of s.rows) for (const at of columns.keys()) paintCell(s, row, at);
}

function widthsOf(columns) {
  const widths = made("colgroup");
  widths.append(made("col", { className: "first" }), ...columns.map(() => made("col")));
  return widths;
}

function headOf(s, columns) {
  const tr = made("tr", { role: "row" });
  tr.setAttribute("aria-rowindex", 1);
  const corner = made("th", { role: "columnheader", text: "Setting", className: "corner" });
  corner.setAttribute("aria-colindex", 1);
  s.heads = columns.map((column, at) => {
    const th = made("th", { role: "columnheader", className: column.readonly ? "head fixed" : "head" });
    th.setAttribute("aria-colindex", at + 2);
    th.style.background = column.fill;
    th.style.color = column.text;
    th.append(made("span", { className: "title", text: column.title }));
    const note = [column.terminal && !column.note ? "end of training" : "", column.note].filter(Boolean).join(", ");
    if (note) th.append(made("span", { className: "note", text: note }));
    th.title = visible([column.title, note, column.readonly ? "cannot be edited here" : ""].filter(Boolean).join(" · "));
    th.dataset.col = at;
    return th;
  });
  tr.append(corner, ...s.heads);
  const head = made("thead", { role: "rowgroup" });
  head.append(tr);
  return head;
}

function headingOf(heading, line, columns) {
  const tr = made("tr", { role: "row", className: "heading" });
  tr.setAttribute("aria-rowindex", line);
  const th = made("th", { role: "rowheader" });
  th.colSpan = columns + 1;
  th.setAttribute("aria-colindex", 1);
  th.setAttribute("aria-colspan", columns + 1);
  th.append(made("span", { text: heading }));
  tr.append(th);
  return tr;
}

// The cells of any row, to be copied for each: much quicker than making each.
function cellsOf(columns) {
  const cells = document.createDocumentFragment();
  for (const [at, column] of columns.entries()) {
    const td = made("td", { role: "gridcell" });
    td.tabIndex = -1;
    td.dataset.col = at;
    td.setAttribute("aria-colindex", at + 2);
    td.setAttribute("aria-selected", "false");
    if (column.readonly) td.setAttribute("aria-readonly", "true");
    cells.append(td);
  }
  return cells;
}

function buildRow(s, given, line, cells) {
  const tr = made("tr", { role: "row", className: given.extra ? "extra" : "" });
  tr.setAttribute("aria-rowindex", line);
  const head = made("th", { role: "rowheader", className: "name" });
  head.setAttribute("aria-colindex", 1);
  head.append(made("span", { className: "title", text: given.title }));
  const unit = given.extra ? "unknown" : given.unit;
  if (unit) head.append(" ", made("span", { className: "unit", text: unit }));
  head.title = visible([given.title === given.name ? given.name : `${given.title} (${given.name})`, given.help, sentence(given.expected)].filter(Boolean).join("\n"));
  const row = { ...given, index: s.rows.length, place: s.rows.length, tr, head, choice: given.kind === "choice" || given.kind === "boolean" };
  row.sought = `${given.name} ${given.title} ${given.unit}`.toLocaleLowerCase();
  head.dataset.row = row.index;
  tr.dataset.row = row.index;
  tr.append(head, cells.cloneNode(true));
  row.tds = [...tr.children].slice(1);
  s.rows.push(row);
  return row;
}

// What stands there now: what was written and not yet answered comes first.
function standing(s, row, col) {
  const [value, bits, fault] = row.cells[col];
  const wait = s.waiting.get(placeOf(row.name, s.table.columns[col].id));
  if (wait) return { text: wait.text ?? "", missing: wait.text === null, differs: false, fault: "", waits: true };
  return { text: value, missing: Boolean(bits & MISSING), differs: Boolean(bits & DIFFERS), fault, waits: false };
}

function paintCell(s, row, col) {
  const td = row.tds[col];
  if (s.editing?.td === td) return;
  const { text, missing, differs, fault, waits } = standing(s, row, col);
  const names = { number: NUMERIC.has(row.kind), missing, differs, fault, waits, fixed: s.table.columns[col].readonly, in: td.classList.contains("in"), at: td.classList.contains("at") };
  td.className = Object.keys(names).filter((name) => names[name]).join(" ");
  td.textContent = visible(text);
  if (fault) td.setAttribute("aria-invalid", "true");
  else td.removeAttribute("aria-invalid");
  const title = fault || (text.length > 12 ? text : "");
  if (title) td.title = visible(title);
  else td.removeAttribute("title");
}

// The same rows and columns: only cells that are others are drawn anew.
function patch(s, table) {
  let at = 0;
  for (const group of table.groups) {
    for (const given of group.rows) {
      const row = s.rows[at++];
      const before = row.cells;
      row.cells = given.cells;
      for (const [col, cell] of given.cells.entries()) {
        if (cell.some((part, place) => part !== before[col][place])) paintCell(s, row, col);
      }
    }
  }
}

const sentence = (text) => (text ? `${text[0].toLocaleUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? "" : "."}` : "");

const brief = (text) => (text.length > 60 ? `${text.slice(0, 60).trim()}…` : text);

// Below the table: what the cell is, what it may be, and what is wrong with it.
function tellPlace(s) {
  const { where, what, wrong } = s.el;
  const row = s.rows[s.at.row];
  const column = s.table.columns[s.at.col];
  const now = standing(s, row, s.at.col);
  const { rows, cols } = rangeOf(s);
  const size = rows.length * cols.length;
  where.textContent = visible(`${row.title}${row.title === row.name ? "" : ` (${row.name})`}, ${column.title}${size > 1 ? ` · ${size} cells selected` : ""}`);
  const left = s.table.columns[s.at.col - 1];
  const facts = [
    now.missing ? (row.extra ? "Not set here." : now.text ? `Not set: the default stands, ${now.text}.` : "Not set: the default stands.") : "",
    !now.missing && !now.text ? "An empty text." : "",
    now.differs && left ? sentence(`${left.title} has ${brief(standing(s, row, s.at.col - 1).text) || "nothing"}`) : "",
    row.extra ? "The task does not know this setting." : "",
    sentence(row.help),
    row.expected === ANY_TEXT ? "" : sentence(row.expected),
    column.readonly ? `It cannot be edited here${column.note ? `: ${column.title} ${column.note}` : ""}.` : "",
  ];
  if (now.missing && !now.text && !row.removable) facts[0] = "Not set.";
  what.textContent = visible(facts.filter(Boolean).join(" "));
  wrong.textContent = visible(sentence(now.fault));
}
