"""The app in a real browser: real server, real pages, and no way to any other computer."""
