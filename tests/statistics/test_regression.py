"""What the two regressions share: where it has no answer it says None, and no number is too large for it."""

import numpy as np
import pytest

from db.statistics.regression import fitted_rate

ROWS = np.arange(9.0)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("columns", "counts"),
    [
        ([np.ones(9), ROWS, ROWS], ROWS + 3),  # the same twice
        ([np.ones(9), ROWS, 0.1 + 0.3 * ROWS], ROWS + 3),  # the same but for rounding
        ([np.ones(9), *np.eye(9)[:8]], ROWS + 3),  # a column a row: no freedom left
        ([np.ones(9), ROWS > 4], np.where(ROWS > 4, 0, 7)),  # nothing on one side
        ([np.ones(9), ROWS], np.zeros(9)),
    ],
)
def test_a_line_that_cannot_be_told_is_none(columns: list[np.ndarray], counts: np.ndarray) -> None:
    assert fitted_rate(np.column_stack(columns), counts, np.full(9, 100.0)) is None


def test_a_limit_larger_than_any_number_is_still_a_number() -> None:
    fit = fitted_rate(np.column_stack([np.ones(9), ROWS > 4]), ROWS + 3, np.full(9, 100.0))
    assert fit is not None
    assert fit.ratio(1).upper < fit.ratio(1, units=10_000).upper < np.inf
