"""What digitjs tells a person who gave it something it cannot use."""

import click


class DigitjsError(click.ClickException):
    """One sentence that says what is wrong and what to do; the command line prints it and exits with 1."""
