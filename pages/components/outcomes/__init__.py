"""What the screen of outcomes is made of."""
