"""From feeds and marts to what lies ahead: the ground it stands on, the proof, the outlook, and the marts they become.

SQL gathers (`queries/foresight/`), `bellwether.foresight` reckons, this room brings the two together for a version.
"""
