// The door: Streamlit calls it whenever data or theme changed, and once more a function to clean up.

const sheets = new WeakMap();

function mount(parent) {
  const root = parent.querySelector(".sheet");
  const el = { root, faultyWords: root.querySelector(".faulty-words") };
  for (const name of ["needle", "differing", "faulty", "shown", "frame", "grid", "none", "where", "what", "wrong", "hint", "said"]) {
    el[name] = root.querySelector(`.${name}`);
  }
  const s = { root, el, mount: crypto.getRandomValues(new Uint32Array(2)).join("-"), sent: 0, heard: 0, outbox: [], waiting: new Map() };
  Object.assign(s, { table: null, written: "", shape: "", rows: [], groups: [], heads: [], shown: [], marked: [], stops: [] });
  Object.assign(s, { at: { row: 0, col: 0 }, from: { row: 0, col: 0 }, editing: null, writing: null, dragging: false, leaving: false, touched: false, due: null });
  bindSift(s);
  bindPointer(s);
  bindKeys(s);
  bindClipboard(s);
  return s;
}

// Everything but the cells.
function shapeOf(table) {
  return JSON.stringify([table.title, table.columns, table.groups.map((group) => [group.heading, group.rows.map(({ cells, ...rest }) => rest)])]);
}

function show(s, table) {
  const shape = shapeOf(table);
  if (shape === s.shape) {
    s.table = table;
    patch(s, table);
    return sift(s);
  }
  // A cell in which somebody writes is not taken away; the table waits until they are through.
  if (s.editing) {
    s.due = () => {
      s.due = null;
      show(s, table);
    };
    return;
  }
  const names = s.table && { row: s.rows[s.at.row]?.name, col: s.table.columns[s.at.col]?.id };
  const held = s.root.getRootNode().activeElement;
  const hadFocus = held && s.el.grid.contains(held);
  s.table = table;
  s.shape = shape;
  build(s);
  const found = { row: s.rows.findIndex((row) => row.name === names?.row), col: table.columns.findIndex((column) => column.id === names?.col) };
  // What has gone leaves one where it was.
  const near = (at, before, length) => (at >= 0 ? at : Math.max(Math.min(before, length - 1), 0));
  s.at = { row: near(found.row, s.at.row, s.rows.length), col: near(found.col, s.at.col, table.columns.length) };
  s.from = { ...s.at };
  sift(s);
  if (hadFocus && s.shown.length) settle(s);
}

export default function ({ data, parentElement, setTriggerValue }) {
  let s = sheets.get(parentElement);
  if (!s || !s.root.isConnected) sheets.set(parentElement, (s = mount(parentElement)));
  s.setTrigger = setTriggerValue;
  s.undoes = data.undoes;
  s.redoes = data.redoes;
  s.el.frame.style.maxHeight = `min(${data.height}px, max(72vh, 260px))`;
  const answered = hear(s, data.heard);
  const written = JSON.stringify(data.table);
  if (written !== s.written) {
    const began = performance.now();
    s.written = written;
    s.due = null;
    show(s, data.table);
    void s.el.grid.offsetHeight; // so that laying out counts, too
    s.root.dataset.took = (performance.now() - began).toFixed(1);
  }
  for (const place of answered) {
    const [name, id] = JSON.parse(place);
    const row = s.rows.find((one) => one.name === name);
    const col = s.table.columns.findIndex((column) => column.id === id);
    if (row?.tds[col]) paintCell(s, row, col);
  }
  if (answered.length && s.shown.length) tellPlace(s);
  if (!s.el.said.textContent) say(s, "");
  s.root.dataset.heard = s.heard;
  s.root.dataset.drawn = `${s.rows.length} ${s.table.columns.length}`;
  return () => {
    for (const name of ["pointerup", "pointercancel"]) window.removeEventListener(name, s.release);
    sheets.delete(parentElement);
  };
}
