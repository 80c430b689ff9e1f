// Which rows are shown. It is the reader's own business and runs nothing in Python.

function sift(s) {
  const words = s.el.needle.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const [differing, faulty] = [s.el.differing.checked, s.el.faulty.checked];
  const waits = new Set([...s.waiting.keys()].map((place) => JSON.parse(place)[0]));
  s.shown = [];
  for (const row of s.rows) {
    const found = words.every((word) => row.sought.includes(word));
    const wanted = (!differing || row.cells.some(([, bits]) => bits & DIFFERS)) && (!faulty || row.cells.some(([, , fault]) => fault));
    // A row that one is writing into does not vanish under one's hands.
    const held = row.index === s.at.row && (waits.has(row.name) || s.writing === row.name || s.editing);
    const shown = found && (wanted || held);
    row.place = shown ? s.shown.push(row.index) - 1 : -1;
    row.tr.hidden = !shown;
  }
  for (const group of s.groups) group.body.hidden = !group.rows.some((row) => row.place >= 0);
  if (s.shown.length && s.rows[s.at.row].place < 0) {
    const row = s.shown.find((index) => index >= s.at.row) ?? s.shown.at(-1);
    s.at = s.from = { row, col: s.at.col };
  } else if (s.rows[s.from.row]?.place < 0) s.from = { ...s.at };
  sayShown(s, words.length || differing || faulty);
  markSelection(s);
}

function sayShown(s, sifted) {
  const faults = s.rows.reduce((sum, row) => sum + row.cells.filter(([, , fault]) => fault).length, 0);
  s.el.faultyWords.textContent = faults ? `Only with faults (${faults})` : "Only with faults";
  s.el.shown.textContent = sifted && s.shown.length ? `${s.shown.length} of ${s.rows.length} settings` : "";
  s.el.none.hidden = s.shown.length > 0 && s.table.columns.length > 0;
  s.el.none.textContent = s.rows.length && s.table.columns.length ? nothingFound(s) : "There are no settings yet.";
}

function nothingFound(s) {
  if (s.el.needle.value.trim()) return "No setting is called that. Look for a part of its name, title or unit.";
  return s.el.faulty.checked ? "Nothing is at fault here." : "All stages have the same settings.";
}

function bindSift(s) {
  for (const name of ["needle", "differing", "faulty"]) {
    s.el[name].oninput = () => {
      s.writing = null;
      sift(s);
    };
  }
  s.el.needle.onkeydown = (event) => {
    event.stopPropagation(); // R and C mean something else to Streamlit
    if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      if (s.shown.length) go(s, s.shown[0], s.at.col);
    }
  };
}
