"""What the screens of gender desks and female officers are made of."""
