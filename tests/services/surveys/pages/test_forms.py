# SPDX-License-Identifier: EUPL-1.2
"""What a form is shown without a fault for is taken: nobody reads a sentence that is not for them."""

from hypothesis import example, given
from hypothesis import strategies as st

from services.surveys.pages.forms import faults_in_story, story_in

KERNEN, THEMES = ["zuidoever"], ["green"]
TRICKY = st.text(st.sampled_from("a b\n\t\u200b\u2028\u202e\ufeff\uffff\x00\x85\u3164"), max_size=8)


def filled(text: str, contact: str) -> dict[str, str]:
    # As the page reads it: without spaces around it.
    return {
        "kern": "zuidoever",
        "theme": "",
        "text": text.strip(),
        "contact": contact.strip(),
        "consent": "ja",
    }


@given(text=TRICKY | st.text(max_size=40), contact=TRICKY | st.text(max_size=20))
@example(text="\u200b\u200b", contact="")
@example(text="Een bank.", contact="\u3164")
@example(text="Een bank.\uffff", contact="")
@example(text="x" * 5_001, contact="")
@example(text="Een bank.", contact="x" * 255)
def test_a_form_without_faults_is_a_story(text: str, contact: str) -> None:
    given_ = filled(text, contact)
    faults = faults_in_story(given_, KERNEN, THEMES)
    assert all(fault.message.endswith(".") for fault in faults)
    if not faults:
        assert story_in(given_).text
