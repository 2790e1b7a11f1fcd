"""What is known of a key of `digitjs.toml` besides its type and default."""

from msgspec import Meta


def about(description: str, example: object = None) -> Meta:
    """What a key is for, said once: to editors, by `digitjs new` and in the documentation.

    Args:
        description: one sentence without a full stop.
        example: a value, where the default shows none.
    """
    return Meta(description=description, examples=None if example is None else [example])
