"""Did a commitment work? Verdicts from weekly panels, each with its interval, its comparison and its checks."""

from bellwether.verdicts.portfolio import Outcome, Portfolio, portfolio
from bellwether.verdicts.result import CANNOT_TELL, NO_EFFECT, NOT_YET, WORDS, WORKED, WORSE, Verdict
from bellwether.verdicts.verdict import verdict

__all__ = [
    "CANNOT_TELL",
    "NOT_YET",
    "NO_EFFECT",
    "WORDS",
    "WORKED",
    "WORSE",
    "Outcome",
    "Portfolio",
    "Verdict",
    "portfolio",
    "verdict",
]
