// The pointer: a click goes to a cell, a drag or a click with Shift selects, a double click writes. On a touch screen a
// finger scrolls, a tap goes to a cell, and a second tap writes.

function bindPointer(s) {
  const { grid } = s.el;
  const spot = (event) => event.target.closest?.("td, th");
  const place = (element) => ({ row: Number(element.parentElement.dataset.row), col: Number(element.dataset.col) });
  grid.onpointerdown = (event) => {
    const found = spot(event);
    if (!found || event.button !== 0 || event.pointerType === "touch" || s.editing?.td === found) return;
    if (found.tagName === "TH") return pressHead(s, event, found);
    event.preventDefault(); // no text is selected
    const { row, col } = place(found);
    if (s.editing) endEdit(s, { keep: true, refocus: false });
    go(s, row, col, { extend: event.shiftKey });
    s.dragging = true;
  };
  grid.onpointerover = (event) => {
    const found = spot(event);
    if (!s.dragging || found?.tagName !== "TD") return;
    const { row, col } = place(found);
    go(s, row, col, { extend: true });
  };
  s.release = () => {
    s.dragging = false;
  };
  for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, s.release);
  grid.ondblclick = (event) => {
    if (spot(event)?.tagName === "TD" && !s.editing) startEdit(s);
  };
  grid.onclick = (event) => {
    const found = spot(event);
    if (event.pointerType !== "touch" || !found || s.editing?.td === found) return;
    if (found.tagName === "TH") return pressHead(s, event, found);
    const { row, col } = place(found);
    const again = s.at.row === row && s.at.col === col && s.touched;
    go(s, row, col);
    s.touched = true;
    if (again) startEdit(s);
  };
}

function pressHead(s, event, head) {
  if (s.editing) endEdit(s, { keep: true, refocus: false });
  if (head.dataset.row !== undefined) selectRows(s, Number(head.dataset.row), event.shiftKey);
  else if (head.dataset.col !== undefined) selectColumns(s, Number(head.dataset.col), event.shiftKey);
  else if (head.classList.contains("corner")) selectAll(s);
  else return;
  event.preventDefault();
}
