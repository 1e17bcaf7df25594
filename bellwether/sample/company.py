"""What the company looks like: silos, channels, reasons, plans. Structure only; planted numbers are in truth.toml."""

from __future__ import annotations

from dataclasses import dataclass

SILOS = ("Sales", "Onboarding", "Billing", "Support", "Field service", "Digital", "Retention", "Complaints")
REGIONS = {"North": 0.18, "East": 0.22, "South": 0.24, "West": 0.28, "Islands": 0.08}
# name: (share, has a priority line)
SEGMENTS = {"Starter": (0.28, False), "Family": (0.42, False), "Premium": (0.2, True), "Business": (0.1, True)}
PRICES = {"basic": 42.5, "plus": 57.5, "premium": 79.0}  # EUR a month
LAPSE_REASONS = {"switched": 0.46, "price": 0.22, "service": 0.16, "moved": 0.12, "not paying": 0.04}

# Human channels of a silo with their shares; phone is in the call platform, all others are tickets.
CHANNELS = {
    "Sales": {"phone": 0.5, "chat": 0.5},
    "Onboarding": {"phone": 0.2, "email": 0.5, "chat": 0.3},
    "Billing": {"phone": 0.25, "email": 0.45, "chat": 0.3},
    "Support": {"phone": 0.25, "chat": 0.5, "email": 0.25},
    "Field service": {"visit": 1.0},
    "Digital": {"app": 0.55, "web": 0.45},
    "Retention": {"phone": 0.6, "email": 0.4},
    "Complaints": {"email": 0.5, "form": 0.3, "letter": 0.2},
}
TOUCHPOINTS = {
    "Sales": {
        "phone": "Sales line",
        "chat": "Sales chat",
        "comparison_site": "Comparison site",
        "friend": "Word of a friend",
    },
    "Onboarding": {"phone": "Welcome line", "email": "Welcome mail", "chat": "Welcome chat"},
    "Billing": {"phone": "Bill line", "email": "Bill mail", "chat": "Bill chat"},
    "Support": {"phone": "Help line", "chat": "Help chat", "email": "Help mail"},
    "Field service": {"visit": "Home visit"},
    "Digital": {"app": "App", "web": "My account"},
    "Retention": {"phone": "Renewal desk", "email": "Renewal mail"},
    "Complaints": {
        "email": "Complaints mail",
        "form": "Complaints form",
        "letter": "Complaints letter",
        "review_site": "Review site",
        "press": "Press",
    },
}
TEAMS = {
    "Sales": ("Sales inbound", "Sales outbound"),
    "Onboarding": ("Welcome desk",),
    "Billing": ("Bills", "Payments"),
    "Support": ("Help desk A", "Help desk B", "Second line"),
    "Field service": ("Crew North", "Crew South"),
    "Digital": ("Web and app",),
    "Retention": ("Renewal desk",),
    "Complaints": ("Complaints desk",),
}
# Mean handling seconds and cost in EUR of one contact.
HANDLING = {
    "phone": (420, 7.2),
    "chat": (540, 4.4),
    "email": (600, 5.6),
    "form": (700, 6.1),
    "letter": (900, 9.5),
    "visit": (4200, 84.0),
    "app": (180, 0.05),
    "web": (260, 0.05),
    "review_site": (300, 2.5),
    "press": (900, 12.0),
    "comparison_site": (0, 0.0),
    "friend": (0, 0.0),
}
PROMISE_DAYS = {
    "Billing": (2, 8),
    "Support": (1, 6),
    "Onboarding": (3, 10),
    "Field service": (1, 7),
    "Complaints": (5, 20),
}
THIRD_PARTY = {
    "review_site": ("Complaints", 0.5),
    "press": ("Complaints", 0.08),
    "comparison_site": ("Sales", 0.3),
    "friend": ("Sales", 0.12),
}


@dataclass(frozen=True)
class Reason:
    """Why a customer and the company meet: how often, at which stage, digital first or not, through which silos."""

    share: float
    stage: str
    digital_first: float
    path: tuple[str, ...]
    initiated_by: str = "customer"


REASONS = {
    "usage": Reason(0.20, "use", 1.0, ("Support",)),
    "payment": Reason(0.13, "use", 0.9, ("Billing",)),
    "bill question": Reason(0.13, "get help", 0.45, ("Billing",)),
    "slow connection": Reason(0.12, "get help", 0.4, ("Support",)),
    "outage": Reason(0.09, "get help", 0.45, ("Support",)),
    "meter reading": Reason(0.08, "use", 0.85, ("Billing",)),
    "change plan": Reason(0.05, "choose", 0.5, ("Sales",)),
    "repair": Reason(0.05, "get help", 0.25, ("Support", "Field service")),
    "move": Reason(0.035, "join", 0.2, ("Sales", "Onboarding", "Field service")),
    "complaint": Reason(0.02, "get help", 0.1, ("Complaints",)),
    "disputed bill": Reason(0.02, "get help", 0.1, ("Billing", "Complaints")),
    "offer": Reason(0.04, "renew", 0.0, ("Retention",), "company"),
    "leaving": Reason(0.015, "leave", 0.0, ("Retention",)),
    "review": Reason(0.02, "discover", 0.0, (), "third_party"),
    # Never drawn: each customer who joins during the sample has exactly one.
    "installation": Reason(0.0, "join", 0.3, ("Sales", "Onboarding", "Field service")),
}
