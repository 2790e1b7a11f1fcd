"""How long the networks take to train, beside the tutorial's recipes and beside an earlier commit; as ratios.

make bench-train ARGS="--json FILE"

Each training is a process of its own that is ended after two epochs: the first one counts as it is, with all that is
compiled in it, and the second one for each that would follow. What is compared runs in turn, so that other work on
the machine slows all of it. Processor time counts on all cores, and moves less than the clock on a machine in use.
"""

import argparse
import contextlib
import importlib
import io
import json
import os
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
EARLIER = "021dfbb"
EPOCHS = 2  # that are timed
# Where the code has its data, its networks and what fits them.
NOW = ("digitjs.data.dataset", "digitjs.networks.builtin", "digitjs.training.fit")
THEN = ("digitjs.dataset", "digitjs.networks", "digitjs.fit")
TUTORIAL = ("mlp", "cnn")  # have a recipe of the tutorial
ALL = ("mlp", "cnn", "compact")


@dataclass(frozen=True)
class Case:
    """One training."""

    network: str
    recipe: str
    code: str  # now or then


@dataclass(frozen=True)
class Time:
    """How long a training takes in full, by its first epochs."""

    epochs: int
    seconds: float
    processor: float  # seconds of it, on all cores
    peak: int  # memory, MB


class EnoughError(Exception):
    """The epochs that are timed have ended."""


CASES = [
    case
    for name in ALL
    for case in (
        Case(name, "pens", "now"),
        *([Case(name, "tutorial", "now")] if name in TUTORIAL else []),
        Case(name, "pens", "then"),
    )
]


def timed(case: Case) -> Time:
    """Train as a case says, by the code that this process finds."""
    data, networks, fit = NOW if case.code == "now" else THEN
    network = next(one for one in importlib.import_module(networks).NETWORKS if one.name == case.network)
    network = network.trained_by(case.recipe, seed=1)
    samples, fitting = importlib.import_module(data).load(), importlib.import_module(fit)
    ends = [(time.perf_counter(), time.process_time())]

    def report(epoch: Any) -> None:
        ends.append((time.perf_counter(), time.process_time()))
        if epoch.number == EPOCHS:
            raise EnoughError

    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(EnoughError):
        if case.code == "now":
            fitting.fit_model(network, samples, Path(folder), fitting.Execution(report))
        else:
            fitting.fit(network, samples, Path(folder), report=report)
    epochs = network.recipe.epochs
    clock, processor = ((one - begun) + (epochs - 1) * (two - one) for begun, one, two in zip(*ends, strict=True))
    return Time(epochs, clock, processor, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000)


def measured(case: Case, earlier: Path) -> Time:
    """The same in a process of its own."""
    code = ROOT if case.code == "now" else earlier
    environment = {**os.environ, "PYTHONPATH": str(code), "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, __file__, "--one", json.dumps(asdict(case))]
    done = subprocess.run(command, env=environment, cwd=code, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{case} cannot be trained:\n{done.stderr}")
    return Time(**json.loads(done.stdout.splitlines()[-1]))


def unpack(commit: str, folder: Path) -> None:
    """The package's code as it was."""
    command = ["git", "archive", "--format=tar", commit, "digitjs"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True)
    if done.returncode:
        sys.exit(f"The repository does not have commit {commit}: fetch its whole history.")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        # Python 3.10 and 3.11 have filters from some patch release on; the archive is of this repository.
        archive.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))


def ratio(times: dict[Case, Time], names: tuple[str, ...], recipe: str, code: str) -> dict[str, float]:
    """Today's recipes beside others."""
    ours = [times[Case(name, "pens", "now")] for name in names]
    others = [times[Case(name, recipe, code)] for name in names]
    return {
        "clock": sum(one.seconds for one in ours) / sum(one.seconds for one in others),
        "processor": sum(one.processor for one in ours) / sum(one.processor for one in others),
    }


def main() -> None:
    """Print a line for each training, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="Keep the figures in a file, too.")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(asdict(timed(Case(**json.loads(options.one))))))
        return
    times = {}
    print(f"{'network':9}{'recipe':10}{'code':9}{'epochs':>6}{'seconds':>9}{'processor':>11}{'peak MB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        unpack(EARLIER, Path(folder))
        for case in CASES:
            one = times[case] = measured(case, Path(folder))
            code = "now" if case.code == "now" else EARLIER
            figures = f"{one.epochs:6}{one.seconds:9.0f}{one.processor:11.0f}{one.peak:9}"
            print(f"{case.network:9}{case.recipe:10}{code:9}{figures}", flush=True)
    ratios = {
        "MLP and CNN beside the tutorial's recipes": ratio(times, TUTORIAL, "tutorial", "now"),
        f"all networks beside {EARLIER}": ratio(times, ALL, "pens", "then"),
    }
    for what, found in ratios.items():
        print(f"{what}: {found['clock']:.2f} by the clock, {found['processor']:.2f} of the processor's time")
    if options.json:
        rows = [{**asdict(case), **asdict(one)} for case, one in times.items()]
        options.json.write_text(json.dumps({"trainings": rows, "ratios": ratios}, indent=1) + "\n")


if __name__ == "__main__":
    main()
