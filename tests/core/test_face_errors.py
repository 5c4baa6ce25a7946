"""Error pages: in the person's language, without a query, in whatever state the transaction is."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from apps.core import error_views

PAGES: dict[str, tuple[Callable[[HttpRequest], HttpResponse], int]] = {
    "bad request": (error_views.bad_request, 400),
    "permission denied": (error_views.permission_denied, 403),
    "expired form": (error_views.csrf_failure, 403),
    "not found": (error_views.page_not_found, 404),
    "unprocessable": (error_views.unprocessable, 422),
    "too many": (error_views.too_many_requests, 429),
    "server error": (error_views.server_error, 500),
}
every_page = pytest.mark.parametrize(("view", "status"), PAGES.values(), ids=PAGES.keys())


@every_page
@pytest.mark.django_db
def test_an_error_page_runs_no_query(
    rf: RequestFactory,
    view: Callable[[HttpRequest], HttpResponse],
    status: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        response = view(rf.get("/nowhere/"))
    assert response.status_code == status
    assert b"kern-heading-large" in response.content
    assert response["Cache-Control"] == "no-store"


@every_page
def test_an_error_page_speaks_both_languages(
    rf: RequestFactory, view: Callable[[HttpRequest], HttpResponse], status: int
) -> None:
    texts = []
    for language in ("de", "en"):
        with translation.override(language):
            content = view(rf.get("/")).content.decode()
        assert f'<html lang="{language}"' in content
        texts.append(content.split("<main")[1].split("</h1>")[0])
    assert texts[0] != texts[1]


@every_page
def test_htmx_gets_the_message_alone(
    rf: RequestFactory, view: Callable[[HttpRequest], HttpResponse], status: int
) -> None:
    response = view(rf.get("/", headers={"HX-Request": "true", "HX-Request-Type": "partial"}))
    assert response.status_code == status
    assert b"<html" not in response.content
    assert b'role="alert"' in response.content


@pytest.mark.django_db
def test_the_server_error_is_shown_in_a_broken_transaction(rf: RequestFactory) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")
        pytest.fail("the statement must break the transaction")
    with transaction.atomic():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1/0")
        except DatabaseError:
            assert error_views.server_error(rf.get("/")).status_code == 500
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_an_unknown_address_shows_the_page(client: Client) -> None:
    response = client.get("/no/such/page/", headers={"accept-language": "de"})
    assert response.status_code == 404
    assert "Diese Seite gibt es nicht" in response.content.decode()


@pytest.mark.django_db
def test_a_post_without_the_token_shows_the_expired_form() -> None:
    response = Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"}, headers={"accept-language": "en"})
    assert response.status_code == 403
    assert "The form has expired" in response.content.decode()


def test_too_many_requests_says_when_to_come_back(rf: RequestFactory) -> None:
    assert error_views.too_many_requests(rf.get("/"))["Retry-After"] == "60"


def test_an_error_page_keeps_the_chosen_display(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.COOKIES["theme"] = "dark"
    assert b'data-kern-theme="dark"' in error_views.page_not_found(request).content
    request.COOKIES["theme"] = '"><script>'
    assert b"data-kern-theme" not in error_views.page_not_found(request).content
