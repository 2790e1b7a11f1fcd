"""Words of the command line as a source."""

from pathlib import Path

from digitjs.data.source import MNIST, DataOptions, Source, chosen


def test_nothing_and_the_word_are_the_embedded_mnist() -> None:
    assert chosen((), DataOptions()) is None
    assert chosen(("mnist",), DataOptions()) is None
    assert chosen((), DataOptions(classes=("3", "7"))) == Source((MNIST,), DataOptions(classes=("3", "7")))


def test_paths_are_put_together_in_their_order() -> None:
    source = chosen(("mnist", "a.jsonl", "./mnist"), DataOptions())
    assert source == Source((MNIST, Path("a.jsonl"), Path("mnist")))
    assert source.has_mnist
    assert not Source((Path("mnist"),)).has_mnist
