"""Convictions per reported and per judged case, side by side and never apart."""

import streamlit as st

from db.outcomes.convictions import SHARES
from pages.components.outcomes.words import Followed, cohort_words, full_words, share_words
from pages.components.phrases import count_words, small
from pages.components.wording import say

CARD_WIDTH = 300


def convictions(followed: Followed) -> None:
    st.header(say("outcomes.convictions"), divider="gray", anchor="convictions")
    st.subheader(say("outcomes.convictions_title", cohort=cohort_words(followed)))
    found = followed.outcomes.conviction
    grid = st.grid(len(SHARES), min_column_width=CARD_WIDTH, border=True)
    for name in SHARES:
        with grid.cell():
            share = getattr(found, name)
            st.metric(f"**{say(f'outcomes.{name}')}**", share_words(share))
            st.markdown(small(say(f"outcomes.{name}_words", share=full_words(share))))
    numbers = {"acquitted": count_words(found.acquitted), "charged": count_words(found.charged)}
    st.markdown(say("outcomes.convictions_beside", **numbers))
    if found.convicted_otherwise:
        st.markdown(say("outcomes.convicted_otherwise", n=count_words(found.convicted_otherwise)))
    st.markdown(small(f"{say('outcomes.denominators')} {say('outcomes.source')}"))
