"""Asks outsiders over HTTP without letting them, or a URL, lead us anywhere else or hold us up."""

from countersign.evidence.outside.asking import Answer, Unreachable, ask
from countersign.evidence.outside.place import BadUrl, Place, is_public, place
from countersign.evidence.outside.together import meanwhile, together

__all__ = ["Answer", "BadUrl", "Place", "Unreachable", "ask", "is_public", "meanwhile", "place", "together"]
