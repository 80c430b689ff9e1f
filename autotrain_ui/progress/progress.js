// The door: Streamlit calls it whenever data or theme changed, and once more function to clean up.

const charts = new WeakMap();

function mount(parent) {
  const root = parent.querySelector(".progress");
  const el = { root };
  for (const name of ["legend", "tools", "form", "frame", "along", "axis", "names", "scroll", "sheet", "plot", "none", "said", "card"]) {
    el[name] = root.querySelector(`.${name}`);
  }
  const chart = { root, el, picture: null, digest: "", fit: true, cell: 1, hover: -1, row: -1, focus: -1, pointed: -1, carded: -1 };
  Object.assign(chart, { focused: false, pinned: false, drag: null, box: null, anchor: null, frame: 0, hidden: null, scrollTop: 0, scrollLeft: 0 });
  bindPointer(chart);
  bindKeys(chart);
  bindTools(chart);
  chart.observer = new ResizeObserver(() => {
    if (!chart.picture || !chart.root.clientWidth) return;
    layOut(chart);
    redraw(chart);
  });
  chart.observer.observe(root);
  return chart;
}

function bindTools(chart) {
  const acts = {
    in: () => zoom(chart, 1.4, chart.width / 2),
    out: () => zoom(chart, 1 / 1.4, chart.width / 2),
    fit: () => zoom(chart, 0, 0),
    png: () => savePng(chart),
    svg: () => saveSvg(chart),
  };
  for (const button of chart.el.tools.querySelectorAll("button")) button.onclick = acts[button.dataset.do];
}

function show(chart, picture, digest) {
  Object.assign(chart, { picture, digest, hover: -1, row: -1, focus: -1, pointed: -1, box: null, anchor: null });
  chart.highlight = new Set(picture.highlight);
  hideCard(chart);
  const empty = picture.mice.length === 0;
  for (const name of ["frame", "legend", "tools", "form"]) chart.el[name].hidden = empty;
  chart.el.none.hidden = !empty;
  chart.el.plot.setAttribute("aria-label", `${picture.title}: ${counted(picture.category.length, "session")}. ${HOW}`);
}

function limitExports(chart) {
  const button = chart.el.tools.querySelector("[data-do=svg]");
  button.disabled = chart.picture.category.length > MOST_DRAWN;
  if (button.disabled) button.title = `Too many sessions for a drawing; narrow the filters below ${MOST_DRAWN.toLocaleString("en-US")}, or take the PNG`;
}

export default function ({ data, parentElement, setTriggerValue, setStateValue }) {
  let chart = charts.get(parentElement);
  if (!chart || !chart.root.isConnected) charts.set(parentElement, (chart = mount(parentElement)));
  const { words: front, next } = headerAt(data, 0);
  Object.assign(chart, { tells: front.tells, most: front.height, setTrigger: setTriggerValue, setState: setStateValue });
  chart.hidden ??= new Set(front.hidden);
  // A run of the page that changed nothing here brings the same bytes; where one pointed and scrolled stays.
  if (front.digest !== chart.digest) show(chart, unpack(data, next), front.digest);
  chart.looks = looksOf(chart.root, chart.picture.stages);
  if (chart.picture.mice.length) {
    limitExports(chart);
    layOut(chart);
    drawLegend(chart);
    describe(chart);
    draw(chart);
  } else {
    Object.assign(chart.root.dataset, { drawn: 0, points: 0, form: chart.picture.form, picture: chart.digest });
  }
  return () => {
    chart.observer.disconnect();
    cancelAnimationFrame(chart.frame);
    clearTimeout(chart.pictureTimer);
    charts.delete(parentElement);
  };
}
