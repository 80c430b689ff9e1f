// A cell in which somebody writes. Choices and switches are chosen.

const DEFAULT = "\0default";

function startEdit(s, { typed = "" } = {}) {
  if (s.editing) endEdit(s, { keep: true, refocus: false });
  const row = s.rows[s.at.row];
  const col = s.at.col;
  if (s.table.columns[col].readonly) return sayFixed(s, [s.at]);
  const td = cellAt(s);
  const now = standing(s, row, col);
  const field = row.choice ? chooser(row, now, typed) : made("textarea");
  if (!row.choice) {
    field.rows = 1;
    field.spellcheck = false;
    field.maxLength = 100000;
    field.value = typed ? "" : now.text;
  }
  field.className = "field";
  field.setAttribute("aria-label", `${row.title}, ${s.table.columns[col].title}`);
  s.editing = { td, row, col, field, touched: row.choice && Boolean(typed) && field.value !== field.dataset.before, replaces: Boolean(typed), picker: false };
  td.classList.add("editing");
  td.replaceChildren(field);
  field.oninput = () => {
    s.editing.touched = true;
  };
  field.onkeydown = (event) => fieldKey(s, event);
  field.onblur = () => endEdit(s, { keep: true, refocus: false });
  field.focus({ preventScroll: true });
  if (row.choice) openPicker(s);
  else if (!typed) field.setSelectionRange(field.value.length, field.value.length);
  say(s, "");
}

function chooser(row, now, typed) {
  const field = made("select");
  const texts = row.kind === "boolean" ? ["on", "off"] : row.choices;
  const current = now.missing ? DEFAULT : now.text;
  const given = texts.map((text) => [text, text]);
  if (row.removable) given.push([DEFAULT, "use the default"]);
  if (!given.some(([value]) => value === current)) given.unshift([current, current || "not set"]);
  for (const [value, text] of given) {
    const option = made("option", { text });
    option.value = value;
    field.append(option);
  }
  const letter = typed.trim().toLocaleLowerCase();
  const meant = letter ? texts.find((text) => text.toLocaleLowerCase().startsWith(letter)) : undefined;
  field.dataset.before = current;
  field.value = meant ?? current;
  return field;
}

function openPicker(s) {
  const { field } = s.editing;
  field.onchange = () => {
    if (!s.editing) return;
    s.editing.touched = true;
    if (s.editing.picker) endEdit(s, { keep: true });
  };
  try {
    field.showPicker();
    s.editing.picker = true;
  } catch {
    // An older browser, or a page that nobody has touched yet: the arrows choose.
  }
}

function fieldKey(s, event) {
  event.stopPropagation(); // R and C mean something else to Streamlit
  if (event.isComposing || event.altKey && event.key !== "Enter") return;
  const { replaces, field, row } = s.editing;
  const commands = event.ctrlKey || event.metaKey;
  const typing = replaces && !row.choice && !commands && !event.shiftKey;
  const ways = {
    Escape: () => endEdit(s, { keep: false }),
    Tab: () => endEdit(s, { keep: true, then: () => next(s, event.shiftKey ? -1 : 1) || step(s, 0, 0) }),
    Enter: () => enter(s, event, field),
  };
  if (typing) {
    ways.ArrowUp = () => endEdit(s, { keep: true, then: () => step(s, -1, 0) });
    ways.ArrowDown = () => endEdit(s, { keep: true, then: () => step(s, 1, 0) });
    ways.ArrowLeft = () => endEdit(s, { keep: true, then: () => step(s, 0, -1) });
    ways.ArrowRight = () => endEdit(s, { keep: true, then: () => step(s, 0, 1) });
  }
  const act = ways[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function enter(s, event, field) {
  if (event.altKey) {
    if (s.editing.row.choice) return;
    field.setRangeText("\n", field.selectionStart, field.selectionEnd, "end");
    s.editing.touched = true;
    return;
  }
  if (event.ctrlKey || event.metaKey) return endEdit(s, { keep: true, everywhere: true });
  endEdit(s, { keep: true, then: () => step(s, event.shiftKey ? -1 : 1, 0) });
}

function endEdit(s, { keep, refocus = true, everywhere = false, then = null }) {
  if (!s.editing) return;
  const { td, row, col, field, touched } = s.editing;
  const text = field.value === DEFAULT ? null : field.value;
  s.editing = null;
  field.onblur = null;
  field.onchange = null;
  td.classList.remove("editing");
  td.replaceChildren();
  paintCell(s, row, col);
  if (keep && (touched || everywhere)) {
    const places = everywhere ? selected(s) : [{ row: row.index, col }];
    write(s, places.map((place) => ({ ...place, text })));
  }
  if (s.due) s.due();
  if (refocus) (then ?? (() => settle(s)))();
}
