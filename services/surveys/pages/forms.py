# SPDX-License-Identifier: EUPL-1.2
"""What somebody filled in, with a Dutch sentence at each field that needs another look."""

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from services.surveys.stories.commands import LONGEST_STORY, TellStory
from services.surveys.survey.model import FilledForm, Question, Survey
from shared.contracts.envelope import WHOLE_MUNICIPALITY
from shared.contracts.fields import EMPTY, HIDDEN

LONGEST_ANSWER, LONGEST_CONTACT = 2_000, 254
SHAPE = r"[A-Za-z0-9-]{16,64}"
Given = Mapping[str, str]  # by the names of the fields
CODE_FAULTS = {
    "code-used": "Met deze code is al een keer geantwoord. Elke code werkt één keer.",
    "code-unknown": "Deze code kennen wij niet. Kijk in uw brief en typ de code opnieuw.",
}


@dataclass(frozen=True)
class Fault:
    """Something that needs another look: `field` is the id of the field, `message` says what to do."""

    field: str
    message: str


def token_in(given: Given, otherwise: str) -> str:
    """What the form was made with, so that the same form sent twice counts once."""
    token = given.get("token", "")
    return token if re.fullmatch(SHAPE, token) else otherwise


def id_of(place: str, token: str) -> str:
    """The id of what a form becomes. A hash: who knows the id does not know the form."""
    return hashlib.sha256(f"{place}/{token}".encode()).hexdigest()


def name_of(question: Question) -> str:
    return f"vraag-{question.id}"


def field_of(question: Question) -> str:
    """The id of the field to go to: of a choice its first option."""
    return f"{name_of(question)}-{question.choices[0].id}" if question.choices else name_of(question)


def faults_in_answers(survey: Survey, given: Given) -> list[Fault]:
    """What is missing or cannot be, in the order of the page."""
    faults = []
    if survey.access == "codes" and not given.get("code"):
        faults.append(Fault("code", "Vul de code uit uw brief in."))
    if survey.asks_kern and given.get("kern") not in survey.kernen:
        faults.append(Fault("kern", "Kies een kern uit de lijst."))
    for question in survey.questions:
        if message := _fault_in_answer(question, given.get(name_of(question), "")):
            faults.append(Fault(field_of(question), message))
    return faults


def filled_form(survey: Survey, given: Given, token: str) -> FilledForm:
    """The answers of a form without faults."""
    filled = {q.id: given[name_of(q)] for q in survey.questions if given.get(name_of(q))}
    chosen = {q.id: filled[q.id] for q in survey.questions if q.choices}
    written = {q.id: filled[q.id] for q in survey.questions if not q.choices and q.id in filled}
    kern = given["kern"] if survey.asks_kern else WHOLE_MUNICIPALITY
    return FilledForm(id_of(survey.id, token), kern, chosen, written)


def faults_in_story(given: Given, kernen: Collection[str], themes: Collection[str]) -> list[Fault]:
    """What is missing or cannot be, in the order of the page."""
    faults = []
    if given.get("kern") not in kernen:
        faults.append(Fault("kern", "Kies een kern uit de lijst."))
    if given.get("theme") and given["theme"] not in themes:
        faults.append(Fault("theme", "Kies een onderwerp uit de lijst, of laat het leeg."))
    if not given.get("text"):
        faults.append(Fault("text", "Schrijf uw verhaal op."))
    elif message := _fault_in_text(given["text"], LONGEST_STORY):
        faults.append(Fault("text", message))
    if message := _fault_in_text(given.get("contact", ""), LONGEST_CONTACT, r"\n\t"):
        faults.append(Fault("contact", message))
    if given.get("consent") != "ja":
        faults.append(Fault("consent", "Zet hier een vinkje. Anders bewaren wij uw verhaal niet."))
    return faults


def story_in(given: Given) -> TellStory:
    """The story of a form without faults."""
    return TellStory(
        kern=given["kern"],
        theme=given.get("theme") or None,
        text=given["text"],
        consent=True,
        contact=given.get("contact") or None,
    )


def _fault_in_answer(question: Question, answer: str) -> str:
    asked = f" bij ‘{question.text}’"  # in the list of faults it stands without its question
    if not question.choices:
        return _fault_in_text(answer, LONGEST_ANSWER, about=asked)
    if answer in [choice.id for choice in question.choices]:
        return ""
    return f"Kies een cijfer{asked}" if question.kind == "mark" else f"Kies een antwoord{asked}"


def _fault_in_text(text: str, longest: int, hidden: str = "", about: str = "") -> str:
    if len(text) > longest:
        most = f"{longest:,}".replace(",", ".")
        return f"Uw tekst{about} is te lang. Gebruik niet meer dan {most} tekens."
    if re.search(f"[{HIDDEN}{hidden}]", text):
        return f"Wij kunnen een teken in uw tekst{about} niet lezen. Haal dat teken weg."
    if text and not re.search(f"[^{EMPTY}]", text):
        return f"In uw tekst{about} staat niets dat te lezen is. Schrijf er iets in."
    return ""
