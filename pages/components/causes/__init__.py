"""What the screen of causes is made of."""
