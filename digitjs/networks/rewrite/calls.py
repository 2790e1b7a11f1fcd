"""The order of the calls of shared layers."""

from dataclasses import replace

from digitjs.errors import DigitjsError
from digitjs.networks.graph import Graph, GraphLayer, Tensor


def in_loading_order(graph: Graph) -> Graph:
    """The same network with the calls of each layer in the order in which TensorFlow.js makes them when it loads it.

    It counts calls as it makes them, and makes those first whose inputs are there. Where a later call is ready before
    an earlier one, it confuses the two: what it loads is another network, or it never ends.

    Raises:
        DigitjsError: layers that are called with what they give themselves, or with what no layer gives.
    """
    while True:
        places = _places(graph)
        if all(tensor.call == place for tensor, place in places.items()):
            return graph
        graph = _renumbered(graph, places)


def _places(graph: Graph) -> dict[Tensor, int]:
    """When each call is made, counted for its layer."""
    places: dict[Tensor, int] = {}
    waiting = {layer.name: list(enumerate(layer.calls)) for layer in graph.layers}
    while any(waiting.values()):
        before = len(places)
        for name, calls in waiting.items():
            for place, inputs in tuple(calls):
                if all(tensor._replace(output=0) in places for tensor in inputs):
                    places[Tensor(name, place)] = sum(tensor.layer == name for tensor in places)
                    calls.remove((place, inputs))
        if len(places) == before:
            raise DigitjsError(f"{graph.name} calls layers in a circle: save it again.")
    return places


def _renumbered(graph: Graph, places: dict[Tensor, int]) -> Graph:
    def new(tensor: Tensor) -> Tensor:
        return tensor._replace(call=places[tensor._replace(output=0)])

    def reordered(layer: GraphLayer) -> GraphLayer:
        calls = sorted(range(len(layer.calls)), key=lambda place: places[Tensor(layer.name, place)])
        return replace(layer, calls=tuple(tuple(map(new, layer.calls[place])) for place in calls))

    return replace(
        graph,
        layers=tuple(map(reordered, graph.layers)),
        inputs=tuple(map(new, graph.inputs)),
        outputs=tuple(map(new, graph.outputs)),
    )
