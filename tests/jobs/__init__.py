"""Work done aside."""
