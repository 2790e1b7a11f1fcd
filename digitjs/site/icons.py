"""Icons of sites that are not about digits: a stroke of a pen, which any script begins with."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Points = NDArray[np.float64]  # (n, 2)

SIDE = 10  # of the square that the stroke is drawn in
# Cubic Bézier curves, one after the other, each from the last point of the one before.
START, CURVES = (1.9, 6.3), (((2.6, 3.1), (4.5, 1.9), (4.9, 4.3)), ((5.3, 6.7), (4.3, 8.5), (8.1, 4.6)))
PATH = "M{} {}".format(*START) + "".join("C" + " ".join(f"{x} {y}" for x, y in curve) for curve in CURVES)
WIDTH = 1.1
CORNER = 1.6  # radius
GROUND, INK = "#22348f", "#fffefb"  # the colours of the icons with a digit, by day
PICTURES = {"icon-180": (180, 1.0), "icon-192": (192, 1.0), "icon-512": (512, 1.0), "icon-mask": (512, 0.6)}
FINE = 4  # times as many pixels a side, before they are averaged
STEPS = 200  # of a curve: so many dots of ink make a smooth stroke


def write(folder: Path) -> None:
    """Write icon.svg and its PNGs, named as those of the digits; that for masks uses the middle three fifths."""
    folder.mkdir(parents=True)
    (folder / "icon.svg").write_text(_svg(), "utf-8")
    for name, (size, share) in PICTURES.items():
        (folder / f"{name}.png").write_bytes(_png(size, share))


def _svg() -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">'
        f'<rect width="{SIDE}" height="{SIDE}" rx="{CORNER}" fill="{GROUND}"/>'
        f'<path d="{PATH}" fill="none" stroke="{INK}" stroke-width="{WIDTH}" stroke-linecap="round"/></svg>\n'
    )


def _png(size: int, share: float) -> bytes:
    """The stroke in a share of a square of so many pixels a side."""
    scale = FINE * size * share / SIDE
    image = Image.new("RGB", (FINE * size, FINE * size), GROUND)
    pen = ImageDraw.Draw(image)
    points = (_points() - SIDE / 2) * scale + FINE * size / 2
    radius = WIDTH / 2 * scale
    for x, y in points:
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=INK)
    file = BytesIO()
    image.reduce(FINE).quantize(16).save(file, "PNG", optimize=True)
    return file.getvalue()


def _points() -> Points:
    """Points (n, 2) along the stroke."""
    t = np.linspace(0, 1, STEPS)[:, None]
    found, start = [np.array([START])], START
    for one, two, end in CURVES:
        found.append(_bezier((start, one, two, end), t)[1:])
        start = end
    return np.concatenate(found)


def _bezier(corners: Sequence[tuple[float, float]], t: Points) -> Points:
    a, b, c, d = map(np.array, corners)
    curve: Points = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
    return curve
