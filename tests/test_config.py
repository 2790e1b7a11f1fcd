"""A site's own words."""

from pathlib import Path

import pytest

from digitjs import config
from digitjs.errors import DigitjsError


def test_no_file_is_a_complete_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert config.load() == config.Config()
    (tmp_path / "digitjs.toml").write_text("")
    assert config.load() == config.Config()


def test_a_file_chooses_words_and_networks(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('networks = ["mlp"]\n[site]\ntitle = "Zahlen"\nlanguage = "de"\n')
    assert config.load(path) == config.Config(config.Site(title="Zahlen", language="de"), ("mlp",))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[site]\ntitel = 'x'\n", "unknown field `titel`"),
        ("[site]\ntitle = 3\n", r"Expected `str`, got `int` - at `\$.site.title`"),
        ("[site]\nlanguage = '../en'\n", "matching regex"),
        ("[site", "own.toml is not a configuration"),
        (None, "No such file"),
    ],
)
def test_what_it_does_not_know_is_refused_by_name(tmp_path: Path, text: str | None, says: str) -> None:
    path = tmp_path / "own.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(DigitjsError, match=says):
        config.load(path)
