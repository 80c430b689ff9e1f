// A name is typed where it stands; where only some names are possible, it is chosen.

function startNaming(c, id) {
  const node = c.graph.nodes.find((item) => item.id === id);
  if (!node || !c.graph.editable) return;
  const field = c.graph.names.length ? chooser(c, node) : typed(node);
  field.setAttribute("aria-label", `New name of ${node.lines[0]}`);
  c.naming = { id, field };
  c.el.naming.replaceChildren(field);
  c.el.naming.hidden = false;
  field.onkeydown = (event) => {
    event.stopPropagation();
    if (event.key === "Enter" && !event.isComposing) endNaming(c, true);
    if (event.key === "Escape") endNaming(c, false);
  };
  field.onblur = () => endNaming(c, true, false);
  placeNaming(c);
  field.focus({ preventScroll: true });
  field.select?.();
}

function typed(node) {
  const field = document.createElement("input");
  field.type = "text";
  field.value = node.lines[0];
  field.maxLength = 200;
  field.spellcheck = false;
  return field;
}

function chooser(c, node) {
  const field = document.createElement("select");
  const taken = new Set(c.graph.nodes.map((item) => item.lines[0]));
  const free = c.graph.names.filter((name) => name === node.lines[0] || !taken.has(name));
  for (const name of free.includes(node.lines[0]) ? free : [node.lines[0], ...free]) {
    const option = document.createElement("option");
    option.value = option.textContent = name;
    option.selected = name === node.lines[0];
    field.append(option);
  }
  return field;
}

function placeNaming(c) {
  if (!c.naming) return;
  const box = c.boxes.get(c.naming.id);
  if (!box) return endNaming(c, false);
  const wide = Math.max(box.w * c.view.k, 160);
  Object.assign(c.el.naming.style, {
    left: `${box.x * c.view.k + c.view.x - wide / 2}px`,
    top: `${box.y * c.view.k + c.view.y - 17}px`,
    width: `${wide}px`,
  });
}

function endNaming(c, keepIt, refocus = true) {
  if (!c.naming) return;
  const { id, field } = c.naming;
  c.naming = null;
  field.onblur = null;
  const to = field.value.trim();
  const node = c.graph.nodes.find((item) => item.id === id);
  if (refocus) focusOn(c, "node", id);
  c.el.naming.hidden = true;
  c.el.naming.replaceChildren();
  if (keepIt && node && to && to !== node.lines[0]) tell(c, { type: "rename", node: id, to });
}
