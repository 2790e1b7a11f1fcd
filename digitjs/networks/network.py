"""A network: layers and recipes as plain values, checked when they are made. No TensorFlow."""

import re
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from digitjs.data.samples import Dataset
from digitjs.data.task import MNIST_FRAMING, Framing
from digitjs.errors import DigitjsError
from digitjs.networks.graph import Graph, GraphLayer, Tensor
from digitjs.networks.layers import Layer
from digitjs.networks.recipe import Recipe, few_samples, require_valid
from digitjs.networks.rewrite import Step, rewrite

# The name of a network is a folder, a URL, an element's id on the report page and a value of the page's selector.
NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
RESERVED = (
    *("all", "constructor"),  # the selector's value for all networks, a key of every JavaScript object
    # devices of Windows, which are files of no folder
    *("aux", "con", "nul", "prn", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))),
    # ids of templates
    *("agreement", "announcement", "ask", "canvas", "classes", "compared", "correct", "digits", "erase", "examples"),
    *("gallery", "inside", "journey", "live", "loading", "main", "prediction", "problem", "redo", "share", "undo"),
    *("unstarted", "writer", "writers"),
)
# What TensorFlow.js has and passes by, as Keras does after training.
DROPPED_BY_TFJS = ("AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise", "SpatialDropout1D")


@dataclass(frozen=True)
class Network:
    """The recipe of something that maps (n, size, size, 1) to (n, classes) probabilities; of ten classes until it is
    adapted to data.

    Raises:
        DigitjsError: when it is made, for a name, a layer or a recipe that could not be used.
    """

    name: str  # also its folder and its value in the page's selector
    title: str
    layers: tuple[Layer, ...]
    recipes: tuple[Recipe, ...]  # the first is the one that is used
    has_trunk: bool = False  # whether the package has weights that few samples can start from
    is_told: bool = False  # whether the user named the recipe, which is then followed however few samples there are
    framing: Framing = MNIST_FRAMING  # of what it is trained on and asked about

    def __post_init__(self) -> None:
        require_name(self.name)
        _require_layers(self)
        names = [recipe.name for recipe in self.recipes]
        if len(names) != len(set(names)) or not names:
            raise DigitjsError(f"{self.name} has the recipes {names}: give it one at least, each with its own name.")
        for recipe in self.recipes:
            require_valid(recipe)
            if recipe.augmentation and self.framing != MNIST_FRAMING:
                raise DigitjsError(
                    f"{self.name}: the augmentation of the recipe {recipe.name} is made for ink framed as MNIST was, "
                    f"in 28 x 28: leave it out, or let the network take images of that framing."
                )

    @property
    def recipe(self) -> Recipe:
        """How it is trained."""
        return self.recipes[0]

    def trained_by(self, name: str | None, *, seed: int) -> "Network":
        """The same layers with another of its recipes (None keeps its own) and another seed.

        Raises:
            DigitjsError: it has no recipe of that name.
        """
        known = {recipe.name: recipe for recipe in self.recipes}
        if name is not None and name not in known:
            raise DigitjsError(f"{self.name} has no recipe {name}: choose from {', '.join(known)}.")
        chosen = replace(known[name] if name else self.recipe, seed=seed)
        return replace(self, recipes=(chosen,), is_told=name is not None)

    def adapted(self, dataset: Dataset) -> "Network":
        """The same for the classes of a data set, trained as suits its kind and size."""
        task, recipe = dataset.task, self.recipe
        if task.pens is None:
            recipe = recipe.without_pens()
        if task.kind == "picture":
            recipe = recipe.for_pictures()
        if dataset.is_small and recipe.augmentation and not self.is_told:  # without one, it is somebody else's
            recipe = few_samples(recipe, trunk=self.has_trunk)
        return replace(self, layers=with_outputs(self.layers, len(task.classes)), recipes=(recipe,))


def require_name(name: str) -> None:
    """Refuse what cannot be a folder, a URL, an id and a value at once.

    Raises:
        DigitjsError: the name is of other characters, or has a meaning already.
    """
    if not NAME.fullmatch(name):
        raise DigitjsError(f"A network cannot be called {name}: take up to 40 of a-z, 0-9 and -, first a letter.")
    if name in RESERVED:
        raise DigitjsError(f"A network cannot be called {name}, which has a meaning of its own: choose another name.")


def _require_layers(network: Network) -> None:
    changes = [change for step in rewrite(_chain(network), target="page").steps if (change := _change(step))]
    if changes:
        raise DigitjsError(f"{network.name} cannot run in the page as it is: {'; '.join(changes)}.")
    if not _ends_in_probabilities(network.layers):
        raise DigitjsError(
            f"{network.name} does not end in probabilities: let its last layer be a Dense with a unit for each class "
            "and the activation softmax, or a Softmax after one without."
        )


def _chain(network: Network) -> Graph:
    """The layers as they are going to be built and named."""
    size = network.framing.size
    inputs = GraphLayer("InputLayer", "image", {"batch_shape": [None, size, size, 1]})
    layers = [inputs]
    for place, layer in enumerate(network.layers, start=1):
        name, before = f"{layer.kind.lower()}_{place}", Tensor(layers[-1].name)
        layers.append(GraphLayer(layer.kind, name, _options(network, layer), calls=((before,),)))
    return Graph(network.name, tuple(layers), (Tensor(inputs.name),), (Tensor(layers[-1].name),), keras=2)


def _options(network: Network, layer: Layer) -> dict[str, Any]:
    """As keys and cards write them."""
    try:
        options: dict[str, Any] = msgspec.to_builtins(layer.options)
    except TypeError as error:
        raise DigitjsError(
            f"{network.name}: {layer} has an option that is no number, text or tuple: {error}."
        ) from error
    return options


def _change(step: Step) -> str | None:
    """What to write instead of a layer that is trained as it is and exported so, and TensorFlow.js has otherwise."""
    if step.fate == "kept" or step.kind in DROPPED_BY_TFJS:
        return None
    instead = "leave it out" if step.fate == "dropped" else f"write it {step.what}"
    return f"{step.kind} {step.layer}: {instead}"


def _ends_in_probabilities(layers: tuple[Layer, ...]) -> bool:
    """As far as one can tell without Keras, which `keras_model.require_buildable` asks for the shape."""
    if not layers:
        return False
    last = layers[-1]
    return last.options.get("activation") == "softmax" or (
        last.kind == "Softmax" and last.options.get("axis", -1) == -1
    )


def with_outputs(layers: tuple[Layer, ...], classes: int) -> tuple[Layer, ...]:
    """The same layers with as many units in the last of those that have some."""
    place = max((i for i, layer in enumerate(layers) if "units" in layer.options), default=None)
    if place is None:
        return layers
    last = Layer(layers[place].kind, {**layers[place].options, "units": classes})
    return (*layers[:place], last, *layers[place + 1 :])
