"""What a school or unit that was complained about may get: a request for explanation, without a word of the letter."""
