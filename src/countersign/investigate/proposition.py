"""The explanations that are weighed against each other, defined so that no two of them can be true at once."""

from collections.abc import Mapping
from typing import Literal, get_args

import msgspec

Key = Literal["outsider", "slip", "insider", "app", "platform", "owner", "staged"]
"""The seven propositions: who held the credential, whose hand it was, and whether it was meant."""
KEYS: tuple[Key, ...] = get_args(Key)


class Proposition(msgspec.Struct, frozen=True, kw_only=True):
    """One explanation. `credential`, `hand` and `meant` say what sets it apart from all others."""

    key: Key
    words: str
    credential: str
    hand: str
    meant: str


PROPOSITIONS: Mapping[Key, Proposition] = {
    "outsider": Proposition(
        key="outsider", words="an outsider with stolen access", credential="the team's, stolen or guessed",
        hand="nobody of the team", meant="yes, by the outsider",
    ),
    "slip": Proposition(
        key="slip", words="a member of the team, by mistake", credential="the team's", hand="a member of the team",
        meant="no: meant for another account, or not at all",
    ),
    "insider": Proposition(
        key="insider", words="a member of the team, on purpose", credential="the team's", hand="a member of the team",
        meant="yes, against the team's will",
    ),
    "app": Proposition(
        key="app", words="a third-party application", credential="a permission that the team gave an application",
        hand="nobody: the application acted", meant="not by the team",
    ),
    "platform": Proposition(
        key="platform", words="the platform's own side",
        credential="none of the team's: the platform's tools, or a fault",
        hand="the platform, or whoever used its tools", meant="not by the team",
    ),
    "owner": Proposition(
        key="owner", words="the owner's own act", credential="the team's", hand="the owner", meant="yes",
    ),
    "staged": Proposition(
        key="staged", words="staged to look like an attack", credential="the team's",
        hand="the team, or somebody for it", meant="yes, to be seen as somebody else's",
    ),
}  # fmt: skip
"""Pairs of them are compared; the prior is the reader's, and never ours."""
