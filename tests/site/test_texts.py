"""Each site says what is true of it, in the owner's words."""

import re

import pytest

from digitjs.config import Noun, TaskWords
from digitjs.data.task import Task
from digitjs.errors import DigitjsError
from digitjs.site import texts

SIGNS = Task(classes=("a", "b", "c"), dataset="", pens=None)
LETTERS = TaskWords({"en": Noun(one="letter", other="letters"), "de": Noun(one="Buchstabe", other="Buchstaben")})


def english(task: Task, words: TaskWords = TaskWords()) -> texts.Catalogue:  # noqa: B008 - a frozen value
    return texts.read_catalogues(task, words)["en"]


def test_the_digits_of_mnist_have_no_variant_and_no_place_left_for_the_owner() -> None:
    for catalogue in texts.read_catalogues(Task(), LETTERS).values():
        assert not [key for key in catalogue if "@" in key]
        assert "MNIST" in str(catalogue["networks_lead"])
        assert not re.search(r"[{](noun|Noun|nouns|a_noun|side|pixels|box|classes)[}]", str(catalogue))
        assert "letter" not in str(catalogue["headline"]) and "\u2068" not in str(catalogue)


def test_own_digits_are_digits_but_not_of_mnist() -> None:
    own = english(Task(dataset="", pens=None))
    assert own["refused"] == english(Task())["refused"]
    assert "MNIST" not in str(own)


def test_another_task_speaks_of_what_its_owner_calls_it() -> None:
    assert english(SIGNS)["headline"] == "Draw a sign."
    assert english(SIGNS, LETTERS)["headline"] == "Draw a letter."
    assert english(SIGNS, TaskWords("emoji"))["headline"] == "Draw an emoji."
    assert english(SIGNS, LETTERS)["digits_label"] == "Letter by letter"
    german = texts.read_catalogues(SIGNS, LETTERS)["de"]
    assert german["headline"] == "Zeichne Buchstaben."
    assert german["digit"] == "Buchstabe: \u2068{digit}\u2069, zu {confidence} sicher."


def test_figures_are_those_of_the_task() -> None:
    large = english(Task(classes=("a", "b"), framing=SIGNS.framing.__class__(size=40, box=30), dataset="", pens=None))
    assert large["journey_seen_title"] == "40 × 40"
    assert "1600 values" in str(large["journey_seen_text"])
    assert "30 pixels" in str(large["journey_framed_text"])
    assert str(large["journey_answer_text"]).startswith("2 probabilities")


def test_what_is_known_best_is_said() -> None:
    assert english(SIGNS)["networks_lead"] == "Trained on drawings of this site’s owner."
    named = Task(classes=("a", "b"), dataset="EMNIST", pens=None)
    assert english(named)["networks_lead"] == "Trained on EMNIST."
    alone = Task(classes=("a", "b"), dataset="", pens=None, reading="one")
    assert "one sign alone" in str(english(alone)["bring_text"])
    assert "several in a row" in str(english(SIGNS)["bring_text"])


def test_a_plural_keeps_its_forms() -> None:
    assert english(SIGNS)["corrections"] == {"one": "1 correction saved", "other": "{count} corrections saved"}


def test_a_language_without_texts_is_refused() -> None:
    texts.require_language("es")
    with pytest.raises(DigitjsError, match="no text in the language xx: choose one of de, en, es"):
        texts.require_language("xx")
