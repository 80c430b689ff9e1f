// The buttons above the drawing: what can be done with what is selected, without a drag and without a keyboard.

function bindTools(c) {
  const node = (act) => () => c.selected.node !== null && act(c.selected.node);
  const edge = (act) => () => c.selected.edge !== null && act(c.selected.edge);
  const acts = {
    add: () => addHere(c),
    connect: node((id) => startConnecting(c, id)),
    rename: node((id) => startNaming(c, id)),
    duplicate: node((id) => tell(c, { type: "duplicate", node: id })),
    earlier: edge((id) => prioritise(c, id, -1)),
    later: edge((id) => prioritise(c, id, 1)),
    delete: () => (c.selected.node !== null ? remove(c, "node", c.selected.node) : edge((id) => remove(c, "edge", id))()),
    arrange: () => tell(c, { type: "arrange" }),
    in: () => zoomMiddle(c, 1.25),
    out: () => zoomMiddle(c, 0.8),
    fit: () => fit(c),
  };
  for (const button of c.el.bar.querySelectorAll("button")) {
    button.onclick = () => {
      acts[button.dataset.do]();
      if (["connect", "delete"].includes(button.dataset.do)) refocus(c);
    };
  }
}

// A button that is about to go must not take the focus with it.
function refocus(c) {
  const current = currentOf(c);
  if (current) focusOn(c, current.kind, current.id);
}

function showActs(c) {
  const kind = c.selected.node !== null ? "node" : c.selected.edge !== null ? "edge" : "";
  c.el.acts.hidden = !c.graph.editable;
  for (const button of c.el.acts.querySelectorAll("[data-of]")) button.hidden = !kind || !button.dataset.of.split(" ").includes(kind);
  c.el.acts.querySelector("[data-do=arrange]").hidden = !c.graph.arrangeable;
  const edge = c.graph.edges.find((item) => item.id === c.selected.edge);
  if (!edge) return;
  const mine = c.graph.edges.filter((item) => item.source === edge.source);
  c.el.acts.querySelector("[data-do=earlier]").disabled = mine[0] === edge;
  c.el.acts.querySelector("[data-do=later]").disabled = mine.at(-1) === edge;
}
