"""What the screen of accounts is made of."""
