"""What matters: which items and which events satisfaction and loyalty go with most, for whom, and what only hurts."""
