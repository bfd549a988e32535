"""Counties against the country, and months against their past, as screens show them."""
