// The keyboard. Arrows walk from stage to stage, R goes along the rules of a stage.

const HOW = "Arrows walk between stages, Enter selects, R goes to the rules of a stage";
const HOW_TO_CHANGE = "C begins a new rule, A adds a stage, F2 renames, D duplicates, Delete removes, Alt with arrows moves, [ and ] change the order of rules";
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function hintOf(c) {
  return `Click to select, drag the ground to look around.${c.graph.editable ? " Double-click the ground for a new stage; drag from the + of a stage for a new rule." : ""}`;
}

function bindKeys(c) {
  const { drawing } = c.el;
  drawing.onkeydown = (event) => key(c, event);
  // Mounted once, and gone with the elements: there is no property for these two.
  drawing.addEventListener("focusin", (event) => {
    const found = event.target.closest(".node, .edge");
    if (!found) return;
    c.focus = found.dataset.node !== undefined ? { kind: "node", id: found.dataset.node } : { kind: "edge", id: found.dataset.edge };
    if (found.matches(":focus-visible")) reveal(c, c.focus.kind, c.focus.id);
  });
  c.root.addEventListener("focusin", () => c.root.classList.add("active"));
  c.root.addEventListener("focusout", (event) => {
    if (!c.root.contains(event.relatedTarget)) c.root.classList.remove("active");
  });
  c.onPageKey = (event) => pageKey(c, event);
  document.addEventListener("keydown", c.onPageKey);
}

function key(c, event) {
  const typed = event.getModifierState("AltGraph");
  if ((event.ctrlKey || event.metaKey) && !typed) return;
  const act = actOf(c, event);
  if (!act) return;
  event.preventDefault();
  event.stopPropagation(); // R and C mean something else to Streamlit
  act();
}

function actOf(c, event) {
  const { kind, id } = (event.key in WAYS && !event.altKey ? currentOf(c) : targetOf(c)) ?? {};
  const step = WAYS[event.key];
  if (step && event.altKey) return kind === "node" ? () => nudge(c, id, ...step) : () => {};
  if (step) return kind === "node" ? () => walk(c, id, step) : kind === "edge" ? () => alongRules(c, id, event.key) : null;
  if (event.altKey && !event.getModifierState("AltGraph")) return null;
  const always = {
    Home: () => focusNth(c, 0),
    End: () => focusNth(c, -1),
    Escape: c.connecting || c.press || kind ? () => escape(c) : null,
    "+": () => zoomMiddle(c, 1.25),
    "=": () => zoomMiddle(c, 1.25),
    "-": () => zoomMiddle(c, 0.8),
    0: () => fit(c),
  };
  if (event.key in always) return always[event.key];
  if (kind && (event.key === "Enter" || event.key === " ")) return () => enter(c, kind, id);
  if (kind === "node" && event.key.toLowerCase() === "r") return () => firstRule(c, id);
  return c.graph.editable ? changeOf(c, event, kind, id) : null;
}

const PAUSE = 700; // milliseconds: a second press was meant for what is gone, not for what has the focus after it

function changeOf(c, { key: pressedKey, repeat }, kind, id) {
  if (pressedKey.toLowerCase() === "a") return () => addHere(c);
  if (kind && (pressedKey === "Delete" || pressedKey === "Backspace")) {
    return () => !repeat && !(performance.now() - c.removedAt < PAUSE) && remove(c, kind, id);
  }
  const ofNode = { c: () => startConnecting(c, id), d: () => tell(c, { type: "duplicate", node: id }), f2: () => startNaming(c, id) };
  const ofEdge = { "[": () => prioritise(c, id, -1), "]": () => prioritise(c, id, 1) };
  return (kind === "node" ? ofNode : kind === "edge" ? ofEdge : {})[pressedKey.toLowerCase()] ?? null;
}

function enter(c, kind, id) {
  if (c.connecting) {
    if (kind !== "node") return;
    const { source } = c.connecting;
    stopConnecting(c, id);
    return focusOn(c, "node", source); // the next rule is likely to begin here, too
  }
  select(c, kind, id);
}

function escape(c) {
  if (c.connecting || c.press) return giveUp(c);
  if (c.focus?.kind === "edge") {
    const edge = c.graph.edges.find((item) => item.id === c.focus.id);
    if (edge) focusOn(c, "node", edge.source);
  }
  select(c, null, null);
}

// To the nearest stage in that direction; what lies aside counts double.
function walk(c, id, [dx, dy]) {
  const from = c.boxes.get(id);
  let best = null;
  for (const [other, box] of c.boxes) {
    const along = (box.x - from.x) * dx + (box.y - from.y) * dy;
    const aside = Math.abs((box.x - from.x) * dy) + Math.abs((box.y - from.y) * dx);
    if (other === id || along <= 0 || aside > along * 3) continue;
    const cost = along + 2 * aside;
    if (!best || cost < best.cost) best = { other, cost };
  }
  if (best) focusOn(c, "node", best.other);
}

function focusNth(c, at) {
  const node = c.graph.nodes.at(at);
  if (node) focusOn(c, "node", node.id);
}

function firstRule(c, id) {
  const edge = c.graph.edges.find((item) => item.source === id) ?? c.graph.edges.find((item) => item.target === id);
  if (edge) focusOn(c, "edge", edge.id);
}

function alongRules(c, id, pressedKey) {
  const edge = c.graph.edges.find((item) => item.id === id);
  if (pressedKey === "ArrowLeft") return focusOn(c, "node", edge.source);
  if (pressedKey === "ArrowRight") return focusOn(c, "node", edge.target);
  const mine = c.graph.edges.filter((item) => item.source === edge.source);
  const next = mine[mine.indexOf(edge) + (pressedKey === "ArrowDown" ? 1 : -1)];
  if (next) focusOn(c, "edge", next.id);
}

// Undo and redo are heard on the whole page, but where text is typed they are the field's own.
function pageKey(c, event) {
  if (event.defaultPrevented || event.altKey || !(event.ctrlKey || event.metaKey) || !c.graph?.editable) return;
  const pressedKey = event.key.toLowerCase();
  const act = pressedKey === "z" ? (event.shiftKey ? "redo" : "undo") : pressedKey === "y" && event.ctrlKey && !event.shiftKey ? "redo" : "";
  if (!act || event.composedPath().some(isField)) return;
  event.preventDefault();
  if (event.repeat && c.outbox.length > 3) return; // who holds the key is not to be undone for seconds afterwards
  tell(c, { type: act });
}

const KEYLESS = new Set(["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"]);

function isField(element) {
  if (!(element instanceof Element)) return false;
  if (element.getAttribute("role") === "dialog" || element.isContentEditable) return true;
  return element.matches("textarea, select") || (element.matches("input") && !KEYLESS.has(element.type));
}
