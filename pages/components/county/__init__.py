"""What the screen of one county is made of."""
