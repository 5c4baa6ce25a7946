"""People in the administration pages: to look at. What changes an account goes through its own pages and actions."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group

from apps.accounts.models import User
from apps.core.read_only_admin import ReadOnlyAdmin

# Each of these would let an administrator sign in as somebody else.
for model in (EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession, Group):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("email", "first_name", "last_name", "is_project_staff", "is_active")
    list_filter = ("is_project_staff", "is_active")
    search_fields = ("email", "first_name", "last_name")
    fields = ("email", "first_name", "last_name", "language", "is_project_staff", "is_staff", "is_active")
