from django.urls import path

from apps.municipalities import urls_territories
from apps.municipalities.views import invitations, memberships, org_units, programme_people, single_sign_on

municipality_urls = [
    path("people/", memberships.members, name="municipalities-members"),
    path("people/<uuid:pk>/end/", memberships.end_membership, name="municipalities-membership-end"),
    path("invitations/", invitations.invitations, name="municipalities-invitations"),
    path("invitations/<uuid:pk>/resend/", invitations.resend, name="municipalities-invitation-resend"),
    path("invitations/<uuid:pk>/revoke/", invitations.revoke, name="municipalities-invitation-revoke"),
    path("departments/", org_units.org_units, name="municipalities-org-units"),
    path("departments/<uuid:pk>/", org_units.org_unit, name="municipalities-org-unit"),
    path("join/<str:token>/", invitations.join, name="municipalities-join"),
    path("sso/", single_sign_on.start, name="municipalities-sso"),
    path("single-sign-on/", single_sign_on.configure, name="municipalities-single-sign-on"),
    *getattr(urls_territories, "municipality_urls", []),
]

programme_urls = [
    path(
        "municipalities/<slug:slug>/coordinators/",
        invitations.invite_coordinator,
        name="municipalities-invite-coordinator",
    ),
    path("people/", programme_people.people, name="municipalities-programme-people"),
    path("people/<uuid:pk>/end/", programme_people.end_role, name="municipalities-programme-role-end"),
    path("people/<uuid:pk>/revoke/", programme_people.revoke, name="municipalities-programme-invitation-revoke"),
    *urls_territories.programme_urls,
]

workshop_urls = [
    path("", programme_people.my_roles, name="workshop"),
    path("roles/<uuid:pk>/naming/", programme_people.choose_naming, name="municipalities-programme-role-naming"),
]

public_urls = [
    path("join/<str:token>/", programme_people.join, name="municipalities-programme-join"),
]
