"""Labelled images of a task, and their splits."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitjs.data.stored import StoredImages
from digitjs.data.task import Task

FramedImages = NDArray[np.float32] | StoredImages


@dataclass(frozen=True)
class Samples:
    """Images, framed as the page frames what is drawn, and what they show."""

    images: FramedImages  # (n, size, size, 1) in [0, 1]; 0 is paper, 1 is ink
    labels: NDArray[np.int64]  # (n,) places in the task's classes
    writers: NDArray[np.int64] | None = None  # (n,) who drew each, by number; None: not known
    strokes: tuple[bytes, ...] | None = None  # of a small set, n of JSON [[[x, y], ...], ...]; None: there are images

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Origin:
    """What was understood of one path, in words."""

    path: Path
    format: str
    size: str  # of the images, in pixels
    paper: str  # which values are paper and ink
    axes: str  # whether rows and columns were exchanged
    framing: str  # how the images became those of the samples
    name: str = ""  # of the path, for people; empty: as it is


@dataclass(frozen=True)
class Dataset:
    """Samples to fit, samples to choose and calibrate by, and samples that choose nothing.

    Small sets have no validation samples, and test samples only where the data came with them: all others are fitted,
    and networks are cross-validated afterwards.
    """

    task: Task
    train: Samples
    validation: Samples
    test: Samples
    notes: tuple[str, ...] = ()  # what the owner should know: what was left out or guessed, a sentence each
    origins: tuple[Origin, ...] = ()  # one for each path
    splits: str = ""  # how they were divided, in words

    @property
    def is_small(self) -> bool:
        """Whether nothing is held out to choose and calibrate by."""
        return len(self.validation) == 0
