"""The button that prints a page; what is printed, the style sheet says."""

import streamlit as st

_BUTTON = """
<button type="button"></button>
"""
_STYLE = """
button {
  font: inherit; font-size: 0.95rem; color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius); cursor: pointer;
  min-height: 2.5rem; padding: 0.25rem 0.75rem; white-space: nowrap;
}
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
"""
_PRINT = """
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  button.textContent = data.label;
  button.title = data.help;
  button.onclick = () => window.print();
}
"""

_component = st.components.v2.component("autotrain_print", html=_BUTTON, css=_STYLE, js=_PRINT)


def draw(*, key: str, label: str = "Print", help: str = "") -> None:  # noqa: A002 - as Streamlit calls it
    """
    Draw the button.

    Args:
        key: Of its place in the page.
        label: What it says.
        help: What it says when one points at it.
    """
    _component(key=key, data={"label": label, "help": help}, height="content", width="content")
