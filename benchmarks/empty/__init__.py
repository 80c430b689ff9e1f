"""An app with nothing on it, behind the same server: what the pages of the real one are compared with."""
