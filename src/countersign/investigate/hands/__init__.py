"""Which hand: operators as unnamed groups of habits, and how well each, or somebody unknown, explains an action."""

from countersign.investigate.hands.looking import Looked, look
from countersign.investigate.hands.model import UNKNOWN, HandModel, learn_hands
from countersign.investigate.hands.operators import Habit, Operator, Operators, find_operators

__all__ = [
    "UNKNOWN", "Habit", "HandModel", "Looked", "Operator", "Operators", "find_operators", "learn_hands", "look",
]  # fmt: skip
