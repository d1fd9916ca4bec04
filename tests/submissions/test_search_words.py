"""Under which words a request is found: what people wrote, and nothing that merely bears the same name."""

from __future__ import annotations

from flask import Flask

from portal.affiliations.models import Affiliation
from portal.speakers.engagements import Offer
from portal.speakers.models import SpeakerRequest
from portal.submissions import search
from portal.twinning.models import TwinningProposal


def test_the_offers_of_a_twinning_are_words_and_those_to_speakers_are_none(app: Flask) -> None:
    with app.app_context():
        twinning = TwinningProposal(id=5, heading="Durham Miners", offers="Brass band", learns="")
        words = "usc 1005 rang them durham miners brass band"
        assert search.words_of(twinning, ["Rang them"]) == words
        told = {"minute": "Carried nem con", "waiver_reason": "We are poor", "invoice_address": "Redhills"}
        words = search.words_of(Affiliation(id=7, heading="Durham Miners", **told), [])
        assert words == "usc 1007 durham miners carried nem con we are poor redhills"
        asked = SpeakerRequest(id=6, heading="Durham Miners", title="Solidarity", offers=[Offer(), Offer()])
        assert search.words_of(asked, []) == "usc 1006 durham miners solidarity"
