// The keyboard of a spreadsheet.

const HINT = "Type to replace, Enter or F2 to edit, Delete for the default, Space for a switch; Shift selects, Ctrl-C, Ctrl-V and Ctrl-R copy, paste and fill to the right. Escape, then Tab leaves the table.";
const PAGE = 12;
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function bindKeys(s) {
  s.el.grid.onkeydown = (event) => {
    if (s.editing || !s.shown.length) return;
    const act = actOf(s, event);
    if (!act) return;
    event.stopPropagation(); // R and C mean something else to Streamlit
    if (act !== LET) {
      event.preventDefault();
      act();
    }
  };
}

const LET = () => {}; // the browser does it

function actOf(s, event) {
  const { key, shiftKey } = event;
  const graph = event.getModifierState("AltGraph");
  const commands = (event.ctrlKey || event.metaKey) && !graph;
  if (key in ARROWS && !event.altKey) {
    const [down, right] = ARROWS[key];
    const far = commands ? 1e6 : 1;
    return () => step(s, down * far, right * far, { extend: shiftKey });
  }
  if (commands) return commandOf(s, event);
  if (event.altKey && !graph) return null;
  if (key === "Tab") return tabOf(s, shiftKey ? -1 : 1);
  const acts = {
    Home: () => go(s, s.at.row, 0, { extend: shiftKey }),
    End: () => go(s, s.at.row, s.table.columns.length - 1, { extend: shiftKey }),
    PageUp: () => step(s, -PAGE, 0, { extend: shiftKey }),
    PageDown: () => step(s, PAGE, 0, { extend: shiftKey }),
    Enter: () => startEdit(s),
    F2: () => startEdit(s),
    Delete: () => empty(s),
    Backspace: () => empty(s),
    Escape: () => {
      go(s, s.at.row, s.at.col);
      s.leaving = true;
    },
  };
  if (key in acts) return acts[key];
  if (key === " " && shiftKey) return () => selectRows(s, s.at.row, false);
  const row = s.rows[s.at.row];
  if (key === " " && row.kind === "boolean") return () => toggle(s);
  if (key === " " && row.choice) return () => startEdit(s);
  if (key.length !== 1 && key !== "Dead" && key !== "Process") return null;
  if (row.choice || s.table.columns[s.at.col].readonly) return () => startEdit(s, { typed: key });
  // The letter goes into the field, which has the focus from here on: so accents and other scripts can be typed.
  startEdit(s, { typed: key });
  return LET;
}

function tabOf(s, by) {
  // The browser goes to what can be reached before or after the table: within it, only one cell can be.
  if (s.leaving) return LET;
  const place = s.rows[s.at.row].place;
  const last = by > 0 ? place === s.shown.length - 1 && s.at.col === s.table.columns.length - 1 : place === 0 && s.at.col === 0;
  return last ? LET : () => next(s, by);
}

function commandOf(s, event) {
  const key = event.key.toLowerCase();
  if (event.altKey) return null;
  const { shiftKey } = event;
  const acts = {
    home: () => go(s, s.shown[0], 0, { extend: shiftKey }),
    end: () => go(s, s.shown.at(-1), s.table.columns.length - 1, { extend: shiftKey }),
    a: () => selectAll(s),
    " ": () => selectColumns(s, s.at.col, false),
  };
  if (!shiftKey) Object.assign(acts, { r: () => fillRight(s), d: () => fillRight(s), enter: () => startEdit(s), c: LET, v: LET, x: LET });
  const undo = key === "z" && !shiftKey;
  const redo = (key === "z" && shiftKey) || (key === "y" && event.ctrlKey && !shiftKey);
  if ((undo && s.undoes) || (redo && s.redoes)) {
    // Who holds the key is not to be undone for seconds afterwards.
    return () => (event.repeat && s.outbox.length > 3) || post(s, { type: undo ? "undo" : "redo" });
  }
  return acts[key] ?? null;
}
