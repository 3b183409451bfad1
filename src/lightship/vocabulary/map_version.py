"""The version of a map: a digest of what it says."""

import hashlib

import msgspec

from lightship.vocabulary.components import NetworkMap

LENGTH = 16
"""Hexadecimal digits kept: 64 bits, enough to tell the maps of one deployment apart."""


def versioned(network: NetworkMap) -> NetworkMap:
    """The same map with `version` set to the digest of all its other content: equal versions, equal maps."""
    content = msgspec.structs.replace(network, version="")
    digest = hashlib.sha256(msgspec.json.encode(content)).hexdigest()
    return msgspec.structs.replace(network, version=digest[:LENGTH])
