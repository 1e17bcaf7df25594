"""What the Journey page rests on beside SQL: later loyalty after what happened, and how far silos pull people apart."""
