"""What the screen of the audit log is made of."""
