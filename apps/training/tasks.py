from uuid import UUID

from apps.core import scope as scopes
from apps.core.scope import Scope
from apps.core.tasks import scoped_task
from apps.training.actions import approvals, attendance, files, lifecycle, packages, reminders, seats


@scoped_task(name="training.fill")
def fill(carried: Scope, *, session_id: str) -> None:
    """Offer the free seats of a session to those who wait."""
    with scopes.enter(carried):
        seats.fill(session_id=UUID(session_id))


@scoped_task(name="training.end_places")
def end_places(carried: Scope, *, session_id: str) -> None:
    """End the places of a cancelled session."""
    with scopes.enter(carried):
        seats.end_places(session_id=UUID(session_id))


@scoped_task(name="training.tell_of_change")
def tell_of_change(carried: Scope, *, session_id: str) -> None:
    """Tell those who have a seat in a session that something has changed."""
    with scopes.enter(carried):
        seats.tell_of_change(session_id=UUID(session_id))


@scoped_task(name="training.tell_approvers")
def tell_approvers(carried: Scope, *, place_id: str) -> None:
    """Write to those who decide about an enrolment."""
    with scopes.enter(carried):
        approvals.tell_approvers(place_id=UUID(place_id))


@scoped_task(name="training.sweep_seats")
def sweep_seats(carried: Scope) -> None:
    """Do what lost tasks have left: offers, free seats, changes to tell of, places of cancelled sessions."""
    seats.sweep(scope=carried)


@scoped_task(name="training.remind")
def remind(carried: Scope) -> None:
    """Remind of trainings a week and a day ahead."""
    reminders.remind(scope=carried)


@scoped_task(name="training.settle_held")
def settle_held(carried: Scope, *, session_id: str = "") -> None:
    """Settle the places of sessions that were held; without one, what a lost task has left."""
    with scopes.enter(carried):
        attendance.settle_held(session_id=UUID(session_id) if session_id else None)


@scoped_task(name="training.make_package")
def make_package(carried: Scope, *, package_id: str) -> None:
    """Make one package of a module."""
    packages.make_package(scope=carried, package_id=package_id)


@scoped_task(name="training.sweep_packages")
def sweep_packages(carried: Scope) -> None:
    """Send again the packages that a dead worker left."""
    packages.sweep_packages(scope=carried)


@scoped_task(name="training.follow_pilots")
def follow_pilots(carried: Scope, *, version_id: str) -> None:
    """Take the steps that pilots of a module allow now."""
    with scopes.enter(carried):
        lifecycle.follow_pilots(version_id=UUID(version_id))


@scoped_task(name="training.sweep_module_files")
def sweep_module_files(carried: Scope) -> None:
    """Remove files of modules that no row names."""
    with scopes.enter(carried):
        files.sweep()
