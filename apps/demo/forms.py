from django import forms


class SignInForm(forms.Form):
    """Whom to sign in as."""

    person = forms.UUIDField()
