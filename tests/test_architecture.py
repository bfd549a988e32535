"""Two boxes and imports that go down only: the tree keeps to every rule, and every rule can be seen to fail."""

import pytest

from tests.architecture import RULES, Rule, Source, import_cycle, imports_upwards, product_sources
from tests.architecture import forbidden_imports as imports
from tests.architecture import imports_of_pages as pages_imported
from tests.architecture import injected_html as html
from tests.architecture import pages_that_do_something_alone as page_file
from tests.architecture import records_outside_their_place as records
from tests.architecture import session_outside_its_place as session
from tests.architecture import unpinned_packages as pins

SOURCES = product_sources()

GOOD_PAGE = '''"""What the page shows."""

from datetime import date

import streamlit as st

SINCE = date(2025, 12, 2)
COLUMNS = {"county": "County"}


@st.fragment
def table(records, first=SINCE):
    st.dataframe(records.by_county())


if __name__ == "__main__":
    st.switch_page("dashboard.py")
'''
PAGE_WITHOUT_ENDING = GOOD_PAGE.partition("if __name__")[0]


def page_with(statement: str) -> str:
    return GOOD_PAGE.replace("COLUMNS =", f"{statement}\nCOLUMNS =")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_tree_keeps_to_the_rule(rule: Rule) -> None:
    assert [violation for source in SOURCES for violation in rule(source)] == []


def test_no_modules_of_db_import_each_other_in_a_circle() -> None:
    assert import_cycle(SOURCES) == []


def test_the_tree_is_looked_at() -> None:
    assert {"db/engine.py", "db/schema/derived.py", "tests/test_architecture.py"} <= {source.path for source in SOURCES}


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        # db/ knows nothing of screens
        (imports, "db/indicators.py", "import streamlit as st"),
        (imports, "db/indicators.py", "def chart():\n    from altair import Chart"),
        (imports, "db/accounts.py", "from streamlit_authenticator import Authenticate"),
        (imports, "db/records/bound.py", "from pages.components import charts"),
        # nothing is fetched
        (imports, "db/reference/counties.py", "from urllib.request import urlopen"),
        (imports, "pages/components/maps/county_map.py", "import requests"),
        (imports, "dashboard.py", "import http.client"),
        # what checks a count does not share its code
        (imports, "db/recount.py", "from db.refresh.spells import spells_of"),
        # pages/ knows nothing of tables
        (imports, "pages/overview.py", "from sqlalchemy import select"),
        (imports, "pages/overview.py", "import importlib\nimportlib.import_module('sqlalchemy')"),
        (imports, "pages/components/cards.py", "from db import schema"),
        (imports, "pages/components/session.py", "from db.engine import reading"),
        (imports, "pages/overview.py", "import dashboard"),
        # pages stand alone
        (pages_imported, "pages/overview.py", "from pages.county import page"),
        (pages_imported, "pages/overview.py", "from pages import county"),
        (pages_imported, "pages/overview.py", "from . import county"),
        (pages_imported, "pages/components/cards.py", "from ..county import page"),
        # imports go down only
        (imports_upwards, "db/dates.py", "from db import schema"),
        (imports_upwards, "db/statistics.py", "from db.records import Records"),
        (imports_upwards, "db/schema/base.py", "import db.engine"),
        (imports_upwards, "db/records_by_county.py", "from db.__main__ import main"),
        (imports_upwards, "db/odds_and_ends.py", ""),
        # the session has its two places
        (session, "dashboard.py", "import streamlit as st\nst.session_state['viewer'] = 1"),
        (session, "pages/county.py", "import streamlit as st\nst.query_params.clear()"),
        (session, "pages/components/cards.py", "from streamlit import session_state"),
        (session, "pages/components/cards.py", "import streamlit\nstreamlit.query_params.clear()"),
        # Records are bound to a viewer in few places
        (records, "pages/county.py", "records = Records(connection, viewer, data_date)"),
        (records, "pages/components/filters.py", "from db import records\nrecords.Records(1, 2, 3)"),
        (records, "db/intake.py", "from db.records import Records as Everything"),
        # nothing is injected
        (html, "pages/county.py", "import streamlit as st\nst.write('x', unsafe_allow_html=True)"),
        (html, "pages/county.py", "import streamlit as st\nst.write('x', **{'unsafe_allow_html': True})"),
        (html, "pages/county.py", "import streamlit as st\nst.html('<b>x</b>')"),
        (html, "pages/county.py", "from streamlit import html"),
        (html, "pages/county.py", "import streamlit as screen\nscreen.html('<b>x</b>')"),
        (html, "pages/county.py", "import streamlit.components.v1 as components"),
        (html, "pages/county.py", "import streamlit as st\nst.markdown(f'<b>{name}</b>')"),
        (html, "pages/county.py", "import streamlit as st\nst.sidebar.markdown('a<br/>b')"),
        # a page file run alone does nothing
        (page_file, "pages/county.py", PAGE_WITHOUT_ENDING),
        (page_file, "pages/county.py", ""),
        (page_file, "pages/county.py", GOOD_PAGE.replace('"dashboard.py"', '"pages/case.py"')),
        (page_file, "pages/county.py", GOOD_PAGE.replace('"""What the page shows."""', "")),
        (page_file, "pages/county.py", page_with("st.title('All cases')")),
        (page_file, "pages/county.py", page_with("TITLE = st.title('All cases')")),
        (page_file, "pages/county.py", page_with("title = 'All cases'")),
        (page_file, "pages/county.py", page_with("for county in range(47):\n    pass")),
        (page_file, "pages/county.py", page_with("class Table:\n    st.title('All cases')")),
        (page_file, "pages/county.py", page_with("@register\ndef other(records): ...")),
        (page_file, "pages/county.py", page_with("def other(records, title=st.title('x')): ...")),
        # everything imported is pinned
        (pins, "db/records/bound.py", "import requests"),
        (pins, "pages/county.py", "from hypothesis import given"),
        (pins, "tests/test_county.py", "import yaml"),
    ],
)
def test_the_rule_names_a_violation(rule: Rule, path: str, text: str) -> None:
    violations = list(rule(Source.of(path, text)))
    assert violations
    assert all(violation.startswith(path) for violation in violations)


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (imports, "dashboard.py", "import streamlit as st\nfrom db.engine import open_database"),
        (imports, "pages/county.py", "from db.indicators import INDICATORS"),
        (pages_imported, "dashboard.py", "from pages import county"),
        (pages_imported, "pages/county.py", "from pages.components import cards"),
        (pages_imported, "pages/components/cards.py", "from . import wording"),
        (imports_upwards, "db/records/bound.py", "from db import access, dates\nfrom db.schema import station"),
        (imports_upwards, "db/demo.py", "from db.demo.cases import cases_of"),
        (imports_upwards, "db/__main__.py", "from db.records import Records"),
        (session, "pages/components/filters.py", "import streamlit as st\nst.query_params.clear()"),
        (session, "pages/components/gate/cookie.py", "def begin(request):\n    request.query_params.get('ticket')"),
        (records, "db/commands_figures.py", "records = Records(connection, viewer, data_date)"),
        (html, "pages/county.py", "import streamlit as st\nst.markdown('**x** in < 3 days')"),
        (page_file, "pages/county.py", GOOD_PAGE),
        (page_file, "pages/components/cards.py", "import streamlit as st"),
        (pins, "db/records/bound.py", "import datetime\nimport sqlalchemy as sa\nfrom db import schema"),
        (pins, "tests/test_county.py", "from hypothesis import given\nimport polars"),
    ],
)
def test_the_rule_lets_what_is_right_pass(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source.of(path, text))) == []


def test_a_circle_of_imports_is_named() -> None:
    circle = [Source.of("db/intake.py", "from db import refresh"), Source.of("db/refresh.py", "import db.intake")]
    assert set(import_cycle(circle)) == {"intake", "refresh"}
