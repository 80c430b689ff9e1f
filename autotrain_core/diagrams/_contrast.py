"""How well a colour is seen on another: luminance and contrast as WCAG 2.2 defines them."""

Rgb = tuple[float, float, float]
"""Red, green and blue, each from 0 to 1, as screens take them (sRGB)."""


def rgb(colour: str) -> Rgb:
    """Read "#rrggbb"."""
    return (int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255)


def hexadecimal(colour: Rgb) -> str:
    """Write "#rrggbb"."""
    return "#" + "".join(f"{round(min(max(part, 0.0), 1.0) * 255):02x}" for part in colour)


def linear(part: float) -> float:
    """Undo the transfer curve of sRGB: what a screen is told -> light."""
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def luminance(colour: str) -> float:
    """Return the relative luminance, from 0 (black) to 1 (white)."""
    red, green, blue = (linear(part) for part in rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 (the same) to 21 (black on white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mixed(one: Rgb, other: Rgb, share: float) -> Rgb:
    """Mix two colours; `share` is how much there is of the other, from 0 to 1."""
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue
