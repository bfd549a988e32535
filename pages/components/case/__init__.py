"""What the screen of one case is made of: head, picture and table, steps, flags, and what is done about them."""
