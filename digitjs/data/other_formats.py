"""Files in formats that digitjs does not read: recognised, with the way to convert them."""

from dataclasses import dataclass
from pathlib import Path

from digitjs.errors import DigitjsError


@dataclass(frozen=True)
class Kind:
    """A format and the Python that converts it, in which PATH stands for the file."""

    name: str
    magic: bytes  # what files begin with; empty where they have nothing in common
    suffixes: tuple[str, ...]
    code: str


KINDS = (
    Kind(
        "an HDF5 file",
        b"\x89HDF",
        (".h5", ".hdf5"),
        "import h5py, numpy as np; f = h5py.File(PATH); print(list(f)); "
        "np.savez_compressed('data.npz', images=f['images'][:], labels=f['labels'][:])",
    ),
    Kind(
        "a MATLAB file",
        b"MATLAB",
        (".mat",),
        "import numpy as np, scipy.io; d = scipy.io.loadmat(PATH); print(list(d)); "
        "np.savez_compressed('data.npz', images=d['images'], labels=d['labels'])",
    ),
    Kind(
        "a Parquet file",
        b"PAR1",
        (".parquet",),
        "import os, pandas as pd; t = pd.read_parquet(PATH); print(list(t)); "
        "[(os.makedirs(f'data/{y}', exist_ok=True), open(f'data/{y}/{i}.png', 'wb').write(x['bytes'])) "
        "for i, (x, y) in enumerate(zip(t['image'], t['label']))]",
    ),
)
EMNIST = Kind(
    "EMNIST's MATLAB file",
    b"MATLAB",
    (".mat",),
    "import numpy as np, scipy.io; d = scipy.io.loadmat(PATH)['dataset'][0, 0]; "
    "a = {f'{what}_{half}': d[half][0, 0][what] "
    "for half in ('train', 'test') for what in ('images', 'labels')}; "
    "np.savez_compressed('emnist.npz', **a)",
)
READ = (
    ".npz, IDX, a folder of pictures for each class, a table with a label and pixels on each line, "
    "QuickDraw's .ndjson or .npy, TFRecord, and stroke files (.jsonl)"
)


def is_known(path: Path) -> bool:
    """Whether a file is named as one of a format that can be converted."""
    return any(path.suffix.lower() in kind.suffixes for kind in KINDS)


def refusal(path: Path, start: bytes) -> DigitjsError:
    """What a file is, and how to convert it.

    Args:
        path: a file that no reader takes.
        start: what it begins with.
    """
    suffix = path.suffix.lower()
    for kind in KINDS:
        if (kind.magic and start.startswith(kind.magic)) or suffix in kind.suffixes:
            emnist = kind.suffixes == EMNIST.suffixes and "emnist" in path.name.lower()
            what = EMNIST if emnist else kind
            names = "" if emnist else ", with the names that it has"
            turned = ", with transpose = true under [data] in digitjs.toml" if emnist else ""
            code = what.code.replace("PATH", repr(str(path)))
            return DigitjsError(f"{path} is {what.name}: convert it with `{code}`{names}, and give the result{turned}.")
    if start.startswith(b"PK"):
        return DigitjsError(f"{path} is a zip file without NumPy arrays: unpack it and give the folder.")
    if start.startswith(b"\x1f\x8b"):
        return DigitjsError(
            f"{path} is a gzip file of something else than IDX or TFRecord: unpack it and give what was in it."
        )
    if not start:
        return DigitjsError(f"{path} is empty: fetch or save it again.")
    return DigitjsError(f"{path} is in no format that digitjs reads, or is cut short: give {READ}.")
