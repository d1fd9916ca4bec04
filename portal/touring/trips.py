"""A tour’s rows as a trip and a route that `legs` and `routes` understand. Nothing here asks the database."""

from __future__ import annotations

from portal.speakers import diary
from portal.speakers.tour_rows import Tour, TourStop
from portal.touring import legs, routes
from portal.touring.legs import Trip
from portal.touring.routes import Choice, Route


def of(tour: Tour) -> Trip:
    """What holds for the whole tour."""
    end = None
    if tour.end_latitude is not None and tour.end_longitude is not None:
        end = tour.end_latitude, tour.end_longitude
    trip = Trip(
        tour.first_on,
        tour.last_on,
        (tour.start_latitude, tour.start_longitude),
        end,
        tour.most_miles,
        tour.rest_after,
    )
    return Trip(**(vars(trip) | {"rests": legs.rests_of(trip, set(tour.rests))}))


def route_of(tour: Tour, stops: list[TourStop]) -> Route | None:
    """The route through these stops as they now stand; None where it cannot be travelled so."""
    choices = []
    for stop in stops:
        place = diary.place_of(stop.request)
        if place is None:
            return None
        choices.append(Choice(stop.submission_id, stop.on_date, place, 0))
    return routes.route(of(tour), choices)
