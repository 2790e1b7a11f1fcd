"""The icons of sites that are not about digits."""

from pathlib import Path

import numpy as np
from PIL import Image

from conftest import SignSite
from digitjs.filesystem.paths import digest, resource
from digitjs.site import icons


def test_the_same_icons_are_drawn_each_time_under_the_names_of_those_with_a_digit(tmp_path: Path) -> None:
    for name in ("one", "two"):
        icons.write(tmp_path / name)
    ours = {path.name: path for path in (resource("assets") / "icons").iterdir()}
    for path in (tmp_path / "one").iterdir():
        assert digest(path) == digest(tmp_path / "two" / path.name) != digest(ours.pop(path.name))
    assert not ours


def test_a_stroke_lies_in_the_middle_and_a_mask_may_cut_two_fifths_away(tmp_path: Path) -> None:
    icons.write(tmp_path / "icons")
    for name, (size, share) in icons.PICTURES.items():
        with Image.open(tmp_path / "icons" / f"{name}.png") as image:
            values = np.asarray(image.convert("L"), dtype=float)
        assert values.shape == (size, size)
        rows, columns = np.nonzero(values > 200)  # ink
        assert 0.02 < len(rows) / size**2 < 0.2
        for places in (rows, columns):
            assert size * (1 - share) / 2 < places.min() and places.max() < size * (1 + share) / 2
            assert abs((places.min() + places.max()) / 2 / size - 0.5) < 0.05


def test_a_site_of_signs_has_them_and_no_digit(sign_site: SignSite) -> None:
    names = {path.name.split(".")[0]: path for path in (sign_site.folder / "assets").glob("icon*")}
    assert set(names) == {"icon", *icons.PICTURES}
    for path in (resource("assets") / "icons").iterdir():
        assert digest(path) != digest(names[path.stem])
    page = (sign_site.folder / "index.html").read_text()
    assert f'<path d="{icons.PATH}"/>' in page and "mark-stroke" in page
