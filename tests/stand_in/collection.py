"""What all types of resources have in common: list, get, put and delete, with etags, pages and read-only fields."""

from __future__ import annotations

import copy
from typing import Any, ClassVar

from stand_in.etags import check_body, check_headers
from stand_in.messages import Refusal, Request, Response
from stand_in.paging import page
from stand_in.place import Place
from stand_in.shape import Check, Fields, Wrong, same_case, text
from stand_in.state import Resource

READ_ONLY = ("id", "name", "type", "systemData")
"""What a body may hold because it was read so; the service does not look at it."""


class Collection:
    """The resources of one type below a scope. Subclasses say what a body may hold and what is made of it.

    type: with its provider. listed_by_page: whether lists come in pages.
    """

    type: ClassVar[str]
    body: ClassVar[Check]
    listed_by_page: ClassVar[bool] = True
    created_status: ClassVar[int] = 201
    paths: ClassVar[str] = "/providers/"

    # --- the verbs --------------------------------------------------------------------------------------------------
    def list(self, request: Request, place: Place) -> Response:
        """All of them."""
        found = [self.served(each, place) for each in self.resources(place, request)]
        return page(request, found, place.azure.page_size if self.listed_by_page else max(1, len(found)))

    def get(self, request: Request, place: Place) -> Response:
        """One of them. Raises Refusal, 404."""
        return Response(200, self.served(self.existing(place), place))

    def put(self, request: Request, place: Place) -> Response:
        """Make or replace one. Raises Refusal for a body that is wrong or an etag that is stale."""
        given = request.json()
        self.prepare(given, place)
        with place.azure.state.lock:
            current = self.current(place)
            check_headers(request, current)
            self.check_etag(given.get("etag"), current, place)
            checked = self.checked(given, place, current)
            kept = self.kept(checked, place, current)
            made = self.store(request, place, kept)
            return Response(200 if current else self.created_status, self.served(made, place))

    def delete(self, request: Request, place: Place) -> Response:
        """Remove one: 200, or 204 where there is none."""
        with place.azure.state.lock:
            current = self.current(place)
            if current is not None or "if-match" in request.headers:
                check_headers(request, current)
            if current is None:
                return Response(204)
            self.before_delete(current, place)
            assert place.name is not None and request.account is not None
            who = request.account.name, request.account.object_id
            place.azure.state.delete(self.scope(place), self.type, current.name, who, id=self.id(place, current.name))
            return Response(200)

    # --- what subclasses change -------------------------------------------------------------------------------------
    def prepare(self, given: dict[str, Any], place: Place) -> None:
        """What takes long and is needed to check a body, before all others must wait."""

    def kept(self, given: dict[str, Any], place: Place, current: Resource | None) -> dict[str, Any]:
        """What is kept of a body that was checked."""
        return given

    def shown(self, resource: Resource, place: Place) -> dict[str, Any]:
        """What is served of a resource, besides id, name, type and etag."""
        return copy.deepcopy(resource.body)

    def check_etag(self, etag: Any, current: Resource | None, place: Place) -> None:
        """Raises Refusal for an etag in the body that is stale."""
        check_body(etag, current)

    def before_delete(self, current: Resource, place: Place) -> None:
        """Raises Refusal where it cannot be deleted."""

    def scope(self, place: Place) -> str:
        """Below what the resources are kept."""
        return place.scope

    def resources(self, place: Place, request: Request) -> list[Resource]:
        """Those that are listed."""
        return place.azure.state.all(self.scope(place), self.type)

    # --- and what they use ------------------------------------------------------------------------------------------
    def checked(self, given: dict[str, Any], place: Place, current: Resource | None) -> dict[str, Any]:
        """The body, checked. Raises Refusal, 400, that names the field."""
        try:
            checked = self.checks(given)(given, "")
            if not place.azure.quirks.canonical_case:
                same_case(given, checked, "")
            return checked
        except Wrong as wrong:
            raise self.wrong(wrong) from None

    def checks(self, given: dict[str, Any]) -> Check:
        """The check for this body."""
        return type(self).body

    def wrong(self, wrong: Wrong) -> Refusal:
        """A field that is wrong, as this provider words it."""
        return Refusal(400, "BadRequest", f"Invalid data model. [{wrong.where}: {wrong.message}]")

    def store(self, request: Request, place: Place, body: dict[str, Any]) -> Resource:
        """Keep what the account of the request sent."""
        assert place.name is not None and request.account is not None
        who = request.account.name, request.account.object_id
        return place.azure.state.put(self.scope(place), self.type, place.name, body, who, id=self.id(place, place.name))

    def current(self, place: Place) -> Resource | None:
        """The resource that the path names, or None."""
        assert place.name is not None
        return place.azure.state.get(self.scope(place), self.type, place.name)

    def existing(self, place: Place) -> Resource:
        """The resource that the path names. Raises Refusal, 404."""
        found = self.current(place)
        if found is None:
            raise self.missing(place)
        return found

    def missing(self, place: Place) -> Refusal:
        """What is answered where there is no such resource."""
        message = f"Resource '{self.id(place, place.name or '')}' was not found."
        return Refusal(404, "NotFound", message)

    def id(self, place: Place, name: str) -> str:
        """The resource id."""
        return f"{self.scope(place)}{self.paths}{self.type}/{name}"

    def served(self, resource: Resource, place: Place) -> dict[str, Any]:
        """A resource as clients get it."""
        shown = self.shown(resource, place)
        return {
            "id": self.id(place, resource.name),
            "name": resource.name,
            "type": self.type,
            "etag": resource.etag,
            **shown,
        }


def body_of(
    properties: Check, needed: dict[str, Check] | None = None, optional: dict[str, Check] | None = None
) -> Fields:
    """A body: its properties, and what stands beside them."""
    return Fields({"properties": properties, **(needed or {})}, {"etag": text(), **(optional or {})}, (*READ_ONLY,))
