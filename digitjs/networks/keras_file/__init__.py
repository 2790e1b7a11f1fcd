"""Keras files read as data: nothing in them is run, and no Keras is loaded."""
