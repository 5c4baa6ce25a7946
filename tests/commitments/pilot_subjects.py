"""A stand-in for training modules: something else than a recommendation that municipalities pilot."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from apps.core.keys import uuid7
from apps.core.reviewable_declaration import ReviewableKind, Subject

MODULE = "standin"


class Subjects:
    """Versions by key, and who was told of their pilots."""

    def __init__(self) -> None:
        self.by_key: dict[UUID, Subject] = {}
        self.ready: set[UUID] = set()
        self.told: list[tuple[Any, UUID]] = []
        self.refuses = False

    def add(self, title: str = "Grundlagen: Rassismus erkennen", *, ready: bool = True) -> Subject:
        """A new version; ready: it can be piloted now."""
        made = Subject(MODULE, uuid7(), title, url="", state_label="bereit zur Erprobung")
        self.by_key[made.subject_id] = made
        if ready:
            self.ready.add(made.subject_id)
        return made

    def subjects(self, ids: Iterable[UUID]) -> Mapping[UUID, Subject]:
        return {key: self.by_key[key] for key in ids if key in self.by_key}

    def piloted(self, actor: Any, subject_id: UUID) -> None:
        if self.refuses:
            raise RuntimeError("not now")
        self.told.append((actor, subject_id))

    def kind(self) -> ReviewableKind:
        return ReviewableKind(
            kind=MODULE,
            label="Schulungsmodul",
            subjects=self.subjects,
            waiting=list,
            pilotable=lambda: [subject for key, subject in self.by_key.items() if key in self.ready],
            concerned=lambda user_id, subject_id: False,
            decided=lambda *args: None,
            piloted=self.piloted,
        )
