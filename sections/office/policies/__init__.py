"""Policy documents: entered, published, in force until they are not, explained."""
