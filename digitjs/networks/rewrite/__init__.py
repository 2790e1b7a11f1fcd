"""A network as Keras means it, in the layers that TensorFlow.js has: kept, rewritten exactly, or refused."""

from digitjs.networks.rewrite.networks import Rewritten, Step, explain, rewrite

__all__ = ["Rewritten", "Step", "explain", "rewrite"]
