"""Figures: tables in, plotly figures out; no page is drawn here."""
