"""What a branch sees, and whoever holds a private link.

Each module adds its pages to the one blueprint; what requests are and may become is decided in the data packages.
"""

from __future__ import annotations

from flask import Flask

from portal.public import (
    addresses,
    context,
    feed,
    find_request,
    form_pages,
    hand_over,
    information,
    joining,
    landing,
    language,
    lead,
    lost_links,
    new_address,
    offer,
    on_paper,
    report,
    sending,
    speaking,
    speaking_acts,
    speaking_days,
    strays,
    tour,
    tracking,
    tracking_acts,
    tracking_changes,
    twin_call,
    twin_diary,
    twin_papers,
    twinned,
    twinning_map,
)
from portal.public.blueprint import blueprint

PAGES = (
    feed,
    find_request,
    form_pages,
    hand_over,
    information,
    joining,
    landing,
    lead,
    lost_links,
    new_address,
    offer,
    on_paper,
    report,
    sending,
    speaking,
    speaking_acts,
    speaking_days,
    tour,
    tracking,
    tracking_acts,
    tracking_changes,
    twin_call,
    twin_diary,
    twin_papers,
    twinned,
    twinning_map,
)
"""The modules that add pages; naming them here is what loads them."""


def init_app(app: Flask) -> None:
    """Register the public pages, their languages and what the layout needs. Babel must be bound before."""
    addresses.init_app(app)
    language.init_app(app)
    context.init_app(app)
    strays.init_app(app)
    app.register_blueprint(blueprint)
