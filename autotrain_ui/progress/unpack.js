// Bytes from Python -> a picture: words, and typed arrays that lie on the bytes themselves. See _pack.py.

const OPEN_LOOP = 1;
const OVERRIDDEN = 2;
const UNCERTAIN = 4;
const AT_DECISION = 3;
const NO_DAY = -2147483648;

const ARRAYS = { Uint8: Uint8Array, Uint16: Uint16Array, Uint32: Uint32Array, Int32: Int32Array, Float32: Float32Array };

function headerAt(bytes, at) {
  const length = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
  const words = JSON.parse(new TextDecoder().decode(bytes.subarray(at + 4, at + 4 + length)));
  return { words, next: at + 4 + length };
}

// The message is a view on whatever the socket delivered, at any offset: one copy makes every column aligned.
function unpack(bytes, at) {
  const own = bytes.slice(at);
  const { words, next } = headerAt(own, 0);
  const columns = {};
  for (const [name, [type, offset, count]] of Object.entries(words.columns)) {
    columns[name] = new ARRAYS[type](own.buffer, next + offset, count);
  }
  return { ...words, columns, ...categories(words, columns) };
}

// What a cell is coloured and filtered by: 0 no stage known, 1…n the stage that ran, n + 1 open loop.
function categories(words, { stage, flags }) {
  const openLoop = words.stages.length + 1;
  const category = new (openLoop < 256 ? Uint8Array : Uint16Array)(stage.length);
  const counts = new Uint32Array(openLoop + 1);
  let overridden = 0;
  for (let i = 0; i < stage.length; i++) {
    const found = flags[i] & OPEN_LOOP ? openLoop : stage[i];
    category[i] = found;
    counts[found]++;
    if (flags[i] & OVERRIDDEN) overridden++;
  }
  return { category, counts, overridden, openLoop };
}

function sessionOf(picture, i) {
  const { session, x } = picture.columns;
  return session ? session[i] : picture.low + x[i];
}

// Days since 1970, or null where the picture does not know.
function dayOf(picture, i, row) {
  const { day, x, origins } = picture.columns;
  if (day) return day[i] === NO_DAY ? null : day[i];
  if (picture.x === "date") return picture.low + x[i];
  return origins ? origins[row] + picture.low + x[i] : null;
}

function stageOf(picture, column, i) {
  const codes = picture.columns[column];
  return codes && codes[i] ? picture.stages[codes[i] - 1] : null;
}

function textOf(picture, name, i) {
  const codes = picture.columns[name];
  return codes && codes[i] ? picture.dictionaries[name][codes[i] - 1] : "";
}

function suffixOf(picture, i) {
  const { suffix, suffix_ends: ends } = picture.columns;
  return suffix ? new TextDecoder().decode(suffix.subarray(ends[i], ends[i + 1])) : "";
}

function rowOf(picture, i) {
  const { starts } = picture.columns;
  let low = 0;
  let high = starts.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= i) low = middle;
    else high = middle;
  }
  return low;
}

// First point from `from` to `to` whose column is at least `place`.
function firstFrom(x, from, to, place) {
  while (from < to) {
    const middle = (from + to) >> 1;
    if (x[middle] < place) from = middle + 1;
    else to = middle;
  }
  return from;
}

function dayText(day, options) {
  return new Date(day * 86400000).toLocaleDateString("en-GB", { timeZone: "UTC", ...options });
}

const counted = (n, noun) => `${n.toLocaleString("en-US")} ${noun}${n === 1 ? "" : "s"}`;
