"""Servers that tests talk to: real ones on this computer only, and a proxy that makes everything go wrong on request."""
