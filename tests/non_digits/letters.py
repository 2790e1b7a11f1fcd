"""Non-digits to test refusal with, as pen strokes [[[x, y], ...], ...], y down. NumPy only; nothing here is trained on.

Built of arcs and lines instead of the training's curve tables, with another kind of wobble (the sheet is bent smoothly
and the hand trembles), and with shapes and scribbles that training has no kind of. Left out are letters and signs that
are digits in shape: l, o, s, z, q, g, b, i, y, u, G (a 6) and a three-pronged fork (an open 4).
"""

from collections.abc import Iterator

import numpy as np

from non_digits.scribbles import SCRIBBLES, Stroke, arc, line, turned

LETTERS: dict[str, list[Stroke]] = {
    "m": [
        line((5, 30), (5, 100)),
        line((5, 100), (5, 50)) + arc(0.27, 0.5, 0.22, 0.2, 180, 360) + line((49, 50), (49, 100)),
        arc(0.71, 0.5, 0.22, 0.2, 180, 360) + line((93, 50), (93, 100)),
    ],
    "w": [arc(0.25, 0.6, 0.22, 0.38, 180, 0)[::1] + arc(0.70, 0.6, 0.23, 0.38, 180, 0)],
    "w pointed": [line((0, 0), (28, 100), (48, 25), (72, 100), (100, 0))],
    "k": [line((10, 0), (10, 100)), line((75, 35), (12, 68)), line((30, 60), (80, 100))],
    "x": [line((5, 5), (85, 100)), line((88, 0), (0, 98))],
    "h": [
        line((10, 0), (10, 100)),
        line((10, 98), (10, 65)) + arc(0.4, 0.65, 0.3, 0.25, 180, 360) + line((70, 65), (70, 100)),
    ],
    "e": [line((8, 52), (88, 52)) + arc(0.48, 0.52, 0.4, 0.46, 0, -310)],
    "a": [arc(0.4, 0.55, 0.35, 0.42, -40, -330), line((75, 10), (75, 90), (92, 100))],
    "n": [
        line((12, 10), (12, 100)),
        line((12, 60), (13, 45)) + arc(0.42, 0.42, 0.3, 0.32, 180, 360) + line((72, 42), (72, 100)),
    ],
    "r": [line((20, 10), (20, 100)), arc(0.55, 0.5, 0.35, 0.38, 180, 300)],
    "f": [arc(0.6, 0.25, 0.22, 0.24, -30, -180) + line((38, 25), (38, 100)), line((12, 48), (68, 46))],
    "t": [line((40, 0), (40, 75)) + arc(0.6, 0.75, 0.2, 0.22, 180, 40), line((8, 30), (78, 30))],
    "v": [line((0, 0), (45, 100), (88, 0))],
    "A": [line((45, 0), (0, 100)), line((45, 0), (90, 100)), line((18, 65), (72, 65))],
    "E": [line((10, 0), (10, 100)), line((10, 0), (75, 0)), line((10, 48), (62, 48)), line((10, 100), (78, 100))],
    "F": [line((12, 0), (12, 100)), line((12, 0), (80, 0)), line((12, 45), (62, 45))],
    "H": [line((8, 0), (8, 100)), line((80, 0), (80, 100)), line((8, 50), (80, 50))],
    "K": [line((8, 0), (8, 100)), line((80, 0), (10, 58)), line((30, 42), (85, 100))],
    "M": [line((5, 100), (5, 0)), line((5, 0), (48, 70), (90, 0)), line((90, 0), (90, 100))],
    "N": [line((8, 100), (8, 0)), line((8, 0), (80, 100)), line((80, 100), (80, 0))],
    "R": [line((10, 0), (10, 100)), arc(0.1, 0.25, 0.6, 0.25, -90, 90), line((20, 50), (75, 100))],
    "T": [line((0, 0), (90, 0)), line((45, 0), (45, 100))],
    "W": [line((0, 0), (22, 100)), line((22, 100), (45, 10)), line((45, 10), (68, 100)), line((68, 100), (95, 0))],
    "X": [line((0, 0), (80, 100)), line((80, 0), (0, 100))],
}
SIGNS: dict[str, list[Stroke]] = {
    "plus": [line((45, 0), (45, 90)), line((0, 45), (90, 45))],
    "equals": [line((0, 30), (90, 32)), line((2, 65), (92, 63))],
    "hash": [line((30, 0), (22, 100)), line((70, 0), (62, 100)), line((0, 32), (95, 30)), line((0, 68), (93, 66))],
    "asterisk": [line((45, 0), (45, 90)), line((5, 22), (85, 68)), line((5, 68), (85, 22))],
    "heart": [
        arc(0.25, 0.25, 0.25, 0.25, 110, 360)
        + arc(0.75, 0.25, 0.25, 0.25, 180, 430)
        + line((83, 48), (50, 95), (8, 45))
    ],
    "star": [line((50, 0), (80, 95), (2, 36), (98, 36), (20, 95), (50, 0))],
    "face": [
        arc(0.5, 0.5, 0.5, 0.5, 0, 360),
        arc(0.32, 0.35, 0.03, 0.03, 0, 360),
        arc(0.68, 0.35, 0.03, 0.03, 0, 360),
        arc(0.5, 0.55, 0.28, 0.25, 20, 160),
    ],
    "tree": [line((50, 100), (50, 60)), line((50, 0), (90, 60), (10, 60), (50, 0)), line((30, 30), (70, 30))],
    "ladder": [
        line((10, 0), (10, 100)),
        line((70, 0), (70, 100)),
        *[line((10, y), (70, y)) for y in (15, 40, 65, 90)],
    ],
    "stairs": [line((0, 0), (30, 0), (30, 33), (60, 33), (60, 66), (95, 66), (95, 100))],
    "bolt pair": [line((0, 0), (40, 50), (0, 100)), line((50, 0), (90, 50), (50, 100))],
}


def by_hand(strokes: list[Stroke], rng: np.random.Generator) -> list[Stroke]:
    """Strokes as a hand might draw them: another aspect, slant and turn, a bent sheet, missed ends, a tremble."""
    turn, slant = rng.normal(0, 0.09), rng.normal(0.05, 0.15)
    wide = rng.uniform(0.65, 1.1)
    phase, bend = rng.uniform(0, 7, 4), rng.normal(0, 0.035, 4)
    out = []
    for stroke in strokes:
        p = np.array(stroke) + rng.normal(0, 0.025, 2)
        x, y = p[:, 0], p[:, 1]
        x, y = (
            x + bend[0] * np.sin(4 * y + phase[0]) + bend[1] * np.sin(7 * x + phase[1]),
            y + bend[2] * np.sin(4 * x + phase[2]) + bend[3] * np.sin(6 * y + phase[3]),
        )
        bent = np.stack([wide * (x - slant * y), y], axis=1) + rng.normal(0, 0.004, p.shape)
        out.append([[round(a, 4), round(b, 4)] for a, b in turned(bent, turn)])
    return out


def non_digits(each: int, seed: int) -> Iterator[tuple[str, str, list[Stroke]]]:
    """(group, name, strokes): every letter, sign and scribble, `each` times."""
    rng = np.random.default_rng(seed)
    for group, shapes in (("letter", LETTERS), ("sign", SIGNS)):
        for name, strokes in shapes.items():
            for _ in range(each):
                yield group, name, by_hand(strokes, rng)
    for name, scribble in SCRIBBLES.items():
        for _ in range(3 * each):
            yield "scribble", name, scribble(rng)
