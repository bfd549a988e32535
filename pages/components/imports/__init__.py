"""What the screen of imports is made of: checking and taking in, what came of it, earlier imports, refused rows."""
