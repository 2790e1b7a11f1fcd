"""TFRecord files: records with their lengths and checksums, each a tf.train.Example. TensorFlow is not needed."""

import gzip
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import google_crc32c
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from digitjs.data.parts import LARGEST
from digitjs.errors import DigitjsError
from digitjs.filesystem import inputs

NAMED = re.compile(r"\.tfrecords?(?=[-.]|$)", re.IGNORECASE)  # also own.tfrecord-00000-of-00010 and own.tfrecord.gz
GZIP = b"\x1f\x8b"
START = 1 << 10  # bytes that tell what has packed a file
EITHER = zlib.MAX_WBITS | 32  # of GZIP and ZLIB
LENGTH, CHECKSUM = struct.Struct("<Q"), struct.Struct("<I")
HEAD = LENGTH.size + CHECKSUM.size
MASK = 0xA282EAD8  # is added to checksums, so that those of records in records differ
LONGEST = 1 << 24  # bytes of a record: small numbers take twenty times as many when they are read
MOST = 1 << 31  # bytes of a message of protobuf: what says more is damaged

Field = descriptor_pb2.FieldDescriptorProto
# https://github.com/tensorflow/tensorflow/blob/v2.19.0/tensorflow/core/example/feature.proto: by message the name, the
# number and the type of each field. A map's entries are messages, and packed numbers and others are read alike.
SCHEMA: dict[str, tuple[tuple[str, int, int | str, bool], ...]] = {
    "BytesList": (("value", 1, Field.TYPE_BYTES, True),),
    "FloatList": (("value", 1, Field.TYPE_FLOAT, True),),
    "Int64List": (("value", 1, Field.TYPE_INT64, True),),
    "Feature": (("bytes", 1, "BytesList", False), ("floats", 2, "FloatList", False), ("ints", 3, "Int64List", False)),
    "Entry": (("key", 1, Field.TYPE_STRING, False), ("value", 2, "Feature", False)),
    "Features": (("feature", 1, "Entry", True),),
    "Example": (("features", 1, "Features", False),),
}
Values = Any  # of a feature: a sequence of bytes, floats or integers, all of one kind
Features = dict[str, Values]


def is_one(path: Path, start: bytes) -> bool:
    """Whether a file is of TFRecord, by its name or by what it begins with."""
    return bool(NAMED.search(path.name)) or _begins(start) or _begins(_unpacked(start))


def examples(path: Path) -> Iterator[tuple[int, Features]]:
    """The features of each record by their names, with the record's number, from 1; packed with gzip or not.

    Raises:
        DigitjsError: it cannot be read, or is packed with ZLIB; or a record is too long, cut short, damaged, or no
            tf.train.Example.
    """
    for number, record in enumerate(_records(path), start=1):
        example = EXAMPLE()
        try:
            example.ParseFromString(record)
        except DecodeError as error:
            raise DigitjsError(
                f"{path} is a TFRecord file whose record {number} is no tf.train.Example: give one with an image and a "
                "label in each."
            ) from error
        yield number, {entry.key: _values(entry.value) for entry in example.features.feature}


def _records(path: Path) -> Iterator[bytes]:
    inputs.require(path, "data", LARGEST)
    packed = _is_packed(path)
    number = 0
    try:
        with gzip.open(path) if packed else path.open("rb") as file:
            while head := file.read(HEAD):
                number += 1
                length = _length(head)
                if LONGEST < length <= MOST:
                    raise DigitjsError(
                        f"{path} has {length / 1e6:,.0f} MB in its record {number}: give at most {LONGEST / 1e6:,.0f}, "
                        "such as encoded or smaller images."
                    )
                record = file.read(length) if 0 <= length <= LONGEST else b""
                if len(record) != length or file.read(CHECKSUM.size) != CHECKSUM.pack(_masked(record)):
                    raise EOFError
                yield record
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        later = " or a later one" if packed else ""  # gzip unpacks ahead
        raise DigitjsError(
            f"{path} is a TFRecord file that is cut short or damaged at its record {max(number, 1)}{later}: write it "
            "again."
        ) from error
    except OSError as error:
        raise DigitjsError(f"Cannot read the data {path}: {error.strerror}.") from error


def _is_packed(path: Path) -> bool:
    """Whether gzip has packed a file; a record's length may begin as it does.

    Raises:
        DigitjsError: ZLIB has packed it.
    """
    with path.open("rb") as file:
        start = file.read(START)
    if _begins(start):
        return False
    if not start.startswith(GZIP) and _begins(_unpacked(start)):
        raise DigitjsError(f"{path} is a TFRecord file packed with ZLIB: write it with GZIP, or without packing.")
    return start.startswith(GZIP)


def _unpacked(start: bytes) -> bytes:
    try:
        return zlib.decompressobj(EITHER).decompress(start, HEAD)
    except zlib.error:
        return b""


def _begins(start: bytes) -> bool:
    return _length(start[:HEAD]) >= 0


def _length(head: bytes) -> int:
    """The bytes of the record that comes after; -1 where this is no head of one."""
    length = head[: LENGTH.size]
    whole = len(head) == HEAD and head[LENGTH.size :] == CHECKSUM.pack(_masked(length))
    return int(LENGTH.unpack(length)[0]) if whole else -1


def _masked(content: bytes) -> int:
    """The CRC-32C of some bytes, turned by 15 bits and shifted."""
    crc: int = google_crc32c.value(content)
    return ((crc >> 15 | crc << 17) + MASK) & 0xFFFFFFFF


def _values(feature: Any) -> Values:
    return feature.bytes.value or feature.floats.value or feature.ints.value


def _example() -> Any:
    """The class of the message, in a pool of its own, as TensorFlow adds its own to the common one."""
    file = descriptor_pb2.FileDescriptorProto(name="example.proto", syntax="proto3")
    for name, fields in SCHEMA.items():
        message = file.message_type.add(name=name)
        for field, number, kind, repeated in fields:
            label = Field.LABEL_REPEATED if repeated else Field.LABEL_OPTIONAL
            of = {"type_name": kind} if isinstance(kind, str) else {"type": kind}
            message.field.add(name=field, number=number, label=label, **of)
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("Example"))


EXAMPLE = _example()
