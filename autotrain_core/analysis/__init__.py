"""What can be said of a curriculum without any mouse: so far, where its stages lead."""

from autotrain_core.analysis._structure import structure

__all__ = ["structure"]
