"""Whether the audit log is whole: checked when somebody asks, as it goes through every line."""

import streamlit as st

from db.audit.chain import Chain
from db.records import Records
from pages.components.phrases import count_words
from pages.components.wording import say


def chain_check(records: Records) -> None:
    st.subheader(say("audit.chain.title"))
    st.markdown(say("audit.chain.text"))
    if st.button(say("audit.chain.button"), key="check-the-log", icon=":material/rule:"):
        with st.spinner(say("audit.chain.at_work")):
            chain = records.audit.verified()
        _tell(chain)


def _tell(chain: Chain) -> None:
    if chain.broken is not None:
        broken = say(f"audit.chain.{chain.broken.kind}", line=chain.broken.line)
        st.error(f"{broken} {say('audit.chain.ask')}")
        return
    st.success(say("audit.chain.whole", n=count_words(chain.lines), line=chain.last.audit_id))
    if chain.pruned_to:
        st.markdown(say("audit.chain.pruned", line=chain.pruned_to))
    st.markdown(say("audit.chain.keep"))
    st.code(chain.last.hash, language=None, wrap_lines=True)
