"""Labelled samples, from the embedded MNIST or from the user's own files: read, framed and split."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from digitjs.data import ink, rasterize
from digitjs.data.known import MAPPING, Known, about, mapping_file
from digitjs.data.origins import origins_of
from digitjs.data.parts import LARGEST, Content, Part
from digitjs.data.pool import Pool, are_digits, are_pictures, joined, shown
from digitjs.data.readers import detect
from digitjs.data.samples import Dataset, Samples
from digitjs.data.source import MNIST, DataOptions, Seen, Share, Source
from digitjs.data.split import splits
from digitjs.data.task import FEWEST, MNIST_FRAMING, Framing, Greys, Task
from digitjs.errors import DigitjsError, printable
from digitjs.filesystem import inputs

MNIST_SHA256 = "06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64"  # of the embedded file
MIXED = 0.02  # the share of images of a set whose paper may differ before it is said
NEARLY = 0.9  # all pictures: such a share of them has a border of one kind
WHOLE = Framing(box=0, centre="box")  # of pictures, and of what is drawn instead of one: it fills the image
LEAST, FEW = 3, 5  # samples of a class: fewer than the first are refused, than the second noted


class File(msgspec.Struct, frozen=True):
    """All of a file that samples depend on."""

    name: str  # from the folder: labels and splits may follow from it
    known: Known  # what the readers take from its name and its folder's
    digest: str  # SHA-256


class Key(msgspec.Struct, frozen=True):
    """All of a path that its samples depend on."""

    files: tuple[File, ...]
    code: str  # what draws strokes; empty for images

    @property
    def is_contents(self) -> bool:
        """Whether the contents of a file say everything: an .npz file names its arrays itself."""
        return len(self.files) == 1 and self.files[0].name.endswith(".npz") and self.files[0].known == Known()


class Lead(msgspec.Struct, frozen=True):
    """What the first worker's part files say to all workers."""

    names: tuple[str, ...]  # what samples are labelled, rows of signs apart
    task: Task


def fingerprint(source: Source | None = None, framing: Framing = MNIST_FRAMING) -> str:
    """The SHA-256 of all that `load` reads and heeds: what a trained model is keyed by.

    Raises:
        DigitjsError: something cannot be read.
    """
    source = source or Source((MNIST,))
    return fingerprint_of(tuple(_key(path, detect.find(path)) for path in source.paths), source.options, framing)


def fingerprint_of(keys: tuple[Key, ...], options: DataOptions, framing: Framing) -> str:
    """The same of paths whose files were read already, be it by several workers."""
    if options == DataOptions() and len(keys) == 1 and keys[0].is_contents:
        return _framed_otherwise(keys[0].files[0].digest, framing)
    return _framed_otherwise(
        hashlib.sha256(msgspec.json.encode((keys, options), order="deterministic")).hexdigest(), framing
    )


def worker_keys(source: Source, share: Share) -> tuple[Key, ...]:
    """What the samples of one worker depend on: of each path, its own part files.

    Raises:
        DigitjsError: something cannot be read, or there are more workers than part files.
    """
    return tuple(_key(path, found) for path, found in zip(source.paths, _of_worker(source, share), strict=True))


def seen(source: Source) -> tuple[Seen, ...]:
    """All part files of each path as this worker sees them, its own and the others'; they are not read.

    Raises:
        DigitjsError: something cannot be read.
    """
    return tuple(_seen_by_fetch(path) if path in source.copies else _seen(path) for path in source.paths)


def _seen(path: Path) -> Seen:
    try:
        return Seen.of({file.name: file.stat().st_size for file in detect.find(path).files})
    except OSError as error:
        raise DigitjsError(f"Cannot read the data {path}: {error.strerror}.") from error


def _seen_by_fetch(copy: Path) -> Seen:
    from digitjs.data import remote  # which loads fsspec

    found = remote.record(copy.parent)
    if found is None or found.seen is None:
        raise DigitjsError(f"The copy {copy} changed while it was read: run it again.")
    return found.seen


def require_same(workers: Sequence[tuple[Seen, ...]]) -> None:
    """Refuse workers of which some see other part files than the first: nobody would train what only some have.

    Raises:
        DigitjsError: there are such; the sentence names one.
    """
    for index, own in enumerate(workers):
        if own != workers[0]:
            counts = " and ".join(f"{sum(each.count for each in seen):,}" for seen in (own, workers[0]))
            raise DigitjsError(
                f"Worker {index} sees other part files than the chief ({counts}, by their names and sizes): start all "
                "of them when the data are the same everywhere."
            )


def joined_keys(workers: Sequence[tuple[Key, ...]]) -> tuple[Key, ...]:
    """What the samples of all workers depend on, as if one had read all files.

    Raises:
        DigitjsError: the workers have been given other data, or two of them have the same file.
    """
    if len(set(map(len, workers))) > 1:
        raise DigitjsError("The workers have been given other data: start all of them with the same command.")
    joined = []
    for keys in zip(*workers, strict=True):
        files = [file for key in keys for file in key.files if not file.name.endswith(MAPPING)]
        tables = {file for key in keys for file in key.files if file.name.endswith(MAPPING)}
        names = [file.name for file in files]
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice:
            raise DigitjsError(
                f"Two workers read {printable(twice[0])}, as they see other files in the same folder: start all of "
                "them when the data are the same everywhere."
            )
        ordered = sorted(files, key=lambda file: file.name)
        joined.append(Key((*ordered, *sorted(tables, key=lambda file: file.digest)), keys[0].code))
    return tuple(joined)


def _framed_otherwise(digest: str, framing: Framing) -> str:
    """The same for MNIST's framing, another for each other one."""
    if framing == MNIST_FRAMING:
        return digest
    return hashlib.sha256(msgspec.json.encode((digest, framing))).hexdigest()


def _key(path: Path, found: detect.Found) -> Key:
    table = mapping_file(found.files[0])
    files = (*found.files, table) if table else found.files
    folder = path if path.is_dir() else path.parent
    named = tuple(File(file.relative_to(folder).as_posix(), about(file), _digest(file)) for file in files)
    return Key(named, rasterize.fingerprint() if found.strokes else "")


def load(source: Source | None = None, framing: Framing = MNIST_FRAMING, share: Share | None = None) -> Dataset:
    """Read samples, frame them unless they are framed already, and divide them into splits.

    Args:
        source: files and folders; the embedded MNIST without it.
        framing: of the images that networks see.
        share: of a worker that reads some of the part files only; divided into splits by itself. The first worker's
            say to all what the classes are.

    Raises:
        DigitjsError: something is missing, damaged, or no labelled drawings, or there are more workers than part files;
            the sentence says what is wrong and how to mend it.
    """
    source = source or Source((MNIST,))
    if share and share.count > 1:
        lead = load_share(source, framing, Share(0, share.count))[1] if share.index else None
        return load_share(source, framing, share, lead)[0]
    if source.has_mnist and _digest(MNIST) != MNIST_SHA256:
        raise DigitjsError("The embedded MNIST is damaged (its SHA-256 is not the published one): reinstall digitjs.")
    with _within_memory(source):
        return _dataset(tuple(detect.find(path).read() for path in source.paths), source, framing)


def load_share(source: Source, framing: Framing, share: Share, lead: Lead | None = None) -> tuple[Dataset, Lead]:
    """The samples of one worker, and what all workers need to know to read theirs alike.

    Args:
        source: folders of part files.
        framing: of the images that networks see.
        share: which part files.
        lead: what the first worker has found; None: this is the first one.

    Raises:
        DigitjsError: as `load`; or the classes of this worker's files are not those of the first's.
    """
    with _within_memory(source):
        contents = tuple(found.read() for found in _of_worker(source, share))
        names = _names(contents)
        if all(part.split == "test" for content in contents for part in content.parts if len(part)):
            raise DigitjsError(
                f"Worker {share.index}'s part files of {source.named} have no samples to train on: divide those into "
                f"{share.count} files or more, or start fewer workers."
            )
        if lead is None:
            own = _dataset(contents, source, framing)
            return own, Lead(tuple(sorted(names)), own.task)
        if differ := names ^ set(lead.names):
            raise DigitjsError(
                f"The part files of {source.named} differ in their classes ({shown(differ)} are not in each): put "
                "samples of each class into each file."
            )
        first = lead.task
        inverted = first.greys.inverted if first.kind == "picture" else source.options.invert
        told = replace(source.options, classes=first.classes, kind=first.kind, invert=inverted)
        own = _dataset(contents, replace(source, options=told), framing)
        return replace(own, task=msgspec.structs.replace(first, framing=own.task.framing)), lead


def _of_worker(source: Source, share: Share) -> tuple[detect.Found, ...]:
    """The readers of one worker's part files."""
    read = []
    for path, name in zip(source.paths, source.names or map(str, source.paths), strict=True):
        found = detect.find(path)
        read.append(found if path in source.copies else detect.of_worker(found, share, name))
    return tuple(read)


@contextmanager
def _within_memory(source: Source) -> Iterator[None]:
    try:
        yield
    except MemoryError as error:
        raise DigitjsError(f"The data {source.named} need more memory than there is: give fewer samples.") from error


def _names(contents: tuple[Content, ...]) -> set[str]:
    """What samples are labelled, rows of signs apart."""
    return {name for content in contents for part in content.parts for name in part.names if name not in part.rows}


def _digest(path: Path) -> str:
    inputs.require(path, "data", LARGEST)
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            for part in iter(lambda: file.read(1 << 20), b""):
                digest.update(part)
    except OSError as error:
        if path == MNIST:
            raise DigitjsError(f"Cannot read {MNIST}, digitjs's own MNIST: reinstall digitjs.") from error
        raise DigitjsError(f"Cannot read the data {path}: {error.strerror}.") from error
    return digest.hexdigest()


def _dataset(contents: tuple[Content, ...], source: Source, framing: Framing) -> Dataset:
    """The splits of what was read."""
    if not any(len(part) for content in contents for part in content.parts):
        raise DigitjsError(f"The data {source.named} hold no samples: give some of two classes or more.")
    together = joined(contents, source.options)
    picture = are_pictures(together.parts, source.options)
    classes, notes = _classes(together, looks_otherwise=picture and source.options.kind is None)
    labels, is_test, writers = together.labels, together.is_test, together.writers
    notes += _require_samples(labels, is_test, classes)
    kind: Literal["drawing", "picture"] = "picture" if picture else "drawing"
    hows = _treatments(contents, together, replace(source, options=replace(source.options, kind=kind)), framing)
    task = _task(classes, source, _greys(together, hows) if picture else None)
    task = msgspec.structs.replace(
        task, framing=msgspec.structs.replace(WHOLE, size=framing.size) if picture else framing
    )
    chosen = splits(labels, is_test, writers)

    def samples(places: NDArray[np.int64]) -> Samples:
        return Samples(
            together.images(places, hows, framing),
            labels[places],
            None if writers is None else writers[places],
            together.strokes(places) if len(chosen.validation) == 0 else None,
        )

    return Dataset(
        task=task,
        train=samples(chosen.train),
        validation=samples(chosen.validation),
        test=samples(chosen.test),
        notes=(*together.notes, *notes, *_paper_notes(together, hows)),
        origins=origins_of(contents, source, hows),
        splits=chosen.how,
    )


def _classes(together: Pool, *, looks_otherwise: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the classes, and what is to be said of them; ten numbers of what looks like no ink are no digits."""
    classes = together.classes
    if are_digits(classes):
        if not looks_otherwise:
            return classes, ()
        classes = tuple(f"class {name}" for name in classes)
    numbers = [int(name.removeprefix("class ")) for name in classes if name.removeprefix("class ").isdecimal()]
    if len(numbers) < len(classes) or not numbers:
        return classes, ()
    said = f"The classes are numbers, {numbers[0]} to {numbers[-1]}: name them with classes = [...] under [data]"
    return classes, (f"{said}, with 0 last if 10 stands for it." if numbers == list(range(1, 11)) else f"{said}.",)


def _task(classes: tuple[str, ...], source: Source, greys: Greys | None) -> Task:
    """What the classes are of: drawings, or pictures with these greys."""
    digits = are_digits(classes)
    try:
        task = Task(
            classes=classes,
            reading="row" if digits and greys is None else "one",
            pens="latin-digits" if digits and source.has_mnist else None,
            dataset="MNIST" if source.paths == (MNIST,) and digits else "",
        )
        return task if greys is None else msgspec.structs.replace(task, kind="picture", greys=greys)
    except ValueError as error:
        raise DigitjsError(f"Cannot use the data {source.named}: {error}.") from error


def _greys(together: Pool, hows: tuple[ink.Treatment | None, ...]) -> Greys:
    """How the greys of pictures are treated, and what is around them: of the largest set."""
    sets = [(part.images, how) for part, how in zip(together.parts, hows, strict=True) if part.images is not None]
    images, how = max(sets, key=lambda one: len(one[0]), default=(None, None))
    if images is None or how is None:
        return Greys()
    light = ink.light(images, how.levels)
    return Greys(how.inverted, "light" if light >= NEARLY else "dark" if light <= 1 - NEARLY else None)


def _require_samples(
    labels: NDArray[np.int64], is_test: NDArray[np.bool_], classes: tuple[str, ...]
) -> tuple[str, ...]:
    """What is to be said of classes with few samples.

    Raises:
        DigitjsError: classes have too few, or are in the test split alone.
    """
    if len(classes) < FEWEST:
        what = f"of one class only ({classes[0]})" if classes else "without samples"
        raise DigitjsError(f"The data are {what}: give samples of two classes or more.")
    counts = np.bincount(labels[~is_test], minlength=len(classes))
    unknown = [classes[i] for i in np.flatnonzero(counts == 0)]
    if unknown:
        raise DigitjsError(f"The data have no training samples of {shown(unknown)}, but test samples: give some.")
    few = [f"{classes[i]} ({counts[i]})" for i in np.flatnonzero(counts < LEAST)]
    if few:
        raise DigitjsError(
            f"These classes have fewer than {LEAST} samples: {shown(few)}: give more, or leave them out."
        )
    scarce = [f"{classes[i]} ({counts[i]})" for i in np.flatnonzero(counts < FEW)]
    notes = [f"These classes have fewer than {FEW} samples, which is little: {shown(scarce)}."] if scarce else []
    if is_test.any():
        tested = np.bincount(labels[is_test], minlength=len(classes))
        if untested := [classes[i] for i in np.flatnonzero(tested == 0)]:
            notes.append(f"The test split has no samples of {shown(untested)}.")
    return tuple(notes)


def _treatments(
    contents: tuple[Content, ...], together: Pool, source: Source, framing: Framing
) -> tuple[ink.Treatment | None, ...]:
    """How the images of each part are treated; None: they are strokes. MNIST needs no advice."""
    hows: list[ink.Treatment | None] = []
    for path, content in zip(source.paths, contents, strict=True):
        parts = together.parts[len(hows) : len(hows) + len(content.parts)]
        hows += _alike(parts, _advice(path, content, source.options), framing)
    return tuple(hows)


def _alike(parts: Sequence[Part], options: DataOptions, framing: Framing) -> list[ink.Treatment | None]:
    """How the parts of one path are treated, alike: the largest with training images decides on paper and axes, and
    all are framed unless all are framed already.
    """
    drawn = [part.images for part in sorted(parts, key=_leads, reverse=True) if part.images is not None and len(part)]
    if not drawn:
        return [None] * len(parts)
    lead = ink.treatment(drawn[0], options, framing)
    told = replace(options, invert=lead.inverted, transpose=lead.transposed)
    hows = [
        None if part.images is None or not len(part) else ink.treatment(part.images, told, framing) for part in parts
    ]
    framed = all(how.framed for how in hows if how)
    return [how and replace(how, framed=framed) for how in hows]


def _leads(part: Part) -> tuple[bool, int]:
    return part.split != "test", len(part)


def _advice(path: Path, content: Content, options: DataOptions) -> DataOptions:
    """What is known of a path before its images are looked at: by its owner, or by its name."""
    if path == MNIST:
        return DataOptions(kind=options.kind)
    return replace(options, transpose=content.transposed if options.transpose is None else options.transpose)


def _paper_notes(together: Pool, hows: tuple[ink.Treatment | None, ...]) -> list[str]:
    """Which parts have images on both kinds of paper."""
    notes = []
    for part, how in zip(together.parts, hows, strict=True):
        if part.images is not None and how is not None and not how.picture:
            share = ink.light(part.images, how.levels)
            if MIXED < share < 1 - MIXED:
                notes.append(
                    f"{min(share, 1 - share):.0%} of the images seem to have the opposite paper of the others."
                )
    return notes
