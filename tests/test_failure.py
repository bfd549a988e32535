"""Failures: told in one sentence, logged without anything of a case."""

import pytest
from streamlit.testing.v1 import AppTest

from db.access import AccessDenied, SignedOut
from pages.components import failure
from pages.components.wording import say


def test_a_failure_is_told_in_one_sentence_with_a_reference_and_logged_without_content(caplog):
    def fails():
        from pages.components import failure

        try:
            try:
                raise KeyError("case C-1 of a child")
            except KeyError as cause:
                raise ValueError("survivor of case C-1") from cause
        except ValueError as error:
            failure.told_plainly(lambda failed: False)(error)

    failure.logger.addHandler(caplog.handler)
    app = AppTest.from_function(fails).run()
    (sentence,) = [error.value for error in app.error]
    reference = sentence.partition("reference ")[2][:8]
    assert sentence == say("failure.other", reference=reference)
    assert reference in caplog.text
    assert "ValueError" in caplog.text and "KeyError" in caplog.text and "in fails" not in sentence
    assert "C-1" not in caplog.text


@pytest.mark.parametrize(
    ("error", "shown"),
    [(SignedOut("over"), say("sign_in.over")), (AccessDenied("Not for this role."), "Not for this role.")],
)
def test_a_refusal_is_told_as_it_is(error, shown, monkeypatch: pytest.MonkeyPatch):
    told: list[str] = []
    monkeypatch.setattr("streamlit.error", told.append)
    monkeypatch.setattr("streamlit.warning", told.append)
    assert failure.told_plainly(lambda failed: True)(error) is True
    assert told == [shown]
