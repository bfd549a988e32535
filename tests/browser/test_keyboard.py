"""Tables of which a row can be chosen, in a real browser: the keyboard finds its way in with a county chosen too."""

import pytest

from tests.browser.conftest import Opened
from tests.browser.screens import Grid


@pytest.mark.parametrize("view", ["overview", "gender-desks"])
def test_the_keyboard_alone_leads_from_a_county_to_another(opened: Opened, view: str) -> None:
    page = opened("commissioner", f"{view}?county=Kisumu")
    grid = Grid(page)
    grid.enter_by_keyboard()
    grid.press_down_to(2)
    grid.press_choose()
    page.wait_for_url(lambda url: "Kisumu" not in url and "county=" in url)
    grid.expect_chosen(2)
