"""Routes, and nothing else."""

from autotrain_ui import frame

frame.app()
