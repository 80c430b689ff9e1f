// Blocks of cells as spreadsheets put them on the clipboard: tabs between columns, a line each row, quotes around a
// text that holds one of these.

function blockToText(block) {
  const quoted = (text) => (/[\t\n\r"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return block.map((line) => line.map(quoted).join("\t")).join("\n");
}

function textToBlock(text) {
  const block = [[]];
  let at = 0;
  while (at <= text.length) {
    const [cell, end] = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at);
    block.at(-1).push(cell);
    if (end >= text.length) break;
    if (text[end] !== "\t") block.push([]);
    at = end + (text.startsWith("\r\n", end) ? 2 : 1);
    if (at >= text.length && text[end] !== "\t") break;
  }
  // A spreadsheet ends its last line, too.
  if (block.length > 1 && !block.at(-1).length) block.pop();
  return block;
}

function plainCell(text, at) {
  let end = at;
  while (end < text.length && !"\t\r\n".includes(text[end])) end += 1;
  return [text.slice(at, end), end];
}

// A quote that does not end where a cell does was no quote of a spreadsheet.
function quotedCell(text, at) {
  let end = at + 1;
  while (end < text.length) {
    if (text[end] === '"' && text[end + 1] === '"') end += 2;
    else if (text[end] === '"') break;
    else end += 1;
  }
  const closed = text[end] === '"' && (end + 1 >= text.length || "\t\r\n".includes(text[end + 1]));
  return closed ? [text.slice(at + 1, end).replaceAll('""', '"'), end + 1] : plainCell(text, at);
}
