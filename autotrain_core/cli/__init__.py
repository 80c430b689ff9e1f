"""The front door for shells and scripts: `autotrain …`."""

from autotrain_core.cli._main import main

__all__ = ["main"]
