"""The built site against a stand-in for the usual tutorial page: `make bench`."""
