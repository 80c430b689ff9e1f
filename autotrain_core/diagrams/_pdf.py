"""
A drawing of Graphviz -> PDF, in vectors, with nothing but the fonts that every reader of PDF brings.

Graphviz writes what it drew as a list of strokes (https://graphviz.org/docs/outputs/canon/#xdot, version 1.7, here as
JSON); PDF (ISO 32000-1, 8 and 9) knows nearly the same ones.
"""

import zlib
from collections.abc import Iterator
from typing import Any

_MARGIN = 4.0
# Half the axes of an ellipse, times this, are the handles of the four curves that draw it.
_HANDLE = 0.5522847498
_REGULAR, _BOLD, _SYMBOL = "F1", "F2", "F3"
_FONTS = {
    _REGULAR: "/Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding",
    _BOLD: "/Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding",
    _SYMBOL: "/Type /Font /Subtype /Type1 /BaseFont /Symbol",
}
# Adobe's Symbol (ISO 32000-1, D.5): what rules and units need and Helvetica lacks.
_SYMBOLS = {
    "↑": 0xAD, "↓": 0xAF, "→": 0xAE, "←": 0xAC, "≥": 0xB3, "≤": 0xA3, "≠": 0xB9, "●": 0xB7,
    **{chr(0x391 + place): code for place, code in enumerate(b"ABGDEZHQIKLMNXOPR\0STUFCYW") if code},
    **{chr(0x3B1 + place): code for place, code in enumerate(b"abgdezhqiklmnxoprVstufcyw")},
}  # fmt: skip
_BOLD_CHARACTERS = 1


def pdf(drawing: dict[str, Any]) -> bytes:
    """
    Write one page that holds the drawing.

    Args:
        drawing: What Graphviz writes for `-Tjson`.

    Returns:
        A PDF of version 1.4, a point for each unit of the drawing. The same drawing gives the same bytes.
        Characters that neither Helvetica nor Symbol has are shown as "?".
    """
    left, low, right, high = (float(side) for side in drawing["bb"].split(","))
    page = _Page(_MARGIN - left, _MARGIN - low)
    for stroke in _strokes(drawing):
        page.draw(stroke)
    content = zlib.compress("\n".join(page.said).encode("latin-1"), 9)
    width, height = right - left + 2 * _MARGIN, high - low + 2 * _MARGIN
    fonts = " ".join(f"/{name} {4 + place} 0 R" for place, name in enumerate(_FONTS, start=1))
    return _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:.2f} {height:.2f}] /Contents 4 0 R "
            f"/Resources << /Font << {fonts} >> >> >>".encode(),
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(content), content),
            *(f"<< {font} >>".encode() for font in _FONTS.values()),
        ]
    )


def _file(objects: list[bytes]) -> bytes:
    body = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, value in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, value)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(body)


def _strokes(drawing: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Walk what is drawn: graph, clusters, edges, nodes; each with a pen as Graphviz gives it."""
    objects = drawing.get("objects", ())
    clusters = [item for item in objects if "nodes" in item]
    nodes = [item for item in objects if "nodes" not in item]
    for item in (drawing, *clusters, *drawing.get("edges", ()), *nodes):
        for kind in ("_draw_", "_hdraw_", "_tdraw_", "_ldraw_", "_hldraw_", "_tldraw_"):
            yield {"op": "S", "style": "solid"}
            yield {"op": "S", "style": "setlinewidth(1)"}
            yield {"op": "t", "fontchar": 0}
            yield from item.get(kind, ())


class _Page:
    """What was said so far, and the pen."""

    def __init__(self, across: float, up: float) -> None:
        self.said = [f"1 0 0 1 {across:.2f} {up:.2f} cm", "1 j 1 J"]
        self.strokes, self.fills = True, True
        self.size, self.bold = 14.0, False
        self.ink = self.paint = "#000000"

    def draw(self, stroke: dict[str, Any]) -> None:
        match stroke:
            case {"op": "c", "color": str(colour)}:
                self.strokes = self._take(colour, "RG")
                # Texts are filled, with the colour of the pen: it is set again where one is written.
                self.ink = colour
            case {"op": "C", "color": str(colour)}:
                self.paint = colour
                self.fills = not _clear(colour)
            case {"op": "S", "style": str(style)}:
                self._style(style)
            case {"op": "F", "size": float() | int() as size}:
                self.size = size
            case {"op": "t", "fontchar": int(traits)}:
                self.bold = bool(traits & _BOLD_CHARACTERS)
            case {"op": "p" | "P" | "L" as kind, "points": [first, *rest]}:
                lines = " ".join(f"{_point(point)} l" for point in rest)
                self._path(f"{_point(first)} m {lines}{'' if kind == 'L' else ' h'}", filled=kind == "P")
            case {"op": "b" | "B" as kind, "points": [first, *rest]}:
                curves = " ".join(
                    f"{' '.join(_point(point) for point in rest[start : start + 3])} c"
                    for start in range(0, len(rest), 3)
                )
                self._path(f"{_point(first)} m {curves}", filled=kind == "B")
            case {"op": "e" | "E" as kind, "rect": [x, y, wide, tall]}:
                self._path(_ellipse(x, y, wide, tall), filled=kind == "E")
            case {"op": "T", "pt": [x, y], "align": str(align), "width": width, "text": str(text)}:
                self._write(text, x - {"l": 0.0, "c": 0.5, "r": 1.0}[align] * width, y)

    def _take(self, colour: str, operator: str) -> bool:
        if _clear(colour):
            return False
        self.said.append(f"{_colour(colour)} {operator}")
        return True

    def _style(self, style: str) -> None:
        dashes = {"solid": "[] 0 d", "dashed": "[5 2] 0 d", "dotted": "[1 3] 0 d", "bold": "2 w"}
        if style.startswith("setlinewidth("):
            self.said.append(f"{float(style[13:-1]):g} w")
        elif style in dashes:
            self.said.append(dashes[style])

    def _path(self, path: str, *, filled: bool) -> None:
        painted = filled and self.fills and self._take(self.paint, "rg")
        self.said.append(f"{path} {'n' if not (painted or self.strokes) else _ENDS[painted, self.strokes]}")

    def _write(self, text: str, x: float, y: float) -> None:
        if not self._take(self.ink, "rg"):
            return
        runs = " ".join(f"/{font} {self.size:g} Tf ({signs}) Tj" for font, signs in self._runs(text))
        self.said.append(f"BT {x:.2f} {y:.2f} Td {runs} ET")

    def _runs(self, text: str) -> Iterator[tuple[str, str]]:
        """Split a text where the font changes."""
        plain = _BOLD if self.bold else _REGULAR
        font, signs = plain, ""
        for letter in text:
            own = _SYMBOL if letter in _SYMBOLS else plain
            if own != font and signs:
                yield font, signs
                signs = ""
            font = own
            code = _SYMBOLS[letter] if own == _SYMBOL else letter.encode("cp1252", "replace")[0]
            signs += f"\\{code:03o}"
        yield font, signs


_ENDS = {(True, True): "B", (True, False): "f", (False, True): "S"}


def _clear(colour: str) -> bool:
    """Whether nothing is drawn with it: "#rrggbbaa" with no aa to speak of."""
    return len(colour) > 7 and int(colour[7:9], 16) == 0


def _colour(colour: str) -> str:
    return " ".join(f"{int(colour[start : start + 2], 16) / 255:.3f}" for start in (1, 3, 5))


def _point(point: list[float]) -> str:
    return f"{point[0]:.2f} {point[1]:.2f}"


def _ellipse(x: float, y: float, wide: float, tall: float) -> str:
    across, up = wide * _HANDLE, tall * _HANDLE
    curves = [
        (x + wide, y + up, x + across, y + tall, x, y + tall),
        (x - across, y + tall, x - wide, y + up, x - wide, y),
        (x - wide, y - up, x - across, y - tall, x, y - tall),
        (x + across, y - tall, x + wide, y - up, x + wide, y),
    ]
    drawn = " ".join(f"{' '.join(f'{number:.2f}' for number in curve)} c" for curve in curves)
    return f"{x + wide:.2f} {y:.2f} m {drawn}"
