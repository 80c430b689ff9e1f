// Elements of SVG, and how wide text is. Text is always textContent: a name may be anything that somebody typed.

const SVG = "http://www.w3.org/2000/svg";

function svg(name, attributes = {}, ...inside) {
  const made = document.createElementNS(SVG, name);
  set(made, attributes);
  made.append(...inside);
  return made;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

function text(words, attributes) {
  const made = svg("text", attributes);
  made.textContent = words;
  return made;
}

function tooltip(words) {
  const made = svg("title");
  made.textContent = words;
  return made;
}

const ruler = document.createElement("canvas").getContext("2d");
const widths = new Map();

function widthOf(words, font) {
  const key = `${font}|${words}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size > 20000) widths.clear();
    ruler.font = font;
    widths.set(key, (width = ruler.measureText(words).width));
  }
  return width;
}

// What does not fit ends in "…".
function cut(words, font, room) {
  if (widthOf(words, font) <= room) return words;
  const signs = [...words.slice(0, 200)];
  let [low, high] = [0, signs.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (widthOf(`${signs.slice(0, middle).join("").trimEnd()}…`, font) <= room) low = middle;
    else high = middle - 1;
  }
  return `${signs.slice(0, low).join("").trimEnd()}…`;
}

const clamped = (value, low, high) => Math.min(Math.max(value, low), high);
