"""Arrays inside frozen values, and those values as bytes: the same state gives the same bytes."""

from typing import Any, TypeVar

import msgspec
import numpy as np

T = TypeVar("T")


def encode(value: msgspec.Struct) -> bytes:
    """A value with arrays in it as bytes."""
    return msgspec.msgpack.encode(value, enc_hook=_flat)


def decode(data: bytes, kind: type[T]) -> T:
    """What `encode` wrote. Raises msgspec.DecodeError where the bytes are not one."""
    return msgspec.msgpack.decode(data, type=kind, dec_hook=_array)


def _flat(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, np.ascontiguousarray(value).tobytes()
    raise TypeError(f"{type(value)} has no place in a snapshot")


def _array(kind: type, flat: Any) -> Any:
    if kind is np.ndarray:
        dtype, shape, data = flat
        return np.frombuffer(data, dtype=np.dtype(dtype)).reshape(shape)
    raise TypeError(f"{kind} has no place in a snapshot")
