// Copying and pasting by the events that browsers fire for their own keys and menus: these need no permission, and work
// on pages without https.

function bindClipboard(s) {
  const { frame } = s.el;
  frame.addEventListener("copy", (event) => copy(s, event));
  frame.addEventListener("cut", (event) => {
    if (copy(s, event)) empty(s);
  });
  frame.addEventListener("paste", (event) => paste(s, event));
}

function copy(s, event) {
  if (s.editing || !event.clipboardData || !s.shown.length) return false;
  const { rows, cols } = rangeOf(s);
  const block = rows.map((row) => cols.map((col) => standing(s, s.rows[row], col).text));
  event.clipboardData.setData("text/plain", blockToText(block));
  event.preventDefault();
  const size = rows.length * cols.length;
  say(s, `${size} ${size === 1 ? "cell" : "cells"} copied.`);
  return true;
}

function paste(s, event) {
  if (s.editing || !event.clipboardData || !s.shown.length) return;
  event.preventDefault();
  const text = event.clipboardData.getData("text/plain");
  if (text) spread(s, textToBlock(text));
}
