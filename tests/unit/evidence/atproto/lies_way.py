"""Lies in the way through the tree, and in what is claimed."""

from tests.unit.evidence.atproto import forge
from tests.unit.evidence.atproto.forge import car, commit, fields, node
from tests.unit.evidence.atproto.stage import (
    CLAIMED,
    COMMIT,
    LEFT,
    MIDDLE,
    MISSING,
    OTHER,
    RECORD,
    ROOT,
    SIGNER,
    TRUE,
    TRUE_ABSENCE,
    A,
    B,
    Lie,
    lie,
    row,
    under,
)


@lie
def a_block_more_at_the_end() -> Lie:
    return Lie(car([COMMIT, ROOT, MIDDLE, RECORD, OTHER]), 40)


@lie
def a_block_more_on_the_way() -> Lie:
    return Lie(car([COMMIT, ROOT, LEFT, MIDDLE, RECORD]), 37)


@lie
def a_second_commit() -> Lie:
    return Lie(car([COMMIT, commit(SIGNER, fields(ROOT.cid, rev=forge.LATER)), ROOT, MIDDLE, RECORD]), 37)


@lie
def a_node_left_out() -> Lie:
    return Lie(car([COMMIT, ROOT, RECORD]), 37)


@lie
def a_root_left_out() -> Lie:
    return Lie(car([COMMIT, MIDDLE, RECORD]), 37)


@lie
def a_record_left_out() -> Lie:
    return Lie(TRUE_ABSENCE, 40)


@lie
def another_record_in_its_place() -> Lie:
    return Lie(car([COMMIT, ROOT, MIDDLE, OTHER]), 40)


@lie
def nodes_in_another_order() -> Lie:
    return Lie(car([COMMIT, MIDDLE, ROOT, RECORD]), 37)


@lie
def a_record_before_its_node() -> Lie:
    return Lie(car([COMMIT, ROOT, RECORD, MIDDLE]), 37)


@lie
def a_record_that_is_not_there() -> Lie:
    return Lie(TRUE, 38, MISSING.decode())


@lie
def another_version_of_the_record() -> Lie:
    return Lie(TRUE, 39, cid=OTHER.cid)


@lie
def absence_of_a_record_that_is_there() -> Lie:
    return Lie(TRUE_ABSENCE, 43, kind="exclusion")


@lie
def absence_with_a_record_left_over() -> Lie:
    return Lie(TRUE, 43, MISSING.decode(), "exclusion")


@lie
def absence_shown_only_down_to_the_root() -> Lie:
    return Lie(car([COMMIT, ROOT]), 37, MISSING.decode(), "exclusion")


@lie
def absence_shown_in_another_gap() -> Lie:
    return Lie(car([COMMIT, ROOT, LEFT]), 37, MISSING.decode(), "exclusion")


@lie
def absence_by_hiding_a_key_under_a_node_of_its_own_layer() -> Lie:
    """The root does not have A, where it belongs; a reader who stops at its layer would call it absent."""
    hidden = node(None, row(A))
    root = node(hidden.cid, row(B))
    return Lie(under(root, hidden), 31, A.decode(), "exclusion")


@lie
def a_path_of_one_part() -> Lie:
    return Lie(TRUE, 35, "self")


@lie
def a_path_of_three_parts() -> Lie:
    return Lie(TRUE, 35, CLAIMED + "/x")


@lie
def a_path_in_no_collection() -> Lie:
    return Lie(TRUE, 35, "like/3jzfcijpj2z2a", "exclusion")


@lie
def a_path_to_the_folder_above() -> Lie:
    return Lie(TRUE, 35, f"{forge.LIKE}/..", "exclusion")
