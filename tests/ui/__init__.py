"""Tests of what the browser shows."""
