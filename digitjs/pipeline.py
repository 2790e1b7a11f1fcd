"""The order of the stages: what `build`, `train` and `render` do. TensorFlow loads only to train and export."""

import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from digitjs import cache_keys
from digitjs.config import Config
from digitjs.console import Console
from digitjs.data import dataset
from digitjs.data.samples import Dataset
from digitjs.data.source import Seen, Share, Source
from digitjs.data.task import DIGITS, Framing, Task
from digitjs.errors import DigitjsError
from digitjs.export import pretrained
from digitjs.filesystem import checksums, output_folder, staging
from digitjs.model_card import Card, read_card
from digitjs.networks import builtin, processor, sizes
from digitjs.networks.foreign import ForeignNetwork
from digitjs.networks.network import Network
from digitjs.networks.registry import AnyNetwork
from digitjs.site import bundle, report, static_files, texts, theme
from digitjs.site.render import Content, render_site
from digitjs.site.theme import Look
from digitjs.training import cluster
from digitjs.training.cluster import ALONE, Distribution
from digitjs.training.meeting import Meeting, Note, join, lost

if TYPE_CHECKING:
    from digitjs.networks.keras_model import Training
    from digitjs.training.distribute import Replicas

DAMAGED = "The {} of {} in the cache is damaged and made again."
CHANGED = "The data changed while they were read: run it again."
MAKING_AN_IMAGE = 500_000  # multiplications that take as long as the augmentation of an image


@dataclass(frozen=True)
class Plan:
    """Which models a site has. All but `fresh`, and the code, is what they are cached by."""

    networks: tuple[AnyNetwork, ...]  # in the page's order
    data: Source | None  # the user's own samples, or the embedded MNIST where the networks read digits
    quantize: str
    fresh: bool = False  # train again, whatever the cache holds
    pretrained: bool = False  # nothing is trained: the networks as they came with the package
    named: bool = False  # whether the user named the networks

    @property
    def of_few(self) -> tuple[AnyNetwork, ...]:
        """Those that few samples are enough for: only the first built-in one unless the user named some."""
        others = {network.name for network in builtin.NETWORKS[1:]}
        return self.networks if self.named else tuple(one for one in self.networks if one.name not in others)


class SiteData:
    """The samples of a site, read once for each framing that its networks see."""

    def __init__(self, source: Source | None) -> None:
        self.source = source
        self._read: dict[Framing, Dataset] = {}

    def at(self, framing: Framing) -> Dataset:
        """The samples in a framing.

        Raises:
            DigitjsError: they cannot be read, or have changed meanwhile.
        """
        if framing not in self._read:
            before = self.fingerprint(framing)
            self._read[framing] = dataset.load(self.source, framing)
            if self.source and self.fingerprint(framing) != before:
                raise DigitjsError(CHANGED)
        return self._read[framing]

    def fingerprint(self, framing: Framing) -> str:
        """What models that learn from them are cached by."""
        return dataset.fingerprint(self.source, framing)


class ToldShare(msgspec.Struct, frozen=True):
    """What a worker tells all others of its part files."""

    keys: tuple[dataset.Key, ...]
    seen: tuple[Seen, ...]  # its own files and all others'
    lead: dataset.Lead | None  # of the first worker


def _exchanged(own: ToldShare, meeting: Meeting | None) -> list[ToldShare]:
    """What all workers tell, in their order; without a meeting, this one alone."""
    try:
        return [msgspec.json.decode(one, type=ToldShare) for one in meeting.exchange(own)] if meeting else [own]
    except msgspec.MsgspecError as error:
        raise DigitjsError("Another worker has another version: start all workers with the same one.") from error


class SharedData(SiteData):
    """A worker's share of the samples; it learns from the others what it needs to know of theirs.

    Args:
        source: folders of part files.
        share: which are this worker's.
        framing: of the images that the first network sees.
        meeting: of the workers; without one, nothing is known of the others' files.

    Raises:
        DigitjsError: the part files cannot be used, another worker sees others, or has refused or failed.
    """

    def __init__(self, source: Source, share: Share, framing: Framing, meeting: Meeting | None) -> None:
        super().__init__(source)
        self.part, self.share = source, share
        self.own = dataset.worker_keys(source, share)
        self.lead: dataset.Lead | None = None
        if share.index == 0:
            self.at(framing)  # which finds the lead
        told = _exchanged(ToldShare(self.own, dataset.seen(source), self.lead), meeting)
        dataset.require_same([one.seen for one in told])
        self.lead = told[0].lead
        self.keys = dataset.joined_keys([one.keys for one in told])

    def at(self, framing: Framing) -> Dataset:
        """The worker's samples in a framing; raises as of one that reads all."""
        if framing not in self._read:
            self._read[framing], self.lead = dataset.load_share(self.part, framing, self.share, self.lead)
            if dataset.worker_keys(self.part, self.share) != self.own:
                raise DigitjsError(CHANGED)
        return self._read[framing]

    def fingerprint(self, framing: Framing) -> str:
        """What models that learn from the samples of all workers are cached by."""
        return dataset.fingerprint_of(self.keys, self.part.options, framing)


@dataclass(frozen=True)
class Model:
    """One network of a plan, as it is trained, and where the cache keeps it."""

    network: AnyNetwork  # adapted to the data
    training: Path
    fitted: Path  # its export, as it is after the training
    cross_validated: Path | None  # its export once more, of few samples, with what cross-validation has measured
    parts: int = 1  # of the data, if several workers each learned from one

    @property
    def export(self) -> Path:
        """The best export that is there."""
        measured = self.cross_validated
        return measured if measured and checksums.intact(measured) else self.fitted


@dataclass(frozen=True)
class Build:
    """A plan with everything that follows from it: resolved once, then passed on."""

    plan: Plan
    models: tuple[Model, ...]
    cache: Path
    task: Task
    data: SiteData | None  # None: there is none, and all networks come from files
    distribution: Distribution = ALONE  # the processors that are to share the work
    meeting: Meeting | None = None  # of the workers, where they have met already
    replicas: "Replicas | None" = None  # those that do, once trainings have started

    def samples(self, framing: Framing) -> Dataset:
        """What is trained on, in a framing: MNIST, read when it is first needed, or the user's own."""
        assert self.data  # without any, all networks come from files
        return self.data.at(framing)

    @property
    def exports(self) -> tuple[Path, ...]:
        """The folder of each model."""
        return tuple(model.export for model in self.models)


@dataclass(frozen=True)
class Made:
    """What the page's tools make for a site."""

    sources: bundle.Sources
    bundle: bundle.Bundle
    report: report.Report


class UntrainedError(DigitjsError):
    """A network that is to be shown is not trained."""


@dataclass(frozen=True)
class Output:
    """Where the site goes."""

    folder: Path
    force: bool = False  # files in it that digitjs did not make are moved aside


def resolve(plan: Plan, cache: Path, distribution: Distribution = ALONE, note: Note = print) -> Build:
    """Find where the cache keeps, or will keep, each model of a plan.

    Args:
        plan: which models.
        cache: the folder of the cache.
        distribution: the processors that share the work; workers that each read a part of the data meet for this.
        note: called with who is waited for.

    Raises:
        DigitjsError: the data cannot be read, or not by several workers that each take a part of them.
    """
    classes, framing = DIGITS if plan.data else _classes_without_data(plan.networks), plan.networks[0].framing
    data, meeting = SiteData(plan.data) if plan.data or classes == DIGITS else None, None
    if plan.data and distribution.share.count > 1:
        meeting = join(distribution.cluster, note, sharded=True) if distribution.cluster else None
        data = SharedData(plan.data, distribution.share, framing, meeting)
    own = data.at(framing) if data and plan.data else None
    if distribution.share.count > 1:
        _require_parts(own)
    task = own.task if own else _task(classes)
    if plan.pretrained:
        return Build(plan, _pretrained(plan, data, cache), cache, task, data)
    few = own is not None and own.is_small
    models = []
    for chosen in plan.of_few if few else plan.networks:
        if isinstance(chosen, ForeignNetwork):
            models.append(_foreign_model(chosen.for_classes(task.classes), data, plan, cache))
            continue
        network = chosen.adapted(own) if own else chosen
        assert data  # without any, all networks come from files
        training = cache_keys.training_key(network, data.fingerprint(network.framing))
        export = cache_keys.export_key(training, network, plan.quantize)
        folder = cache / "models"
        whole = Model(network, folder / training, folder / export, folder / f"{export}-measured" if few else None)
        models.append(_of_parts(whole, plan, distribution))
    return Build(plan, tuple(models), cache, task, data, distribution, meeting)


def _of_parts(whole: Model, plan: Plan, distribution: Distribution) -> Model:
    """A model as its workers train it, each on its own part of the data; for others, as it is there already.

    Where a training on all data has not even begun, a model of workers that had parts of them is as good as there is.
    """
    parts, there = distribution.share.count, whole.training.exists() or whole.fitted.exists()
    if parts == 1 and not (there or plan.fresh or distribution.cluster):
        found = (path for path in whole.fitted.parent.glob(f"{whole.fitted.name}-of-*") if checksums.intact(path))
        parts = min((int(path.name.rpartition("-")[2]) for path in found), default=1)
    training, fitted = (
        path.with_name(cache_keys.of_parts(path.name, parts)) for path in (whole.training, whole.fitted)
    )
    return replace(whole, training=training, fitted=fitted, parts=parts)


def _note_parts(build: Build, console: Console) -> None:
    """Say which models have not learned from all data, where all are meant."""
    for model in build.models:
        if model.parts > build.distribution.share.count:
            console.note(
                f"{model.network.name} was trained by {model.parts} workers, each on a part of the data, and its "
                "figures are of the first part: --fresh trains it on all data."
            )


def _require_parts(own: Dataset | None) -> None:
    """Refuse samples that workers cannot share out among them.

    Args:
        own: of one worker; None: of the embedded MNIST, which is one file.

    Raises:
        DigitjsError: they cannot.
    """
    if own is None:
        raise DigitjsError("There are no part files to share out: leave out --shard, or name a folder of some.")
    if own.is_small:
        raise DigitjsError(
            f"A worker's own part files have {len(own.train):,} training samples, which are few: leave out --shard."
        )


def _classes_without_data(networks: tuple[AnyNetwork, ...]) -> tuple[str, ...]:
    """What a site without data of its own reads: digits, or what the owner's networks tell apart.

    Raises:
        DigitjsError: networks among these have to be trained on what there are no data of.
    """
    named = (one.classes for one in networks if isinstance(one, ForeignNetwork) and one.classes)
    classes = next((each for each in named if set(each) != set(DIGITS)), None)
    if classes is None:
        return DIGITS
    learning = [one.name for one in networks if isinstance(one, Network)]
    if learning:
        raise DigitjsError(
            f"There are no data to train {', '.join(learning)} on, as the classes are no digits: name some with --data "
            "or under [data], or leave only networks from files with networks = []."
        )
    return classes


def _task(classes: tuple[str, ...]) -> Task:
    """What networks without data of the owner's tell apart."""
    if classes == DIGITS:
        return Task()
    try:
        return Task(classes=classes, reading="one", pens=None, dataset="")
    except ValueError as error:
        raise DigitjsError(f"The classes of a network cannot be used: {error}.") from error


def _foreign_model(network: ForeignNetwork, data: SiteData | None, plan: Plan, cache: Path) -> Model:
    samples = data.fingerprint(network.framing) if data else ""
    key = cache_keys.foreign_key(network, samples, plan.quantize)
    return Model(network, cache / "models" / f"{key}-read", cache / "models" / key, None)


def _pretrained(plan: Plan, data: SiteData | None, cache: Path) -> tuple[Model, ...]:
    """The networks that came with the package, and those of the owner's files.

    Raises:
        DigitjsError: the plan asks for other data or weights, or one of its networks did not come with the package.
    """
    if data is None or plan.data or plan.fresh or plan.quantize != "float32":
        raise DigitjsError(
            "The pretrained networks read MNIST's digits, with float32 weights: leave --pretrained out to train others."
        )
    models = []
    for network in plan.networks:
        if isinstance(network, ForeignNetwork):
            models.append(_foreign_model(network.for_classes(DIGITS), data, plan, cache))
            continue
        pretrained.require_packed(network, data=data.fingerprint(network.framing))
        export = cache / "models" / pretrained.key(network)
        models.append(Model(network, export, export, None))
    return tuple(models)


def train(build: Build, console: Console) -> tuple[Card, ...]:
    """Train, export and measure what is not in the cache yet, or damaged there.

    Returns:
        The card of each network; none where another process keeps what this one helps to train.

    Raises:
        DigitjsError: the data cannot be used, Keras refuses a network, or a worker is lost.
    """
    _require_no_doubts(build, console)
    _note_parts(build, console)
    if build.distribution.assists:
        _assist(build, console)
        return ()
    _train_missing(build, console)
    _cross_validate_missing(build, console)
    cards = tuple(map(read_card, build.exports))
    _note_advice(cards, console)
    return cards


def render(build: Build, config: Config, output: Output, console: Console) -> tuple[Card, ...]:
    """Put the site together from cached models, in place of the one that was there.

    Raises:
        DigitjsError: a model is not trained yet or damaged, the output folder holds something else, or a source does
            not compile.
    """
    require_trained(build)
    _note_parts(build, console)
    return _render(build, config, output, console)


def build_site(build: Build, config: Config, output: Output, console: Console) -> tuple[Card, ...]:
    """The whole way, from drawings to a site; raises like `train` and `render`.

    Where nothing is in its place, the site is there as soon as one of several networks is trained. Of few samples, it
    is there before they are cross-validated, and once more with what that has measured.
    """
    look_of(config)
    _require_replaceable(build, config, output, console)
    _require_no_doubts(build, console)
    _note_parts(build, console)
    if _missing(build) and not build.plan.pretrained:
        with console.importing():  # it is TensorFlow that reads Slurm's variables
            cluster.require_alone()
    with console.busy("Installing the page's tools"):
        bundle.install(build.cache, console.note)

    def show(begun: Build) -> None:
        _render(begun, config, output, console)
        shown = [model.network.name for model in begun.models]
        others = [model.network.name for model in build.models if model not in begun.models]
        page = output.folder / "index.html"
        console.note(f"The page is there, with {_listed(shown)} so far: {page}. Still to come: {_listed(others)}.")

    _train_missing(build, console, show if output_folder.is_free(output.folder) else None)
    cards = _render(build, config, output, console)
    if _unmeasured(build):
        console.note(f"The page is there: {output.folder / 'index.html'}. Now it is measured how often it is right.")
    if _cross_validate_missing(build, console):
        cards = _render(build, config, output, console)
    _note_advice(cards, console)
    return cards


def _note_advice(cards: tuple[Card, ...], console: Console) -> None:
    for card in cards:
        if card.advice:
            console.warn(card.advice)


def _render(build: Build, config: Config, output: Output, console: Console) -> tuple[Card, ...]:
    """Put the site together from models that are whole."""
    look = look_of(config)
    for note in look.notes:
        console.warn(note)
    _require_replaceable(build, config, output, console)
    with console.busy("Installing the page's tools"):
        modules = bundle.install(build.cache, console.note)
    with console.busy("Rendering"), output_folder.replacing(output.folder, console.note) as folder:
        sources = sources_of(build, config, look, modules)
        with ThreadPoolExecutor() as beside:  # Node does both
            measured = beside.submit(report.build, build.exports, modules)
            made = Made(sources, bundle.build_assets(folder, sources), measured.result())
        return render_site(content_of(build, config, look, made), folder)


def content_of(build: Build, config: Config, look: Look, made: Made) -> Content:
    """A site, ready to be rendered."""
    return Content(
        site=config.site,
        catalogues=made.sources.catalogues,
        models=build.exports,
        bundle=made.bundle,
        report=made.report,
        collect=config.collecting,
        look=look,
    )


def sources_of(build: Build, config: Config, look: Look, modules: Path) -> bundle.Sources:
    """What a site's script and style are made of."""
    cards = tuple(map(read_card, build.exports))
    return bundle.Sources(
        modules=modules,
        catalogues=texts.read_catalogues(cards[0].task, config.task, tuple(look.below(theme.TEXTS))),
        models=tuple(export / card.loaded[0] for export, card in zip(build.exports, cards, strict=True)),
        collect=config.collecting is not None,
        digits=cards[0].task.is_digits,
        style=look.style,
    )


def look_of(config: Config) -> Look:
    """The theme of a site.

    Raises:
        DigitjsError: it cannot be used, or does not have the site's language.
    """
    look = theme.resolve(config.theme)
    texts.require_language(config.site.language, tuple(look.below(theme.TEXTS)))
    return look


def _require_replaceable(build: Build, config: Config, output: Output, console: Console) -> None:
    if config.site.static:
        static_files.require_apart(Path(config.site.static), output.folder)
    output_folder.require_replaceable(output.folder, build.cache, console.note, force=output.force)


def require_trained(build: Build) -> None:
    """Refuse to render what is not there.

    Raises:
        UntrainedError: a model is not trained yet, or damaged; the sentence has the command to run.
    """
    for model in build.models:
        name = model.network.name
        if checksums.intact(model.export):
            continue
        if checksums.damaged(model.export):
            raise UntrainedError(f"The cached files of {name} are damaged: run digitjs build, which makes them again.")
        raise UntrainedError(f"{name} is not trained yet: run {_making(model, build)}.")


def _making(model: Model, build: Build) -> str:
    """The commands that make a model, in words."""
    if build.plan.pretrained and isinstance(model.network, Network):
        return "digitjs build --pretrained, which takes it as it came with digitjs"
    trained = f"digitjs build, or digitjs train {model.network.name}"
    if build.data is None or not pretrained.is_packed(
        model.network, data=build.data.fingerprint(model.network.framing)
    ):
        return trained
    return f"{trained}; or, in seconds, digitjs build --pretrained, and this command with --pretrained, too"


def _require_no_doubts(build: Build, console: Console) -> None:
    """Where warnings end a command, refuse data that they are about, whether or not these are trained on again."""
    if console.strict and build.plan.data:
        for note in build.samples(build.models[0].network.framing).notes:
            console.warn(note)


def _missing(build: Build) -> list[Model]:
    """The models that are not whole in the cache, or are made again, the quickest first."""
    made = [model for model in build.models if build.plan.fresh or not checksums.intact(model.fitted)]
    return sorted(made, key=_work)


def _train_missing(build: Build, console: Console, show: Callable[[Build], None] | None = None) -> None:
    """Train and export what is not in the cache.

    Args:
        build: all models.
        console: told what is going on.
        show: called once, with the models that are there, before another one is trained.
    """
    missing, shared = _missing(build), tuple[str, ...]()
    if build.distribution.cluster:
        wanted = _unfitted(missing, build)  # before others can know that this process is there
        build = _met(build, console)
        shared = _agreed(wanted, build)
    if not missing:
        return
    _note_damage(missing, console)
    if build.plan.pretrained:
        missing = _unpacked(missing, console)
    if not missing:
        return
    if build.data:
        for note in build.data.at(missing[0].network.framing).notes:
            console.warn(note)
    # Workers leave where nothing is trained, and TensorFlow would wait for them.
    left = build.distribution.cluster and not shared
    replicas = _start(missing, replace(build, distribution=ALONE) if left else build, console)
    build = replace(build, replicas=replicas)
    _note_share(build, console)
    while missing:
        there = tuple(model for model in build.models if model not in missing)
        if show and there and _work(missing[-1]):
            show(replace(build, models=there))
            show = None
        _make(missing, build, console, again=missing[0].training.name in shared)
        missing = missing[1:]


def _note_share(build: Build, console: Console) -> None:
    """Say what the chief calibrates and measures on, where it has read a part of the samples."""
    share = build.distribution.share
    if share.count > 1:
        own = build.samples(build.models[0].network.framing)
        console.note(
            f"Each of {share.count} workers reads its own part files; networks are calibrated on the chief's "
            f"{len(own.validation):,} samples for it, and measured on its {len(own.test):,} for the test."
        )


def _met(build: Build, console: Console) -> Build:
    """The same where all workers have met."""
    assert build.distribution.cluster
    return build if build.meeting else replace(build, meeting=join(build.distribution.cluster, console.note))


def _agreed(keys: tuple[str, ...], build: Build) -> tuple[str, ...]:
    """The trainings that all workers begin, of those that the chief wants, or another one knows."""
    assert build.meeting
    return build.meeting.agree(keys)


def _unfitted(missing: list[Model], build: Build) -> tuple[str, ...]:
    """The trainings that several workers share, as all of them call them."""
    if build.plan.pretrained:
        return ()
    learning = (model for model in missing if isinstance(model.network, Network))
    return tuple(model.training.name for model in learning if build.plan.fresh or not checksums.intact(model.training))


def _start(models: list[Model], build: Build, console: Console) -> "Replicas":
    """Import TensorFlow, find the processors, and refuse networks that Keras does not take, or they cannot share."""
    with console.importing():
        from digitjs.networks.foreign_model import require_usable
        from digitjs.networks.keras_model import require_buildable
        from digitjs.training import distribute, fit
    cluster = build.distribution.cluster
    if cluster and build.meeting:
        build.meeting.begin()  # where a person can read who is waited for
    with console.connecting(lost(cluster).message) if cluster else console.importing():
        replicas = distribute.assemble(build.distribution, _batches(models, build))
        fit.trigger_xla_greeting()
        for model in models:
            if isinstance(model.network, ForeignNetwork):
                require_usable(model.network, len(build.task.classes))
            else:
                require_buildable(model.network, len(build.task.classes))
    if devices := distribute.described(replicas):
        console.note(f"Training on {devices}.")
    return replicas


def _batches(models: list[Model], build: Build) -> list[int]:
    """The sizes of the batches that some networks are trained with; a worker's part stands for all of them."""
    from digitjs.training import fit

    workers = build.distribution.share.count
    return [
        fit.fitting(network.recipe, workers * len(build.samples(network.framing).train)).batch_size
        for network in (model.network for model in models)
        if isinstance(network, Network)
    ]


def _make(left: list[Model], build: Build, console: Console, *, again: bool) -> None:
    """Train, or read from its file, and export the first of those that are left.

    Args:
        left: that model, and those that come after it.
        build: all models.
        console: told what is going on.
        again: whether to train it even if another process has made it meanwhile, as other workers wait to take part.
    """
    model, fresh = left[0], build.plan.fresh
    with staging.alone(model.training, _what(model), console.note):
        if again and checksums.intact(model.training):
            shutil.rmtree(model.training)
        if fresh or again or not checksums.intact(model.fitted):  # else another process has made it meanwhile
            if fresh and model.cross_validated:
                shutil.rmtree(model.cross_validated, ignore_errors=True)
            if isinstance(model.network, ForeignNetwork):
                _export_foreign(model.network, model.fitted, build, console)
            else:
                training = _fitted(model.network, left, build, console)
                _export(replace(training, parts=model.parts), model.fitted, build, console)


def _work(model: Model) -> int:
    """How long a training takes, about, in multiplications for each of the samples; 0 without one."""
    network = model.network
    if isinstance(network, ForeignNetwork):
        return 0
    return network.recipe.epochs * (MAKING_AN_IMAGE + sizes.multiplications(network.layers, network.framing.size))


def _assist(build: Build, console: Console) -> None:
    """Train with the chief of a cluster, who keeps and exports what comes of it."""
    known = {model.training.name: model for model in build.models}
    build = _met(build, console)
    models = [known[key] for key in _agreed(tuple(known), build)]
    if not models:
        return
    replicas = _start(models, build, console)
    from digitjs.training import distribute, fit, train

    for network in (model.network for model in models if isinstance(model.network, Network)):
        data = build.samples(network.framing)
        with (
            tempfile.TemporaryDirectory() as scratch,
            console.training(_trained_as(network), network.recipe.epochs) as report,
            distribute.losses_named(build.distribution.cluster),
        ):
            train.train_network(network, data, Path(scratch), fit.Execution(report, replicas))


def _unpacked(missing: list[Model], console: Console) -> list[Model]:
    """Take networks from the package; gives those that are not in it, which come from files."""
    others = []
    for model in missing:
        if isinstance(model.network, Network):
            with staging.replacing(model.fitted, _what(model), console.note) as draft:
                pretrained.unpack(model.network, draft)
        else:
            others.append(model)
    return others


def _cross_validate_missing(build: Build, console: Console) -> bool:
    """Measure networks of few samples, as far as the cache does not know it yet; gives whether there was one."""
    missing = _unmeasured(build)
    if not missing:
        return False
    with console.importing():
        from digitjs.training import cross_validate, train
        from digitjs.training.fit import Execution
    for model, network, folder in missing:
        with staging.alone(model.training, _what(model), console.note):
            if checksums.intact(folder):
                continue  # another process has made it meanwhile
            data = build.samples(network.framing)
            training = train.train_network(network, data, model.training, Execution())
            with console.progress(f"Cross-validating {network.name}") as progress:
                place = model.training / "cross_validation"
                scores = cross_validate.held_out_scores(network, data, place, progress)
            _export(replace(training, held_out=scores), folder, build, console)
    return True


def _unmeasured(build: Build) -> list[tuple[Model, Network, Path]]:
    """The networks of few samples that are not cross-validated yet, and the folder of each for that."""
    return [
        (model, model.network, model.cross_validated)
        for model in build.models
        if isinstance(model.network, Network) and model.cross_validated and not checksums.intact(model.cross_validated)
    ]


def _export(training: "Training", folder: Path, build: Build, console: Console) -> None:
    from digitjs.export import export

    name = training.network.name
    with (
        console.busy(f"Exporting {name}"),
        staging.replacing(folder, f"the training of {name}", console.note) as draft,
    ):
        export.export_model(training, build.samples(training.network.framing), draft, build.plan.quantize)


def _export_foreign(network: ForeignNetwork, folder: Path, build: Build, console: Console) -> None:
    """Write and, where there are data, measure a network that came from a file."""
    from digitjs.export import conventions, foreign

    for note in network.notes:
        console.note(note)
    with (
        console.busy(f"Exporting {network.name}"),
        staging.replacing(folder, f"the export of {network.name}", console.note) as draft,
    ):
        if build.data is None:
            foreign.export_unmeasured(network, build.task, draft, build.plan.quantize)
            return
        samples = build.data.at(network.framing)
        found = conventions.compare(network, samples)
        console.note(conventions.said(network.name, found))
        network = replace(network, advice=conventions.advice(network.name, found))
        foreign.export_measured(network, samples, draft, build.plan.quantize)


def _fitted(network: Network, left: list[Model], build: Build, console: Console) -> "Training":
    """The fitted network of the first model left, alone in its folder; a damaged checkpoint is no reason to stop."""
    from digitjs.training import distribute, fit, train

    data, model, epochs = build.samples(network.framing), left[0], network.recipe.epochs
    replicas = build.replicas or distribute.alone()
    later = epochs * sum(map(_work, left[1:])) / _work(model)
    with (
        console.training(_trained_as(network), epochs, later=later) as report,
        distribute.losses_named(build.distribution.cluster),
    ):
        if build.plan.fresh:
            train.forget(model.training)
        try:
            return train.train_network(network, data, model.training, fit.Execution(report, replicas))
        except fit.CheckpointError as error:
            train.forget(model.training)
            if replicas.workers > 1:
                raise DigitjsError(f"The training of {network.name} was damaged: start all workers again.") from error
            console.note(DAMAGED.format("training", network.name))
            return train.train_network(network, data, model.training, fit.Execution(report, replicas))


def _trained_as(network: Network) -> str:
    """Its name, with the arithmetic where that is not the usual one."""
    return f"{network.name} (bfloat16)" if processor.precision(network.recipe) == processor.BFLOAT16 else network.name


def _listed(names: list[str]) -> str:
    """Several names in words."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _what(model: Model) -> str:
    return f"the training of {model.network.name}"


def _note_damage(models: list[Model], console: Console) -> None:
    for model in models:
        for what, folder in (("training", model.training), ("export", model.fitted)):
            if checksums.damaged(folder):
                console.note(DAMAGED.format(what, model.network.name))
