// The door: Streamlit calls it whenever data or theme changed, and once more a function to clean up.

const canvases = new WeakMap();

function mount(parent) {
  const root = parent.querySelector(".canvas");
  const el = { root };
  for (const name of ["bar", "acts", "tools", "ground", "drawing", "all", "ways", "nodes", "labels", "above", "none", "naming", "hint", "said"]) {
    el[name] = root.querySelector(`.${name}`);
  }
  const c = { root, el, mount: crypto.getRandomValues(new Uint32Array(2)).join("-"), sent: 0, heard: 0, outbox: [], selectedAt: 0, frame: 0 };
  Object.assign(c, { graph: null, written: "", moved: new Map(), leaving: new Map(), moving: null, dragged: null, press: null, rubber: null, connecting: null, naming: null });
  Object.assign(c, { selected: NOTHING, focus: null, view: { k: 1, x: 0, y: 0 }, drawn: { nodes: new Map(), ways: new Map(), labels: new Map() }, boxes: new Map(), ways: new Map(), labels: new Map() });
  bindPointer(c);
  bindKeys(c);
  bindTools(c);
  c.observer = new ResizeObserver(() => resized(c));
  c.observer.observe(el.drawing);
  document.fonts.ready.then(() => {
    widths.clear(); // what was measured before was another font
    if (c.graph && root.isConnected) draw(c);
  });
  return c;
}

// In a tab that was not yet seen there was no size to fit to.
function resized(c) {
  const width = c.el.drawing.clientWidth;
  if (!c.graph || !width) return;
  if (!c.width) fit(c, { readable: true });
  else c.view.x += (width - c.width) / 2;
  c.width = width;
  look(c);
}

function show(c, data) {
  const before = c.graph;
  const known = new Set(before?.nodes.map((node) => node.id));
  const held = c.root.getRootNode().activeElement;
  const hadFocus = held && c.el.drawing.contains(held);
  c.graph = data.graph;
  const other = !data.graph.nodes.some((node) => known.has(node.id));
  if (c.connecting && !data.graph.nodes.some((node) => node.id === c.connecting.source)) stopConnectingOf(c);
  draw(c);
  c.el.none.hidden = data.graph.nodes.length > 0;
  c.el.none.textContent = data.graph.editable ? "No stage yet. Double-click here, or press “Add stage”." : "No stage yet.";
  c.el.drawing.setAttribute("aria-label", `${data.graph.title}: ${data.graph.nodes.length} stages, ${data.graph.edges.length} rules. ${HOW}${data.graph.editable ? `; ${HOW_TO_CHANGE}` : ""}.`);
  if (!c.connecting) say(c, "");
  if (other && c.el.drawing.clientWidth) {
    c.width = c.el.drawing.clientWidth;
    fit(c, { readable: true });
  }
  if (hadFocus && !held.isConnected) refocus(c);
}

function stopConnectingOf(c) {
  c.connecting = null;
  c.rubber = null;
  c.root.classList.remove("connecting");
}

export default function ({ data, parentElement, setTriggerValue }) {
  let c = canvases.get(parentElement);
  if (!c || !c.root.isConnected) canvases.set(parentElement, (c = mount(parentElement)));
  c.setTrigger = setTriggerValue;
  c.el.drawing.style.height = `min(${data.height}px, max(66vh, 260px))`;
  c.fonts = fontsOf(c);
  c.marks = data.marks;
  const pending = c.moved.size + c.leaving.size;
  hear(c, data.heard);
  const before = c.selected;
  if (c.heard >= c.selectedAt) c.selected = { ...data.selected };
  const written = JSON.stringify([data.graph, c.fonts]);
  if (written !== c.written) {
    c.written = written;
    show(c, data);
  } else if (pending !== c.moved.size + c.leaving.size) draw(c);
  else mark(c);
  const [kind, id] = c.selected.node !== null ? ["node", c.selected.node] : ["edge", c.selected.edge];
  if (id !== null && c.selected[kind] !== before[kind]) {
    // Where the keys were at work, they go on with what is selected now: a rule that moved may have another id.
    const held = c.root.getRootNode().activeElement;
    if (held && c.el.drawing.contains(held)) focusOn(c, kind, id);
    c.focus = { kind, id };
    mark(c);
    reveal(c, kind, id);
  }
  look(c);
  c.root.dataset.heard = c.heard;
  return () => {
    c.observer.disconnect();
    document.removeEventListener("keydown", c.onPageKey);
    cancelAnimationFrame(c.frame);
    clearTimeout(c.movingTimer);
    canvases.delete(parentElement);
  };
}
