"""How many axes a layer's result has, as far as its configuration tells."""

from typing import Any

FLAT = ("Flatten", "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D")
RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN")
CHANGES = {"RepeatVector": 1, "Embedding": 1}


def rank_after(kind: str, options: dict[str, Any], rank: int | None) -> int | None:
    """The rank of a layer's result, the batch included; None where it is not known.

    Args:
        kind: the class.
        options: as Keras or TensorFlow.js names them.
        rank: of its first input; None for an InputLayer.
    """
    if kind == "InputLayer":
        shape = options.get("batch_shape") or options.get("batch_input_shape")
        return None if shape is None else len(shape)
    if kind == "Reshape":
        return 1 + len(options["target_shape"])
    if kind in FLAT and not options.get("keepdims"):
        return 2
    if kind in RECURRENT:
        return 3 if options.get("return_sequences") else 2
    if kind in ("Bidirectional", "TimeDistributed"):
        inner = options["layer"]
        if kind == "Bidirectional":
            return rank_after(inner["class_name"], inner["config"], rank)
        after = rank_after(inner["class_name"], inner["config"], None if rank is None else rank - 1)
        return None if after is None else after + 1
    if kind == "Dot":
        return None
    return None if rank is None else rank + CHANGES.get(kind, 0)
