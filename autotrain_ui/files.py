"""
A place to drop files on, or to choose them from the disk; they come with the page's own connection.

Streamlit's own takes them by an address that answers whoever has opened the first page, which is closed here (see
`autotrain_ui/orders.py`). Here the browser reads the files and sends them as any other click of somebody signed in.
"""

import base64
import binascii
from collections.abc import Callable
from typing import Any

import streamlit as st

from autotrain_ui import words

LARGEST = 6 * 1024**2
"""Bytes of all files together, whatever a page asks for: more would keep the connection of the page busy for long."""

MOST_FILES = 100
_LONGEST_NAME = 300

Files = list[tuple[str, bytes]]

_HTML = """
<div class="drop">
  <button type="button" class="choose"></button>
  <span class="hint"></span>
  <input type="file" multiple hidden tabindex="-1" aria-hidden="true">
  <p class="said" role="status" aria-live="polite"></p>
</div>
"""

_CSS = """
.drop {
  display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 0.75rem; padding: 1rem; box-sizing: border-box;
  border: 1px dashed var(--st-border-color); border-radius: var(--st-base-radius);
  color: var(--st-text-color); background: var(--st-secondary-background-color); font: inherit; font-size: 0.95rem;
}
.drop.over { border-color: var(--st-primary-color); border-style: solid; }
.choose {
  font: inherit; color: var(--st-text-color); background: var(--st-background-color); cursor: pointer;
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius);
  min-height: 2.5rem; padding: 0.25rem 0.75rem;
}
.choose:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
.choose:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.hint { opacity: 0.85; }
.said { flex-basis: 100%; margin: 0; overflow-wrap: anywhere; }
.said:empty { display: none; }
.said.wrong { color: var(--st-red-text-color, var(--st-red-color)); }
"""

_JS = """
const places = new WeakMap();

const asText = (bytes) => {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
};

const size = (bytes) => bytes < 1048576 ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / 1048576).toFixed(1)} MB`;

export default function ({ data, parentElement, setTriggerValue }) {
  const find = (name) => parentElement.querySelector(name);
  const [area, button, hint, input, said] = [".drop", ".choose", ".hint", "input", ".said"].map(find);
  const place = places.get(parentElement) ?? { busy: false };
  places.set(parentElement, place);
  button.textContent = data.label;
  hint.textContent = data.hint;
  input.accept = data.accept;

  const say = (text, wrong) => {
    said.textContent = text;
    said.classList.toggle("wrong", Boolean(wrong));
  };

  const take = async (list) => {
    const files = [...list];
    if (!files.length || place.busy) return;
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    if (files.length > data.files) {
      return say(`These are ${files.length} files; at most ${data.files} go at once.`, true);
    }
    if (bytes > data.bytes) {
      return say(`Together they have ${size(bytes)}; at most ${size(data.bytes)} are taken. Nothing was sent.`, true);
    }
    place.busy = true;
    say("Reading …");
    try {
      const read = [];
      for (const file of files) {
        read.push({ name: file.name, data: asText(new Uint8Array(await file.arrayBuffer())) });
      }
      setTriggerValue("picked", { files: read, n: Date.now() });
      say(`Sent: ${files.map((file) => file.name).join(", ")}`);
    } catch (error) {
      say("The browser could not read that: a folder cannot be taken, and a file may have changed meanwhile.", true);
    } finally {
      place.busy = false;
      input.value = "";
    }
  };

  button.onclick = () => input.click();
  input.onchange = () => take(input.files);
  const over = (on) => (event) => {
    event.preventDefault();
    area.classList.toggle("over", on);
  };
  area.ondragenter = over(true);
  area.ondragover = over(true);
  area.ondragleave = over(false);
  area.ondrop = (event) => {
    over(false)(event);
    take(event.dataTransfer.files);
  };
}
"""

_component = st.components.v2.component("autotrain_files", html=_HTML, css=_CSS, js=_JS)


def pick_files(
    label: str,
    *,
    key: str,
    on_files: Callable[[Files], None],
    accept: str = "",
    most_bytes: int = LARGEST,
) -> None:
    """
    Draw a place to drop files on, with a button that chooses them from the disk.

    Args:
        label: What the button says.
        key: Of its place in the page.
        on_files: Called with name and bytes of each file, as a callback: before the page is drawn next.
        accept: What the browser offers, ".json,.zip"; empty for any. It checks nothing.
        most_bytes: Bytes of all files together; at most `LARGEST`.
    """
    most = min(most_bytes, LARGEST)
    refused = f"{key}.refused"

    def picked() -> None:
        st.session_state.pop(refused, None)
        sent = st.session_state[key].picked
        if not sent:
            return
        try:
            found = read_files(sent, most_bytes=most)
        except ValueError as error:
            st.session_state[refused] = str(error)  # the browser asks first, so this is one of no browser of ours
            return
        on_files(found)

    _component(
        key=key,
        data={
            "label": label,
            "hint": f"or drop them here ({accept.replace(',', ', ') or 'any file'}; {most // 1024**2:,} MB together)",
            "accept": accept,
            "bytes": most,
            "files": MOST_FILES,
        },
        on_picked_change=picked,
    )
    if refused in st.session_state:
        st.error(words.as_text(st.session_state[refused]), icon=":material/block:")


def read_files(sent: Any, *, most_bytes: int) -> Files:
    """
    Read what a browser sent, whatever it sent.

    Args:
        sent: `{"files": [{"name": …, "data": base64}, …]}`.
        most_bytes: Bytes of all files together.

    Returns:
        Name and bytes of each; of a name only what follows the last slash.

    Raises:
        ValueError: It is too much, or not in this form.
    """
    listed = sent.get("files") if isinstance(sent, dict) else None
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_FILES:
        raise ValueError(f"Choose between one and {MOST_FILES} files.")
    found: Files = []
    size = 0
    for one in listed:
        match one:
            case {"name": str(name), "data": str(data)}:
                size += len(data) * 3 // 4
            case _:
                raise ValueError("What the browser sent cannot be read as files.")
        if size > most_bytes + 2 * MOST_FILES:
            raise ValueError(f"These files are too large: at most {most_bytes:,} bytes together are taken.")
        try:
            body = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("What the browser sent cannot be read as files.") from None
        found.append((name.replace("\\", "/").rpartition("/")[2][:_LONGEST_NAME] or "file", body))
    if sum(len(body) for _, body in found) > most_bytes:
        raise ValueError(f"These files are too large: at most {most_bytes:,} bytes together are taken.")
    return found
