"""The weights that few samples start from: those of a compact network that tells many drawn shapes apart.

`python -m digitjs.training.train_trunk` makes the file again, and says what it is trained on.
"""

from typing import Any

import numpy as np

from digitjs.errors import DigitjsError
from digitjs.filesystem.paths import PACKAGE, digest

TRUNK = PACKAGE / "training" / "trunk.npz"
SHA256 = (
    "5ba707b442593dcff8253720d62f4afe0b66311b4ac5fb9c5af0ac7d8d00784c"  # of the file above; trainings are keyed by it
)


def start_from(model: Any) -> None:
    """Give a model of the compact network's layers the weights of the trunk; its last layer keeps its own.

    Raises:
        DigitjsError: the file is not the one that digitjs came with.
    """
    if not TRUNK.exists() or digest(TRUNK) != SHA256:
        raise DigitjsError(f"{TRUNK.name} is damaged (its SHA-256 is not the recorded one): reinstall digitjs.")
    with np.load(TRUNK, allow_pickle=False) as file:
        weights = [file[name].astype(np.float32) for name in file.files]
    model.set_weights([*weights, *model.get_weights()[len(weights) :]])
