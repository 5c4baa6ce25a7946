from django import forms


class RequestForm(forms.Form):
    """What the button "Create report" sends: which report about what, and the key of this click."""

    kind = forms.SlugField(max_length=60)
    subject = forms.UUIDField()
    key = forms.UUIDField()
