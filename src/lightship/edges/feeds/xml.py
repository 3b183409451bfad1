"""XML from strangers: no DTD, no entities, nothing fetched (defusedxml); and what is no XML says where."""

from xml.etree.ElementTree import Element, ParseError

import defusedxml
from defusedxml.ElementTree import fromstring

from lightship.edges.feeds.feed import Malformed


def parsed(document: bytes) -> Element:
    """The root. Raises Malformed: for a document type declaration, too, which is how XML bombs begin."""
    try:
        root: Element = fromstring(document, forbid_dtd=True)
    except defusedxml.DefusedXmlException:
        raise Malformed("document", "a document type or an entity is declared", "XML without a DTD") from None
    except ParseError as error:
        line, column = error.position
        raise Malformed(
            f"line {line}, column {column + 1}", f"no XML ({str(error).partition(':')[0]})"
        ) from None
    except (ValueError, LookupError) as error:
        raise Malformed("document", f"no XML ({error})") from None
    return root


def text_of(element: Element, path: str, names: dict[str, str]) -> str:
    """The text of the first element there, without space around it; empty where there is none."""
    found = element.find(path, names)
    return (found.text or "").strip() if found is not None else ""
