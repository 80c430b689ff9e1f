// The pointer: a click selects, a drag moves what it began on. On the ground it moves the ground.

const STILL = 4;
const TWICE = 420;

function bindPointer(c) {
  const { drawing } = c.el;
  drawing.onpointerdown = (event) => pressed(c, event);
  drawing.onpointermove = (event) => dragged(c, event);
  drawing.onpointerup = (event) => released(c, event);
  drawing.onpointercancel = () => giveUp(c);
  c.onWheel = (event) => {
    if (!event.ctrlKey && !event.metaKey) return; // without Ctrl the page scrolls, as everywhere
    event.preventDefault();
    const box = drawing.getBoundingClientRect();
    zoomAt(c, Math.exp(-event.deltaY * (event.deltaMode ? 0.06 : 0.003)), event.clientX - box.left, event.clientY - box.top);
  };
  drawing.addEventListener("wheel", c.onWheel, { passive: false });
}

function under(c, event) {
  const element = c.root.getRootNode().elementFromPoint(event.clientX, event.clientY);
  const found = element?.closest(".node, .edge, .way");
  if (!found || !c.root.contains(found)) return { kind: null, id: null };
  if (found.dataset.node !== undefined) return { kind: "node", id: found.dataset.node, handle: Boolean(element.closest(".handle")) };
  const id = found.dataset.edge ?? found.dataset.way;
  return id === undefined ? { kind: null, id: null } : { kind: "edge", id, pill: Boolean(element.closest(".pill")) };
}

function pressed(c, event) {
  if (event.button > 1 || c.press) return;
  if (c.naming) endNaming(c, true, false);
  const on = event.button === 1 ? { kind: null, id: null } : under(c, event);
  c.press = { ...on, pointer: event.pointerId, x: event.clientX, y: event.clientY, view: { ...c.view }, far: false, middle: event.button === 1 };
  if (on.kind === "node") c.press.box = { x: c.boxes.get(on.id).x, y: c.boxes.get(on.id).y };
  c.el.drawing.setPointerCapture(event.pointerId);
  event.preventDefault(); // no text is marked; the focus is set below
  focusAfterPress(c, on);
}

function focusAfterPress(c, { kind, id }) {
  const element = kind === "node" ? c.drawn.nodes.get(id) : kind === "edge" ? c.drawn.labels.get(id) : null;
  c.focus = kind ? { kind, id } : null;
  (element ?? c.el.drawing).focus({ preventScroll: true });
}

function dragged(c, event) {
  const { press } = c;
  if (!press || press.pointer !== event.pointerId) return c.connecting && rubberTo(c, event);
  const [dx, dy] = [event.clientX - press.x, event.clientY - press.y];
  if (!press.far && Math.hypot(dx, dy) < STILL) return;
  press.far = true;
  c.root.classList.add("dragging");
  if (press.kind === "node" && press.handle && c.graph.editable) {
    if (!c.connecting) startConnecting(c, press.id);
    rubberTo(c, event);
  } else if (press.kind === "node" && c.graph.editable && !c.connecting) {
    c.dragged = { id: press.id, x: snap(c, press.box.x + dx / c.view.k), y: snap(c, press.box.y + dy / c.view.k) };
    soon(c);
  } else if (press.kind === "edge" && press.pill && c.graph.editable) {
    offer(c, press.id, event);
  } else {
    c.view = { k: c.view.k, x: press.view.x + dx, y: press.view.y + dy };
    look(c);
  }
}

function soon(c) {
  if (!c.frame) c.frame = requestAnimationFrame(() => ((c.frame = 0), draw(c)));
}

function rubberTo(c, event) {
  const from = c.boxes.get(c.connecting.source);
  if (!from) return stopConnecting(c);
  const aim = under(c, event);
  for (const [id, element] of c.drawn.nodes) element.classList.toggle("aimed", aim.kind === "node" && aim.id === id);
  c.rubber = event.pointerType === "touch" && !c.press ? null : [[from.x, from.y], fromScreen(c, event)];
  drawAbove(c);
}

// The number of a rule over that of another rule of the same stage: it takes its turn.
function offer(c, id, event) {
  const edge = c.graph.edges.find((item) => item.id === id);
  const box = c.labels.get(id);
  const aim = under(c, event);
  for (const other of c.graph.edges) {
    const element = c.drawn.labels.get(other.id);
    element.classList.toggle("offered", other.source === edge.source && other !== edge);
    element.classList.toggle("aimed", aim.kind === "edge" && aim.id === other.id && other.source === edge.source && other !== edge);
  }
  c.rubber = [box.point, fromScreen(c, event)];
  drawAbove(c);
}

function released(c, event) {
  const { press } = c;
  if (!press || press.pointer !== event.pointerId) return;
  const aim = under(c, event);
  const wasDragged = c.dragged;
  const connecting = c.connecting;
  endPress(c);
  if (!press.far) return press.middle ? undefined : clicked(c, press, event);
  if (connecting && press.handle) return stopConnecting(c, aim.kind === "node" ? aim.id : undefined);
  if (wasDragged) {
    if (wasDragged.x !== press.box.x || wasDragged.y !== press.box.y) moveTo(c, press.id, wasDragged.x, wasDragged.y);
    draw(c);
  } else if (press.kind === "edge" && press.pill && aim.kind === "edge") dropOn(c, press.id, aim.id);
}

function dropOn(c, id, otherId) {
  const [edge, other] = [id, otherId].map((one) => c.graph.edges.find((item) => item.id === one));
  if (!edge || !other || edge === other || edge.source !== other.source) return;
  const mine = c.graph.edges.filter((item) => item.source === edge.source);
  prioritise(c, id, mine.indexOf(other) - mine.indexOf(edge));
}

function endPress(c) {
  c.press = null;
  c.dragged = null;
  c.rubber = null;
  c.root.classList.remove("dragging");
  for (const element of c.drawn.labels.values()) element.classList.remove("offered", "aimed");
  drawAbove(c);
}

function clicked(c, { kind, id, handle }, event) {
  const before = c.lastClick;
  c.lastClick = { kind, id, x: event.clientX, y: event.clientY, at: event.timeStamp };
  const twice = before && event.timeStamp - before.at < TWICE && before.kind === kind && before.id === id && Math.hypot(event.clientX - before.x, event.clientY - before.y) < 3 * STILL;
  if (c.connecting) return stopConnecting(c, kind === "node" ? id : undefined);
  if (kind === "node" && handle) return startConnecting(c, id);
  if (twice) {
    c.lastClick = null;
    if (kind === "node") return startNaming(c, id);
    if (!kind) return addAt(c, ...fromScreen(c, event));
  }
  select(c, kind, id);
}

function giveUp(c) {
  if (c.press) endPress(c);
  if (c.connecting) stopConnecting(c);
  draw(c);
}
