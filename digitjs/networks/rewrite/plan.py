"""One layer against the table: the calls that it becomes, or all that is wrong with it."""

from collections.abc import Iterator
from dataclasses import replace

from digitjs.networks.graph import Weight
from digitjs.networks.rewrite import activations, rules
from digitjs.networks.rewrite.expression import Call, Expression
from digitjs.networks.rewrite.given import Fault, Given, UnfitError
from digitjs.networks.rewrite.table import FUSED, LAYERS, WRAPPERS, Row

# What matters in training only, or to Keras alone.
IGNORED = frozenset(
    "autocast batch_input_shape batch_shape batch_size dropout dtype fused implementation input_shape momentum name "
    "noise_shape rate recurrent_dropout renorm renorm_clipping renorm_momentum seed synchronized trainable "
    "unit_forget_bias use_cudnn virtual_batch_size".split()
)
TRAINING = ("_initializer", "_regularizer", "_constraint")
SWITCHES = {"bias": "use_bias", "gamma": "scale", "beta": "center"}  # which weights a layer may lack
ADVICE = {
    "GroupNormalization": "train with BatchNormalization or LayerNormalization",
    "Lambda": "its code cannot be run, write it with layers",
    "RandomCrop": "crop before the network",
    "Resizing": "resize before the network",
    "UnitNormalization": "train with BatchNormalization or LayerNormalization",
}
INSTEAD = {
    "groups": "take 1",
    "interpolation": "TensorFlow.js places the pixels otherwise, take nearest or a Conv2DTranspose",
    "mask_zero": "TensorFlow.js does not mask, take False",
    "reset_after": "TensorFlow.js has this layer with reset_after=False only, train it so",
}


def plan(given: Given) -> Expression:
    """What a layer becomes: calls of layers that TensorFlow.js answers as Keras does; 0 where it does nothing.

    Raises:
        UnfitError: an argument that TensorFlow.js cannot load or answers otherwise, or a class that it does not have.
    """
    row = _row(given)
    if row.rule is rules.dropped:
        return 0
    given = replace(given, options={**row.defaults, **given.options})
    faults = list(_argument_faults(given, row))
    try:
        expression = _rewritten(given, row)
    except UnfitError as unfit:
        raise UnfitError([*faults, *unfit.faults]) from None
    if faults:
        raise UnfitError(faults)
    return expression


def _row(given: Given) -> Row:
    kind = given.kind
    if kind in LAYERS:
        return LAYERS[kind]
    if kind.startswith("Random") and kind not in ADVICE:
        return LAYERS["Dropout"]
    if kind in WRAPPERS:
        return _wrapper_row(given)
    raise UnfitError(
        [Fault("", f"TensorFlow.js has no such layer, {ADVICE.get(kind, 'build the network without it')}")]
    )


def _wrapper_row(given: Given) -> Row:
    """The row of a layer that has another one as its argument `layer`."""
    raise UnfitError([Fault("", "TensorFlow.js has no such layer")])


def _argument_faults(given: Given, row: Row) -> Iterator[Fault]:
    """Values that are not among the right ones, and arguments that the table does not know."""
    for option, value in given.options.items():
        if option in row.only and option not in row.handled:
            allowed = row.only[option]
            if not any(type(value) is type(right) and value == right for right in allowed):
                takes = " or ".join(
                    str(right) for right in allowed if right is not None and not isinstance(right, list)
                )
                yield Fault(
                    f"{option}={value}", INSTEAD.get(option, f"TensorFlow.js answers rightly with {takes} only")
                )
        elif not _is_known(option, given, row) and value not in (None, False):
            yield Fault(f"{option}={value}", "it is not known what TensorFlow.js makes of it, leave it out")


def _is_known(option: str, given: Given, row: Row) -> bool:
    return (
        option in row.passes
        or option in row.handled
        or option in row.activations
        or (option == "activation" and given.kind in FUSED)
        or option in IGNORED
        or option.endswith(TRAINING)
    )


def _rewritten(given: Given, row: Row) -> Expression:
    """The layer with the arguments that pass, what its rule makes of it, and its activation."""
    passing = (*row.passes, *row.only)
    options = {name: value for name, value in given.options.items() if name in passing and value is not None}
    for option in row.activations:
        options[option] = activations.native(given[option], given.keras)
        if options[option] is None:
            raise activations.unknown(option, given[option])
    kept = Call(given.kind, tuple(range(given.inputs)), options, _named(given, row))
    if given.kind not in FUSED:
        return kept if row.rule is None else row.rule(given, kept)
    own = activations.native(given["activation"], given.keras)
    kept.options["activation"] = own or "linear"
    core = kept if row.rule is None else row.rule(given, kept)
    return core if own else activations.activated(core, given["activation"], given.keras)


def _named(given: Given, row: Row) -> tuple[Weight, ...]:
    """The weights under TensorFlow.js's names."""
    given_weights = [weight for weight in given.weights if not weight.name.endswith("seed_generator_state")]
    names = [name for name in row.weights if given.options.get(SWITCHES.get(name, ""), True)]
    if given.kind == "Normalization" or not given_weights:
        return ()
    if len(names) != len(given_weights):
        found = f"it has {len(given_weights)} weights and should have {len(names)}, save the network again"
        raise UnfitError([Fault("", found)])
    return tuple(Weight(name, weight.values) for name, weight in zip(names, given_weights, strict=True))
