"""The model itself: it complains of what is lost, and of nothing else."""

import pytest

from tests.sync_model.ledger import Ledger

SEEN = {"name": {"x"}}


def test_a_value_that_nobody_replaced_may_not_vanish() -> None:
    ledger = Ledger()
    ledger.made("a", "r", {"name": "x"}, {})
    ledger.made("b", "r", {"name": "y"}, {})
    with pytest.raises(AssertionError, match="x vanished"):
        ledger.check_never_vanished("r", SEEN, {"name": {"y"}})
    with pytest.raises(AssertionError, match="x was silently lost"):
        ledger.check_shown("r", {"name": {"y"}})


def test_a_value_that_was_chosen_again_elsewhere_may_vanish_where_only_the_old_one_was() -> None:
    ledger = Ledger()
    ledger.made("a", "r", {"name": "x"}, {})
    ledger.made("b", "r", {"name": "y"}, SEEN)
    ledger.made("c", "r", {"name": "x"}, SEEN)
    ledger.check_never_vanished("r", SEEN, {"name": {"y"}})
    with pytest.raises(AssertionError, match="x was silently lost"):
        ledger.check_shown("r", {"name": {"y"}})
