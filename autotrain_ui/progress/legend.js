// The legend: what a colour means, how often it occurs, and a press that hides or shows it.

const OPEN_LOOP_WORDS = "No stage was recorded at the rig (open loop); the suggested one is assumed";

function entriesOf(chart) {
  const { stages, counts, openLoop, overridden } = chart.picture;
  const suggested = new Set(chart.picture.columns.suggested);
  const entries = stages.map((stage, at) => ({ key: `stage:${stage.label}`, title: stage.title, category: at + 1, count: counts[at + 1], fill: stage.fill, seen: suggested.has(at + 1) }));
  entries.push({ key: "no-stage", title: "No stage", category: 0, count: counts[0], fill: null, help: "Nobody recorded or suggested a stage" });
  entries.push({ key: "open-loop", title: "Open loop", category: openLoop, count: counts[openLoop], fill: "open", help: OPEN_LOOP_WORDS });
  entries.push({ key: "overridden", title: "Overridden", category: -1, count: overridden, fill: "corner", help: "Another stage ran than was suggested" });
  return entries.filter((entry) => entry.count || entry.seen);
}

function drawLegend(chart) {
  const { legend } = chart.el;
  const entries = entriesOf(chart);
  // Rebuilt only when what it names changed, so that the focus stays on the button that was pressed.
  const signature = JSON.stringify([entries.map((entry) => [entry.key, entry.title, entry.fill, entry.count]), chart.looks.ground]);
  if (legend.signature !== signature) {
    legend.signature = signature;
    legend.replaceChildren(...entries.map((entry) => legendButton(chart, entry)));
  }
  for (const button of legend.children) button.setAttribute("aria-pressed", String(!chart.hidden.has(button.dataset.key)));
  applyHidden(chart, entries);
}

function legendButton(chart, entry) {
  const button = element("button", "entry");
  button.type = "button";
  button.dataset.key = entry.key;
  button.title = `${entry.help ? `${entry.help}. ` : ""}Press to hide or show; with Shift to show only this`;
  button.append(swatch(chart, entry), element("span", "", entry.title), element("span", "count", entry.count.toLocaleString("en-US")));
  button.onclick = (event) => (event.shiftKey ? showOnly(chart, entry.key) : toggle(chart, entry.key));
  button.onpointerenter = () => pointAtCategory(chart, entry.category);
  button.onpointerleave = () => pointAtCategory(chart, -1);
  return button;
}

function swatch(chart, entry) {
  const canvas = element("canvas", "swatch");
  resize(canvas, 14, 14);
  const pen = canvasPen(scaled(canvas));
  const { looks } = chart;
  const stage = { fill: entry.fill, edge: entry.fill };
  if (entry.fill === "open") drawGlyph(pen, looks, 0, 0, 15, 15, null, null, OPEN_LOOP);
  else if (entry.fill === "corner") {
    pen.block(1, 2, 11, 11, looks.openLoop, 3);
    drawCorner(pen, 1, 2, 11, looks);
  } else if (entry.fill) drawGlyph(pen, looks, 0, 0, 15, 15, stage, stage, 0);
  else drawGlyph(pen, looks, 0, 0, 15, 15, null, null, 0);
  return canvas;
}

function toggle(chart, key) {
  if (chart.hidden.has(key)) chart.hidden.delete(key);
  else chart.hidden.add(key);
  hiddenChanged(chart);
}

function showOnly(chart, key) {
  const others = entriesOf(chart).filter((entry) => entry.key !== key && entry.key !== "overridden");
  const alone = !chart.hidden.has(key) && others.every((entry) => chart.hidden.has(entry.key));
  chart.hidden = new Set(alone ? [] : others.map((entry) => entry.key));
  hiddenChanged(chart);
}

function hiddenChanged(chart) {
  drawLegend(chart);
  describe(chart);
  redraw(chart);
  if (chart.tells.hidden) chart.setState("hidden", [...chart.hidden]);
}

function applyHidden(chart, entries) {
  chart.hides = new Uint8Array(chart.picture.stages.length + 2);
  for (const entry of entries) if (entry.category >= 0 && chart.hidden.has(entry.key)) chart.hides[entry.category] = 1;
  chart.hidesOverridden = chart.hidden.has("overridden");
}

function pointAtCategory(chart, category) {
  chart.pointed = category;
  redraw(chart);
}

// The line above the picture: what is drawn, in which form, and why.
function describe(chart) {
  const { mice, category, form, limit, left_out: leftOut } = chart.picture;
  const size = `${counted(category.length, "session")} of ${counted(mice.length, "mouse").replace("mouses", "mice")}`;
  const short = limit.toLocaleString("en-US");
  const sentences = [
    form === "detail"
      ? `${size}: every session in detail.`
      : `${size}: overview. Narrow the filters below ${short} sessions for details on every session.`,
  ];
  if (leftOut) sentences.push(`${counted(leftOut, "session")} cannot be placed here.`);
  if (chart.hides.some(Boolean) || chart.hidesOverridden) sentences.push("The legend hides some.");
  chart.el.form.textContent = sentences.join(" ");
}

function element(name, className = "", text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}
