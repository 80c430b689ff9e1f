"""Measurements, never timed tests: see README.md."""
