// What can be done, whether by pointer, key or button.

const snap = (c, number) => Math.round(number / c.graph.grid) * c.graph.grid;
const NOTHING = { node: null, edge: null };

// Where the keys are: what has the focus, else what is selected, else the first stage.
function currentOf(c) {
  const known = (it) => it && (it.kind === "node" ? c.boxes.has(it.id) : c.labels.has(it.id));
  const selected = c.selected.node !== null ? { kind: "node", id: c.selected.node } : c.selected.edge !== null ? { kind: "edge", id: c.selected.edge } : null;
  const first = c.graph.nodes.length ? { kind: "node", id: c.graph.nodes[0].id } : null;
  return [c.focus, selected, first].find(known) ?? null;
}

// What a key changes must be seen to be meant: it has the focus, or is selected.
function targetOf(c) {
  const held = c.root.getRootNode().activeElement?.closest(".node, .edge");
  if (held?.dataset.node !== undefined) return { kind: "node", id: held.dataset.node };
  if (held?.dataset.edge !== undefined) return { kind: "edge", id: held.dataset.edge };
  return c.selected.node === null && c.selected.edge === null ? null : currentOf({ ...c, focus: null });
}

function focusOn(c, kind, id) {
  const element = (kind === "node" ? c.drawn.nodes : c.drawn.labels).get(id);
  if (!element) return;
  c.focus = { kind, id };
  mark(c);
  element.focus({ preventScroll: true });
  reveal(c, kind, id);
}

function select(c, kind, id) {
  const wanted = kind ? { ...NOTHING, [kind]: id } : NOTHING;
  if (wanted.node === c.selected.node && wanted.edge === c.selected.edge) return;
  c.selected = wanted;
  c.focus = kind ? { kind, id } : c.focus;
  tell(c, { type: "select", ...wanted });
  c.selectedAt = c.sent;
  mark(c);
}

function startConnecting(c, source) {
  if (!c.graph.editable) return;
  c.connecting = { source };
  c.root.classList.add("connecting");
  const title = c.graph.nodes[c.boxes.get(source).order].lines[0];
  say(c, `New rule of ${title}: choose the stage it leads to, by click or with the arrows and Enter. Escape gives up.`);
  mark(c);
}

function stopConnecting(c, target) {
  const from = c.connecting?.source;
  c.connecting = null;
  c.rubber = null;
  c.root.classList.remove("connecting");
  say(c, "");
  for (const element of c.drawn.nodes.values()) element.classList.remove("aimed");
  if (target !== undefined && from !== undefined) tell(c, { type: "connect", source: from, target });
  mark(c);
}

function addAt(c, x, y, after = null) {
  if (c.graph.editable) tell(c, { type: "add", x: snap(c, x), y: snap(c, y), after });
}

// Below the stage where one is, or below all; further down where something stands.
function addHere(c) {
  const current = currentOf(c);
  const after = current?.kind === "node" ? current.id : current ? c.graph.edges.find((edge) => edge.id === current.id).source : null;
  const from = c.boxes.get(after);
  if (!from) {
    const [width, height] = sizeOf(c);
    return addAt(c, (width / 2 - c.view.x) / c.view.k, (height / 2 - c.view.y) / c.view.k);
  }
  const spot = { x: from.x, y: from.y + 120 };
  const boxes = [...c.boxes.values()];
  while (boxes.some((box) => Math.abs(box.x - spot.x) < 160 && Math.abs(box.y - spot.y) < 60)) spot.x += 200;
  addAt(c, spot.x, spot.y, after);
}

function remove(c, kind, id) {
  if (!c.graph.editable || c.leaving.has(`${kind} ${id}`)) return;
  tell(c, { type: "delete", node: null, edge: null, [kind]: id });
  c.leaving.set(`${kind} ${id}`, c.sent);
  c.removedAt = performance.now();
  mark(c);
}

function prioritise(c, id, by) {
  const edge = c.graph.edges.find((item) => item.id === id);
  if (!edge || !c.graph.editable) return;
  const mine = c.graph.edges.filter((item) => item.source === edge.source);
  const at = mine.indexOf(edge) + by;
  if (by && at >= 0 && at < mine.length) tell(c, { type: "prioritise", edge: id, by });
}

function nudge(c, id, dx, dy) {
  if (!c.graph.editable) return;
  const box = c.boxes.get(id);
  moveTo(c, id, snap(c, box.x + dx * c.graph.grid), snap(c, box.y + dy * c.graph.grid), { wait: MOVING });
  draw(c);
  reveal(c, "node", id);
}

function say(c, words) {
  c.el.said.textContent = words;
  c.el.hint.textContent = words || hintOf(c);
  c.el.hint.classList.toggle("asking", Boolean(words));
}
