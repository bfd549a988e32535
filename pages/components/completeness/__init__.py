"""What the screen of completeness is made of."""
