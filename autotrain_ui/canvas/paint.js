// Boxes, arrows and numbers. Elements stay as long as what they show, so that the focus stays where it is.

const NARROWEST = 150;
const BROADEST = 230;
const SIGNS = { up: ["↑", "leads on"], down: ["↓", "leads back"], stay: ["•", "stays"], "": ["→", "leads"] };
const FINDINGS = { error: "error", warning: "warning", info: "remark" };

function fontsOf(c) {
  const family = getComputedStyle(c.root).fontFamily;
  return { title: `600 13px ${family}`, line: `11.5px ${family}`, words: `11.5px ${family}`, chip: `11px ${family}` };
}

// The boxes as they stand now: those of Python, or where one was just dropped.
function boxesOf(c) {
  const boxes = new Map();
  c.graph.nodes.forEach((node, order) => {
    const lines = node.lines.slice(0, 4).map((line, i) => cut(line, i ? c.fonts.line : c.fonts.title, BROADEST - 28));
    const wide = Math.max(...lines.map((line, i) => widthOf(line, i ? c.fonts.line : c.fonts.title))) + 28;
    const place = c.dragged?.id === node.id ? c.dragged : c.moved.get(node.id) ?? node;
    boxes.set(node.id, {
      order,
      lines,
      x: place.x,
      y: place.y,
      w: clamped(Math.ceil(wide), NARROWEST, BROADEST),
      h: Math.max(44, 14 + 16 * lines.length),
      left: node.finding ? 10 : 3,
      above: node.first || node.terminal || node.finding ? 12 : 3,
      below: node.badges.length ? 12 : c.graph.editable ? 9 : 3,
    });
  });
  return boxes;
}

function draw(c) {
  const started = performance.now();
  c.boxes = boxesOf(c);
  c.ways = waysOf(c.boxes, c.graph.edges);
  c.labels = labelsOf(c.graph.edges, c.ways, c.boxes, c.fonts);
  c.root.classList.toggle("crowded", c.graph.edges.length > 24);
  keep(c, c.drawn.nodes, c.el.nodes, c.graph.nodes, "node", drawNode);
  keep(c, c.drawn.ways, c.el.ways, c.graph.edges, "way", drawWay);
  keep(c, c.drawn.labels, c.el.labels, c.graph.edges, "edge", drawLabel);
  mark(c);
  c.root.dataset.drawn = `${c.graph.nodes.length} ${c.graph.edges.length}`;
  c.root.dataset.took = (performance.now() - started).toFixed(1);
}

function keep(c, known, layer, items, kind, drawOne) {
  const wanted = new Set(items.map((item) => item.id));
  for (const [id, element] of known) {
    if (wanted.has(id)) continue;
    element.remove();
    known.delete(id);
  }
  for (const item of items) {
    let element = known.get(item.id);
    if (!element) {
      element = svg("g", { class: kind });
      element.dataset[kind] = item.id;
      known.set(item.id, element);
      layer.append(element);
    }
    drawOne(c, item, element);
  }
}

// Redo the inside of an element only where something in it changed.
function refill(element, key, inside) {
  if (element.filled === key) return;
  element.filled = key;
  element.replaceChildren(...inside());
}

function drawNode(c, node, element) {
  const box = c.boxes.get(node.id);
  set(element, { transform: `translate(${box.x} ${box.y})`, role: "button", "aria-label": nodeSpoken(node) });
  refill(element, JSON.stringify([{ ...node, x: 0, y: 0 }, box.w, box.h, box.lines, c.graph.editable]), () => nodeParts(c, node, box));
}

function nodeSpoken(node) {
  const flags = [node.first && "training begins here", node.terminal && "training ends here"];
  const finding = node.finding && `${FINDINGS[node.finding]}: ${node.remark}`;
  return [...node.lines, ...node.badges, ...flags, finding].filter(Boolean).join(", ");
}

function nodeParts(c, node, box) {
  const { w, h, lines } = box;
  const edge = node.edge || `color-mix(in srgb, ${node.fill} 70%, var(--ink))`;
  const parts = [tooltip([node.lines.join(" · "), node.remark].filter(Boolean).join("\n"))];
  parts.push(svg("rect", { class: "ring", x: -w / 2 - 5, y: -h / 2 - 5, width: w + 10, height: h + 10, rx: 9 }));
  if (node.terminal) parts.push(svg("rect", { class: "double", x: -w / 2 - 3, y: -h / 2 - 3, width: w + 6, height: h + 6, rx: 8, style: `stroke:${edge}` }));
  parts.push(svg("rect", { class: "box", x: -w / 2, y: -h / 2, width: w, height: h, rx: 6, style: `fill:${node.fill};stroke:${edge}` }));
  lines.forEach((line, i) => {
    const y = (i - (lines.length - 1) / 2) * 16 + 4.5;
    parts.push(text(line, { class: i ? "line" : "title", x: 0, y, style: `fill:${node.text}` }));
  });
  const flag = node.first ? "start" : node.terminal ? "end" : "";
  if (flag) parts.push(chip(c, flag, -w / 2 + (node.finding ? 20 : 8), -h / 2, "chip flag").element);
  let left = -w / 2 + 8;
  for (const badge of node.badges.slice(0, 3)) {
    const made = chip(c, cut(badge, c.fonts.chip, 90), left, h / 2, "chip");
    parts.push(made.element);
    left += made.width + 4;
  }
  if (node.finding) parts.push(sign(node.finding, -w / 2 + 2, -h / 2 + 1));
  if (c.graph.editable) parts.push(handle(w / 2 - 22, h / 2));
  return parts;
}

function chip(c, words, x, y, name) {
  const width = widthOf(words, c.fonts.chip) + 12;
  const element = svg("g", { class: name, transform: `translate(${x} ${y})` });
  element.append(svg("rect", { x: 0, y: -9, width, height: 18, rx: 9 }), text(words, { x: width / 2, y: 4 }));
  return { element, width };
}

// Told by shape as well as by colour.
function sign(finding, x, y) {
  const element = svg("g", { class: `sign ${finding}`, transform: `translate(${x} ${y})` });
  if (finding === "warning") element.append(svg("path", { d: "M0 -10L10.5 8.5H-10.5Z" }));
  else if (finding === "error") element.append(svg("path", { d: "M-4 -9.5H4L9.5 -4V4L4 9.5H-4L-9.5 4V-4Z" }));
  else element.append(svg("circle", { r: 9 }));
  element.append(text(finding === "info" ? "i" : "!", { x: 0, y: finding === "warning" ? 6 : 4.5 }));
  return element;
}

// What a rule is drawn from; its touch is larger than its looks.
function handle(x, y) {
  const element = svg("g", { class: "handle", transform: `translate(${x} ${y})` });
  const title = tooltip("Drag to the stage that a new rule shall lead to; it may be this one");
  element.append(title, svg("circle", { class: "reach", r: 13 }), svg("circle", { class: "knob", r: 8 }), svg("path", { class: "plus", d: "M-4 0H4M0 -4V4" }));
  return element;
}

function drawWay(c, edge, element) {
  const { points } = c.ways.get(edge.id);
  element.setAttribute("class", `way ${edge.sign || "plain"}`);
  const d = pathOf(points);
  if (!element.firstChild) element.append(tooltip(""), svg("path", { class: "reach" }), svg("path", { class: "line" }), svg("polygon"));
  const [title, reach, line, tip] = element.children;
  title.textContent = edge.tooltip;
  reach.setAttribute("d", d);
  line.setAttribute("d", d);
  tip.setAttribute("points", tipOf(points, 10));
}

function drawLabel(c, edge, element) {
  const label = c.labels.get(edge.id);
  const { l, t } = label.box;
  set(element, { class: `edge ${edge.sign || "plain"}`, role: "button", "aria-label": edgeSpoken(c, edge), transform: `translate(${l.toFixed(1)} ${t.toFixed(1)})` });
  refill(element, JSON.stringify([edge, label.lines, label.w, label.h, label.side]), () => [tooltip(edge.tooltip || edge.words.join("\n")), ...labelParts(edge, label)]);
}

function edgeSpoken(c, edge) {
  const title = (id) => c.graph.nodes[c.boxes.get(id).order].lines[0];
  const where = edge.source === edge.target ? `stays at ${title(edge.source)}` : `from ${title(edge.source)} ${SIGNS[edge.sign][1]} to ${title(edge.target)}`;
  const finding = edge.finding && `${FINDINGS[edge.finding]} here`;
  return [`${edge.number} ${SIGNS[edge.sign][0]}`, edge.words.join(" "), `rule ${edge.number} ${where}`, finding].filter(Boolean).join(", ");
}

function labelParts(edge, { lines, w, h, side }) {
  const parts = [svg("rect", { class: "ring", x: -3, y: -3, width: w + 6, height: h + 6, rx: 7 })];
  parts.push(svg("rect", { class: "card", x: 0, y: 0, width: w, height: h, rx: 5 }));
  const turned = side === "end"; // the number stays on the way, at the right of its words
  const pill = svg("g", { class: "pill", transform: `translate(${turned ? w - PILL : 0} ${h / 2})` });
  pill.append(svg("rect", { x: 1.5, y: -8.5, width: PILL - 3, height: 17, rx: 4 }), text(`${edge.number} ${SIGNS[edge.sign][0]}`, { x: PILL / 2, y: 4 }));
  const room = edge.finding ? 18 : 0;
  if (edge.finding) {
    const mark = svg("g", { transform: `translate(${turned ? w - PILL - 9 : PILL + 9} ${h / 2}) scale(0.72)` });
    mark.append(sign(edge.finding, 0, 0));
    parts.push(mark);
  }
  const left = turned ? 6 : PILL + room + 5;
  lines.forEach((line, i) => parts.push(text(line, { class: "words", x: left, y: h / 2 + (i - (lines.length - 1) / 2) * LINE + 4 })));
  parts.push(pill);
  return parts;
}

// What is selected, in reach of the Tab key, or about to go.
function mark(c) {
  const { node, edge } = c.selected;
  const current = currentOf(c);
  for (const [id, element] of c.drawn.nodes) {
    element.classList.toggle("selected", id === node);
    element.classList.toggle("leaving", c.leaving.has(`node ${id}`));
    element.classList.toggle("source", c.connecting?.source === id);
    set(element, { tabindex: current?.kind === "node" && current.id === id ? 0 : -1, "aria-pressed": id === node });
  }
  for (const item of c.graph.edges) {
    const lit = item.id === edge || (node !== null && (item.source === node || item.target === node));
    for (const element of [c.drawn.ways.get(item.id), c.drawn.labels.get(item.id)]) {
      element.classList.toggle("selected", item.id === edge);
      element.classList.toggle("lit", lit);
      element.classList.toggle("leaving", c.leaving.has(`edge ${item.id}`));
    }
    set(c.drawn.labels.get(item.id), { tabindex: current?.kind === "edge" && current.id === item.id ? 0 : -1, "aria-pressed": item.id === edge });
  }
  c.root.classList.toggle("choosing", Boolean(node ?? edge));
  c.el.drawing.setAttribute("tabindex", c.graph.nodes.length ? -1 : 0);
  drawAbove(c);
  showActs(c);
}

// The rule that is selected is shown with all its words, over whatever there is; and a rule that is being drawn.
function drawAbove(c) {
  const parts = [];
  const edge = c.graph.edges.find((item) => item.id === c.selected.edge);
  const label = edge && c.labels.get(edge.id);
  if (label && (!label.whole || c.view.k < 0.5)) {
    const lines = edge.words.slice(0, 8).map((line) => cut(line, c.fonts.words, 320));
    const w = PILL + (edge.finding ? 18 : 0) + Math.max(...lines.map((line) => widthOf(line, c.fonts.words)), 0) + 12;
    const whole = { lines, w, h: Math.max(lines.length * LINE + 6, 20), side: label.side };
    const box = boxAt(label.point, whole, label.side);
    const scale = Math.max(1, 0.8 / c.view.k);
    const g = svg("g", { class: `edge whole selected ${edge.sign || "plain"}`, transform: `translate(${label.point[0]} ${label.point[1]}) scale(${scale}) translate(${box.l - label.point[0]} ${box.t - label.point[1]})` });
    g.append(...labelParts(edge, whole));
    parts.push(g);
  }
  if (c.rubber) parts.push(svg("path", { class: "rubber", d: `M${c.rubber[0].join(" ")}L${c.rubber[1].join(" ")}` }));
  c.el.above.replaceChildren(...parts);
}
