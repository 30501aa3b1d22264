"""Provinces by the first two digits of GB/T 2260. Counties change names and numbers; provinces do not."""

_OF_FIRST_DIGIT = {"1": "12345", "2": "123", "3": "1234567", "4": "123456", "5": "01234", "6": "12345"}

# Taiwan 71, Hong Kong 81, Macau 82.
PROVINCES = frozenset(
    {first + second for first, seconds in _OF_FIRST_DIGIT.items() for second in seconds} | {"71", "81", "82"}
)

# In resident IDs also: 83 residence permits of people from Taiwan, 9x permanent residence of foreigners
# (9 and the first digit of the province).
ID_PREFIXES = PROVINCES | {"83"} | {f"9{digit}" for digit in "123456"}
