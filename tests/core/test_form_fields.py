"""What a form learns when it is made is set with the class of its fields known."""

import pytest
from django import forms

from apps.accounts.models import User
from apps.core.form_fields import field_of, set_choices, set_rows


class LunchForm(forms.Form):
    dish = forms.ChoiceField()
    sides = forms.MultipleChoiceField()
    guest = forms.ModelChoiceField(User.objects.none())
    note = forms.CharField()


def test_choices_are_offered_and_taken() -> None:
    form = LunchForm({"dish": "soup", "sides": ["bread"]})
    set_choices(form, "dish", [("soup", "Soup")])
    set_choices(form, "sides", [("bread", "Bread"), ("salad", "Salad")])
    form.is_valid()
    assert form.cleaned_data["dish"] == "soup"
    assert form.cleaned_data["sides"] == ["bread"]


def test_rows_are_offered_in_this_form_alone() -> None:
    form = LunchForm()
    rows = User.objects.filter(is_staff=True)
    set_rows(form, "guest", rows)
    offered = field_of(form, "guest", forms.ModelChoiceField).queryset
    untouched = field_of(LunchForm(), "guest", forms.ModelChoiceField).queryset
    assert offered is not None
    assert untouched is not None
    assert str(offered.query) == str(rows.query)
    assert untouched.query.is_empty()


def test_a_field_of_another_class_is_an_error_that_names_it() -> None:
    with pytest.raises(TypeError, match=r"LunchForm\.note is a CharField, not a ChoiceField"):
        set_choices(LunchForm(), "note", [])


def test_a_field_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        set_choices(LunchForm(), "dessert", [])
