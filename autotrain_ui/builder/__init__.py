"""The builder: a curriculum made by hand and eye, on one desk a draft."""
