"""Numbers that pass the BSN's eleven test, made by arithmetic so that nobody's stands in the code."""


def completed(first_eight: int) -> str | None:
    """Nine digits that pass the test, or None where no last digit does."""
    digits = f"{first_eight:08}"
    rest = sum((9 - place) * int(digit) for place, digit in enumerate(digits)) % 11
    return None if rest == 10 else f"{digits}{rest}"


SAMPLE = str(completed(99_999_999 - 12))
