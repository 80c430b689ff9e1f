"""A task whose driver is not installed."""

raise ImportError("no driver")
