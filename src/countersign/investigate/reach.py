"""Says how far what is known of access reaches: from when to when sign-ins are listed, and whether that is enough."""

from countersign.investigate.facts import Facts
from countersign.investigate.span import first_time, last_time
from countersign.text import utc


def reach(facts: Facts) -> str:
    """Return whether lists of sign-ins cover the time of the incident, contradict each other, or end elsewhere."""
    first, last = first_time(facts), last_time(facts)
    if first and last and any(one.start <= last and one.end >= first for one in facts.doubts):
        return "what is told of sign-ins at the time of the incident contradicts itself, and gives no number"
    since, until = facts.sign_ins_from, facts.sign_ins_until
    if since is None or until is None:
        return _without_a_list(facts)
    listed = f"sign-ins are listed, as told, from {utc(since)} to {utc(until)} UTC"
    if first is None or last is None:
        return f"{listed}; the incident has no time that could be compared"
    if until < first:
        return f"{listed}; the incident is later, so these lists say nothing of it"
    if since > last:
        return f"{listed}; the incident is earlier, so these lists say nothing of it"
    if since <= first and last <= until:
        return f"{listed}: that covers the incident"
    return f"{listed}: that covers a part of the incident"


def _without_a_list(facts: Facts) -> str:
    if not facts.sign_ins:
        return "nothing is known of sign-ins"
    return "no list is known to hold every sign-in of any time: that one is missing says nothing"
