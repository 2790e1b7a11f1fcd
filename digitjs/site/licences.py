"""The licences of what a site contains besides its owner's: `licences.txt`, which every page links to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from digitjs import __version__
from digitjs.errors import DigitjsError
from digitjs.filesystem.paths import resource
from digitjs.site.bundle import Package

NAME = "licences.txt"
RULE = "\n\n" + 120 * "-" + "\n\n"
BEGIN = "This site contains, besides what its owner put into it:\n\n"
# Who holds the rights in packages that carry no licence file, as the head of their sources says.
HOLDERS = {
    "@tensorflow/tfjs-core": "Copyright Google LLC",
    "@tensorflow/tfjs-layers": "Copyright 2018 Google LLC",
    "@tensorflow/tfjs-backend-cpu": "Copyright Google LLC",
    "@tensorflow/tfjs-backend-wasm": "Copyright Google LLC",
    "seedrandom": "Copyright 2019 David Bau",
}
# What is compiled into a package, and not named by npm: name, licence, holders.
COMPILED = {
    "@tensorflow/tfjs-backend-wasm": (
        ("XNNPACK", "BSD-3-Clause", "Copyright (c) Facebook, Inc. and its affiliates. Copyright 2019 Google LLC"),
        ("Emscripten's runtime", "MIT", "Copyright (c) 2010-2014 Emscripten authors, see AUTHORS file"),
    )
}
MNIST = """\
The example digits are from MNIST, by Yann LeCun, Corinna Cortes and Christopher J. C. Burges, under the licence
Creative Commons Attribution-ShareAlike 3.0: https://creativecommons.org/licenses/by-sa/3.0/"""


@dataclass(frozen=True)
class Part:
    """Something that a site contains, under one licence."""

    name: str  # with its version
    licence: str  # as SPDX names it
    notice: str  # the whole text, or the line that says who holds the rights
    terms: str = ""  # the licence's text, which several parts have in common; empty where the notice has it


def text(packages: Iterable[Package], *, mnist: bool) -> str:
    """What the file says.

    Args:
        packages: those that the site's scripts contain something of.
        mnist: whether the site shows digits of MNIST.

    Raises:
        DigitjsError: a package does not say who holds the rights in it.
    """
    own = Part(f"digitjs {__version__}", "MIT", resource("LICENSE").read_text("utf-8").strip())
    parts = [own, *(part for package in packages for part in _parts(package))]
    listed = "\n".join(f"- {part.name}: {part.licence}" for part in parts)
    notices = [f"{part.name}\n\n{part.notice}" for part in parts]
    terms = [f"{name}\n\n{words}" for name, words in {part.licence: part.terms for part in parts if part.terms}.items()]
    return RULE.join([BEGIN + listed, *([MNIST] if mnist else []), *notices, *terms]) + "\n"


def _parts(package: Package) -> Iterator[Part]:
    """A package of npm's, and what is compiled into it."""
    called = f"{package.name} {package.version}"
    if package.notice:
        yield Part(called, package.licence, package.notice)
    elif package.name in HOLDERS:
        for one in package.licence.split(" AND "):
            yield Part(called, one, HOLDERS[package.name], _terms(one))
    else:
        raise DigitjsError(f"The package {package.name} carries no licence: say in licences.py who holds its rights.")
    for name, licence, holder in COMPILED.get(package.name, ()):
        yield Part(f"{name}, in {called}", licence, holder, _terms(licence))


def _terms(licence: str) -> str:
    return (resource("assets") / "licences" / f"{licence}.txt").read_text("utf-8").strip()
