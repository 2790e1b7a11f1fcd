"""Addresses of files and folders that do not lie on this machine, such as s3://bucket/letters."""

import re
from urllib.parse import urlsplit

HERE = ("file://", "local://")
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://")
QUERY = re.compile(r"(?<=[^\s'\"?#])\?[^\s'\")]*")  # signatures and tokens stand there
USER = re.compile(r"(?<=://)[^\s/'\"]*@")
# Words with ":" between them, but not where it belongs to an address: after its scheme, or before its port.
WORDS = re.compile(rf"{ADDRESS.pattern}[^/:]*(?::\d+(?=/|$))?[^:]*|[^:]+")


def is_address(word: str) -> bool:
    """Whether a word is an address, and not a path."""
    return ADDRESS.match(word) is not None


def is_here(address: str) -> bool:
    """Whether what an address names lies on this machine, where it is read as it is."""
    return address.startswith(HERE)


def fault(word: str) -> str:
    """What is wrong with an address, as half a sentence without secrets; nothing for paths, and where it is right."""
    shown = without_secrets(word)
    if "://" in word and "::" in word:
        return f"{shown} has :: in it, which joins addresses: give one address"
    try:
        has_password = is_address(word) and urlsplit(word).password is not None
    except ValueError:
        return f"{shown} is no address: give one such as s3://bucket/letters"
    if has_password:
        return (
            f"{shown} is given with a password: leave it out, and give it to the store's package in an environment "
            "variable or a file of its own"
        )
    return ""


def without_secrets(text: str) -> str:
    """A text in which addresses have neither users nor queries."""
    return QUERY.sub("", USER.sub("", text)) if "://" in text else text
