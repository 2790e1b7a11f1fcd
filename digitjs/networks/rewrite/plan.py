"""One layer against the table: the calls that it becomes, or all that is wrong with it."""

from collections.abc import Iterator
from dataclasses import replace

from digitjs.layers_format import Weight
from digitjs.networks.rewrite import activations, rules
from digitjs.networks.rewrite.expression import Call, Expression
from digitjs.networks.rewrite.given import Fault, Given, UnfitError, refused
from digitjs.networks.rewrite.table import FUSED, LAYERS, WRAPPERS, Row

# What matters in training only, or to Keras alone.
IGNORED = frozenset(
    (
        *("autocast", "batch_input_shape", "batch_shape", "batch_size", "dropout", "dtype", "fused", "implementation"),
        *("input_shape", "momentum", "name", "noise_shape", "rate", "recurrent_dropout", "renorm", "renorm_clipping"),
        *("renorm_momentum", "seed", "synchronized", "trainable", "unit_forget_bias", "use_cudnn"),
        *("virtual_batch_size", "zero_output_for_mask"),
    )
)
TRAINING = ("_initializer", "_regularizer", "_constraint")
SWITCHES = {"bias": "use_bias", "gamma": "scale", "beta": "center"}  # which weights a layer may lack
ADVICE = {
    "CategoryEncoding": "encode before the network",
    "CenterCrop": "take Cropping2D",
    "GroupNormalization": "train with BatchNormalization or LayerNormalization",
    "Lambda": "its code cannot be run, write it with layers",
    "RandomCrop": "crop before the network",
    "Resizing": "resize before the network",
    "UnitNormalization": "train with BatchNormalization or LayerNormalization",
}
INSTEAD = {
    "groups": "take 1",
    "output_padding": "TensorFlow.js does not heed it, leave it out",
    "interpolation": "TensorFlow.js places the pixels otherwise, take nearest or a Conv2DTranspose",
    "reset_after": "TensorFlow.js has this layer with reset_after=False only, train it so",
}


def planned(given: Given) -> Expression:
    """What a layer becomes: calls of layers that TensorFlow.js answers as Keras does; 0 where it does nothing.

    Raises:
        UnfitError: an argument that TensorFlow.js cannot load or answers otherwise, or a class that it does not have.
    """
    if given.kind in WRAPPERS:
        return _wrapped(given)
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
    advice = ADVICE.get(kind, "build the network without it")
    raise UnfitError([Fault("", f"TensorFlow.js has no such layer, {advice}")])


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


def _wrapped(given: Given) -> Expression:
    """A layer that has another one as its argument `layer`, which may not become several."""
    prefixes = ("forward_", "backward_") if given.kind == "Bidirectional" else ("",)
    _require_like(given)
    share = len(given.weights) // len(prefixes)
    parts = [_inner(given, given.weights[place * share :][:share]) for place in range(len(prefixes))]
    inner = parts[0]
    if isinstance(inner, int):
        return inner
    name = given["layer"]["config"]["name"]
    weights = [
        Weight(f"{prefix}{name}/{weight.name}" if prefix else weight.name, weight.values)
        for prefix, part in zip(prefixes, parts, strict=True)
        for weight in (part.weights if isinstance(part, Call) else ())
    ]
    config = {"name": name, **inner.options}
    merged = {} if given.kind == "TimeDistributed" else {"merge_mode": given.options.get("merge_mode", "concat")}
    options = {"layer": {"class_name": inner.kind, "config": config}, **merged}
    return Call(given.kind, (0,), options, tuple(weights), inner.note)


def _inner(given: Given, weights: tuple[Weight, ...]) -> Expression:
    """The layer within another."""
    kind, config = given["layer"]["class_name"], given["layer"]["config"]
    rank = given.rank if given.rank is None or given.kind == "Bidirectional" else given.rank - 1
    shape = given.shape._replace(rank=rank)
    try:
        inner = planned(Given(kind, config, weights, 1, shape, given.keras))
    except UnfitError as unfit:
        raise UnfitError(Fault(f"layer={kind} {fault.what}".strip(), fault.advice) for fault in unfit.faults) from None
    if isinstance(inner, Call) and (inner.kind != kind or inner.inputs != (0,)):
        raise UnfitError([Fault(f"layer={kind}", "TensorFlow.js needs several layers for it, call them one by one")])
    return inner


def _require_like(given: Given) -> None:
    """Refuse a Bidirectional whose two layers differ, or that gives both results."""
    config, own = given["layer"]["config"], {"name", "go_backwards"}
    backward = (given["backward_layer"] or given["layer"])["config"]
    if {k: v for k, v in backward.items() if k not in own} != {k: v for k, v in config.items() if k not in own}:
        raise UnfitError([Fault("backward_layer", "TensorFlow.js takes the same layer for both directions")])
    if given.kind == "Bidirectional" and given.options.get("merge_mode", "") is None:
        raise refused(given, "merge_mode", "take concat, sum, ave or mul")
