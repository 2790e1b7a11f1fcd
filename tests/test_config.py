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


def test_a_file_describes_data(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('[data]\npath = ["mnist", "own.jsonl"]\ninvert = true\nclasses = ["a", "b"]\nkind = "picture"\n')
    table = config.Data(("mnist", "own.jsonl"), invert=True, classes=("a", "b"), kind="picture")
    assert config.load(path).data == table
    path.write_text('[data]\npath = "letters"\ntranspose = false\n')
    assert config.load(path).data == config.Data("letters", transpose=False)


def test_a_file_of_an_earlier_version_means_what_it_did(tmp_path: Path) -> None:
    path = tmp_path / "digitjs.toml"
    path.write_text(
        """networks = ["compact", "cnn"]

[site]
title = "Ziffern lesen"
description = "Draw a digit and watch two networks read it."
language = "de"   # en, de or es; visitors can switch
"""
    )
    site = config.Site("Ziffern lesen", "Draw a digit and watch two networks read it.", "de")
    assert config.load(path) == config.Config(site, ("compact", "cnn"))


def test_line_breaks_become_spaces(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('[site]\ntitle = " a\\u2028b "\ndescription = """\nDraw a digit\nand watch.\n"""\n')
    assert config.load(path).site == config.Site(title="a b", description="Draw a digit and watch.")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_files_that_other_editors_saved_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes('[site]\r\ntitle = "Zähler"\r\n'.encode(encoding))
    assert config.load(path).site.title == "Zähler"


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes('[site]\ntitle = "Zähler"\n'.encode("latin-1"))
    with pytest.raises(DigitjsError, match=r"own\.toml: line 2 is not UTF-8, save it as UTF-8"):
        config.load(path)


def test_a_broken_link_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "digitjs.toml").symlink_to("moved.toml")
    with pytest.raises(DigitjsError, match=r"digitjs\.toml: No such file"):
        config.load()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[site]\ntitel = 'x'\n", "unknown field `titel` .*, did you mean `title`"),
        ("[theme.fonts]\ntile = 'x'\n", "did you mean `title`"),
        ("[theme.dark]\nfile = 'x'\n", "unknown field `file` .*, did you mean `theme.faces.file`"),
        ("network = ['mlp']\n", "Expected `object`, got `str` - at `.*network.*, did you mean `networks`"),
        ("[data]\npaths = 'x'\n", "unknown field `paths` .*, did you mean `path`"),
        ("[data]\nkind = 'photo'\n", r"Invalid enum value 'photo' - at `\$.data.kind`"),
        ("[data]\nclasses = [1, 2]\n", r"Expected `str`, got `int` - at `\$.data.classes"),
        ("colour = 'red'\n", r"unknown field `colour` \(line 1\)\.$"),
        ("[site]\ntitle = ''\n", "title is empty"),
        ('[site]\ntitle = " \\u200b\\n"\n', "title is empty"),
        ("[site]\ntitle = 'a\u202eb'\n", r"title has the control character U\+202E"),
        ('[site]\ndescription = "a\\u0000b"\n', r"description has the control character U\+0000"),
        pytest.param("networks = " + "[" * 100_000, "nested too deeply", id="nested too deeply"),
        pytest.param("networks = 1" + "0" * 5000, "own.toml is not a configuration", id="a number too long"),
        ("[site]\ntitle = 3\n", r"Expected `str`, got `int` - at `\$.site.title`"),
        ("[site]\nlanguage = '../en'\n", "matching regex"),
        ("[site]\0", "not UTF-8 text, save it as UTF-8"),
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


def test_the_noun_of_a_task_is_one_word_or_one_for_each_language(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('[task]\nnoun = "Kana"\n', "utf-8")
    words = config.load(path).task
    assert words.noun_in("en") == words.noun_in("de") == config.Noun(other="Kana")
    path.write_text('[task.noun]\nen = "rune"\nde = {one = "Rune", other = "Runen"}\n')
    words = config.load(path).task
    assert words.noun_in("en") == config.Noun(other="rune")
    assert words.noun_in("de") == config.Noun(one="Rune", other="Runen")
    assert words.noun_in("es") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[task]\nnuon = "letter"', "did you mean `noun`"),
        ('[task.noun]\nde = {one = "Rune", othre = "Runen"}', "did you mean `other`"),
        ('[task.noun]\ngerman = "Rune"', r"\^\[a-z\]"),
        ('[task]\nnoun = "a {digit}"', "write a plain word"),
        ('[task.noun]\nde = {one = "Rune", other = ""}', "not 1 to 40 characters"),
        (f'[task]\nnoun = "{"long" * 11}"', "not 1 to 40 characters"),
    ],
)
def test_a_noun_that_cannot_be_used_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(DigitjsError, match=message):
        config.load(path)


def test_names_of_chosen_classes_are_composed_as_labels_are(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('[data]\nclasses = [" n\u0303", "a"]\n', "utf-8")
    assert config.load(path).data.classes == ("ñ", "a")


def test_the_page_that_collects_is_published_by_a_key_or_a_table(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    assert config.Config().collecting is None
    path.write_text("[site]\ncollect = true\n")
    assert config.load(path).collecting == config.Collect()
    path.write_text('[collect]\ntext = "For\\nus."\nclasses = [" n\u0303", "a"]\ntarget = 3\n', "utf-8")
    assert config.load(path).collecting == config.Collect(text="For us.", classes=("ñ", "a"), target=3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[site]\ncolect = true", "did you mean `collect`"),
        ("[collect]\ntargets = 3", "did you mean `target`"),
        ("[collect]\ntarget = 0", ">= 1"),
        ('[collect]\nclasses = "abc"', "Expected `array`"),
        ('[collect]\ntext = "a\u202eb"', r"text has the control character U\+202E"),
    ],
)
def test_what_cannot_be_collected_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(DigitjsError, match=message):
        config.load(path)


def test_the_command_line_goes_before_the_file() -> None:
    own = config.Config(collect=config.Collect(text="Ours.", classes=("a", "b"), target=3))
    assert config.with_collecting(own, text=None, classes=None, target=None) == own
    assert config.with_collecting(own, text="", classes=("c", "d"), target=4).collecting == config.Collect(
        text="", classes=("c", "d"), target=4
    )
    assert config.with_collecting(config.Config(), text=None, classes=None, target=None).collecting == config.Collect()


def test_a_file_brings_networks(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        """networks = []
[[network]]
model = "mine.keras"
classes = [" e\\u0301", "b"]
input = {scale = 255, invert = true, channels = 3, centre = "box", box = 20}
[[network]]
name = "own"
layers = [{kind = "Flatten"}, {kind = "Dense", units = 10, activation = "softmax"}]
recipe = {epochs = 3}
input = {size = 32}
"""
    )
    brought, own = config.load(path).network
    assert config.load(path).networks == ()
    given = config.Input(scale=255, invert=True, channels=3, centre="box", box=20)
    assert brought == config.NetworkTable(model="mine.keras", classes=("é", "b"), input=given)
    assert (own.name, own.recipe, own.input.size) == ("own", {"epochs": 3}, 32)
    assert own.layers[1] == {"kind": "Dense", "units": 10, "activation": "softmax"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title = 'x'", "either a model, which is a Keras file, or layers"),
        ("model = 'a.keras'\nlayers = [{kind = 'Flatten'}]", "either a model, which is a Keras file, or layers"),
        ("model = 'a.keras'\nrecipe = {epochs = 3}", "The key recipe means nothing for a network of a Keras file"),
        ("model = 'a.keras'\ninput = {size = 32}", "The key input.size means nothing for a network of a Keras file"),
        ("layers = [{kind = 'Flatten'}]\nclasses = ['a']", "The key classes means nothing for a network of layers"),
        ("layers = [{kind = 'Flatten'}]\ninput = {invert = true}", "The key input.invert means nothing"),
        ("model = 'a.keras'\ninput = {scale = 0}", "scale"),
        ("model = 'a.keras'\ninput = {channels = 2}", "channels"),
        ("model = 'a.keras'\ninput = {center = 'box'}", "unknown field `center` .*, did you mean `centre`"),
        ("file = 'a.keras'", "unknown field `file`"),
    ],
)
def test_a_table_of_a_network_that_means_nothing_is_refused(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(f"[[network]]\n{text}\n")
    with pytest.raises(DigitjsError, match=says):
        config.load(path)
