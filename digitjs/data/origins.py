"""What was understood of each path of a source, in words."""

from dataclasses import replace
from pathlib import Path

from digitjs.data import ink
from digitjs.data.parts import Content
from digitjs.data.samples import Origin
from digitjs.data.source import MNIST, DataOptions, Source
from digitjs.data.task import MNIST_FRAMING


def origins_of(
    contents: tuple[Content, ...], source: Source, hows: tuple[ink.Treatment | None, ...]
) -> tuple[Origin, ...]:
    """What was understood of each path of a source, whose parts are treated in these ways; None: strokes."""
    origins, start = [], 0
    for path, name, content in zip(source.paths, source.names or ("",) * len(contents), contents, strict=True):
        own = hows[start : start + len(content.parts)]
        start += len(content.parts)
        origin = _origin(path, content, own, DataOptions() if path == MNIST else source.options)
        origins.append(replace(origin, name=name))
    return tuple(origins)


def _origin(path: Path, content: Content, hows: tuple[ink.Treatment | None, ...], options: DataOptions) -> Origin:
    treatments = [how for how in hows if how is not None]
    sizes = [f"{w} x {h}" for part in content.parts if part.images is not None for h, w in ink.sizes(part.images)]
    turned = any(how.transposed for how in treatments)
    why = "as you set" if options.transpose is not None else "as EMNIST is published" if content.transposed else ""
    axes = f"transposed{', ' + why if why else ''}" if turned else "not transposed"
    return Origin(
        path=path,
        format=content.format,
        size=content.size or " to ".join(dict.fromkeys(sizes)),
        paper=", ".join(dict.fromkeys(_paper(how, options) for how in treatments)),
        axes=axes if treatments else "",
        framing=", ".join(dict.fromkeys(_framing(how) for how in hows)),
    )


def _paper(how: ink.Treatment, options: DataOptions) -> str:
    values = f"{how.levels.low:g} to {how.levels.high:g}"
    if how.picture:
        return f"values {values}, {'inverted, as you set' if how.inverted else 'as they are'}"
    said = ", as you set" if options.invert is not None else ""
    what = "dark ink on light paper: inverted" if how.inverted else "light ink on dark paper, as in MNIST"
    return f"{what}{said} (values {values})"


def _framing(how: ink.Treatment | None) -> str:
    if how is None:
        return "drawn and framed by the page's own module"
    if how.picture:
        return f"not framed, as it is no ink: the whole image in {how.framing.size} x {how.framing.size}"
    if how.framed:
        return "kept: framed as MNIST already" if how.framing == MNIST_FRAMING else "kept: framed already"
    size = "" if how.framing.size == MNIST_FRAMING.size else f" in {how.framing.size} x {how.framing.size}"
    return f"framed: ink scaled to {how.framing.side:g} pixels{size}, centred by its {how.framing.centre}"
