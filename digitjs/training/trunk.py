"""The weights that few samples start from: those of a compact network that tells many drawn shapes apart.

`python -m digitjs.training.train_trunk` makes the file again, and says what it is trained on.
"""

from typing import Any

import numpy as np

from digitjs.errors import DigitjsError
from digitjs.filesystem.paths import PACKAGE, digest

TRUNK = PACKAGE / "training" / "trunk.npz"
# Of the file above; trainings are keyed by it.
SHA256 = "5671aa71b46f7413770a9539adad49067e4d93b7a65339479630a5560b5e82f8"


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
