"""What the screen of timelines is made of."""
