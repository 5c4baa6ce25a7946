"""Forms in KERN's markup."""

from datetime import date

import pytest
from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.template import Context, Template
from lxml import html

from apps.core.forms_renderer import KernBoundField
from apps.core.gallery import INCOMPLETE, SampleForm


def tree(form: forms.BaseForm) -> html.HtmlElement:
    return html.fromstring(f"<div>{form}</div>")


def only(root: html.HtmlElement, path: str) -> html.HtmlElement:
    found = root.xpath(path)
    assert len(found) == 1, f"{path}: {len(found)}"
    return found[0]


@pytest.fixture
def fresh() -> html.HtmlElement:
    return tree(SampleForm())


@pytest.fixture
def wrong() -> html.HtmlElement:
    return tree(SampleForm(INCOMPLETE))


def test_every_single_control_has_a_label_of_its_own(fresh: html.HtmlElement) -> None:
    for control in fresh.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        only(fresh, f"//label[@for='{control.get('id')}']")


def test_choices_stand_in_a_fieldset_with_a_legend(fresh: html.HtmlElement) -> None:
    legends = [legend.text.strip() for legend in fresh.xpath("//fieldset/legend")]
    assert legends == ["Wie weit ist Ihre Verwaltung?", "Sprachen des Aushangs"]


def test_a_hint_is_tied_to_its_control(fresh: html.HtmlElement) -> None:
    control = only(fresh, "//input[@name='name']")
    assert control.get("aria-describedby") == "id_name_helptext"
    assert only(fresh, "//*[@id='id_name_helptext']").text == "Wie sie im Organigramm steht."


def test_a_hint_of_a_group_is_tied_to_the_fieldset(fresh: html.HtmlElement) -> None:
    assert only(fresh, "//fieldset[@role='radiogroup']").get("aria-describedby") == "id_level_helptext"


def test_optional_fields_say_so_and_required_ones_do_not(fresh: html.HtmlElement) -> None:
    assert fresh.xpath("//label[@for='id_staff']/span[@class='kern-label__optional']")
    assert not fresh.xpath("//label[@for='id_name']/span")


def test_a_form_without_errors_has_no_error_summary(fresh: html.HtmlElement) -> None:
    assert not fresh.xpath("//*[@data-focus]")


def test_every_link_of_the_error_summary_leads_to_a_control(wrong: html.HtmlElement) -> None:
    links = wrong.xpath("//*[@data-focus]//a/@href")
    assert len(links) == len(SampleForm(INCOMPLETE).errors)
    for link in links:
        assert only(wrong, f"//*[@id='{link[1:]}']").tag in {"input", "select", "textarea"}


def test_a_wrong_control_is_invalid_and_described_by_its_error(wrong: html.HtmlElement) -> None:
    control = only(wrong, "//input[@name='name']")
    assert control.get("aria-invalid") == "true"
    assert control.get("aria-describedby") == "id_name_helptext id_name_error"
    assert "kern-form-input__input--error" in control.get("class")
    only(wrong, "//p[@id='id_name_error']")


def test_a_wrong_group_is_invalid_as_a_whole(wrong: html.HtmlElement) -> None:
    group = only(wrong, "//fieldset[@role='radiogroup']")
    assert group.get("aria-invalid") == "true"
    assert not group.xpath(".//input[@aria-invalid]")


def test_ids_are_unique(wrong: html.HtmlElement) -> None:
    ids = wrong.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_hidden_fields_are_there_without_a_label(fresh: html.HtmlElement) -> None:
    only(fresh, "//input[@type='hidden' and @name='step']")
    assert not fresh.xpath("//label[@for='id_step']")


def test_errors_that_belong_to_no_field_stand_in_the_summary() -> None:
    form = SampleForm({})
    form.add_error(None, "Beides zusammen geht nicht.")
    assert only(tree(form), "//*[@data-focus]//li[1]").text == "Beides zusammen geht nicht."


def test_dates_are_native_and_keep_their_value() -> None:
    class Dates(forms.Form):
        on = forms.DateField()

    control = only(tree(Dates(initial={"on": date(2027, 1, 15)})), "//input")
    assert (control.get("type"), control.get("value")) == ("date", "2027-01-15")
    assert Dates({"on": "2027-01-15"}).is_valid()


def test_a_stored_file_is_named_but_not_linked() -> None:
    class Stored:
        url = "/media/secret.pdf"

        def __str__(self) -> str:
            return "beschluss.pdf"

    class Upload(forms.Form):
        paper = forms.FileField(required=False)

    rendered = str(Upload(initial={"paper": Stored()}))
    assert "beschluss.pdf" in rendered
    assert "/media/" not in rendered


def test_several_widgets_of_one_field_form_a_group() -> None:
    class Split(forms.Form):
        at = forms.SplitDateTimeField(label="Beginn")

    root = tree(Split({}))
    assert only(root, "//legend").text == "Beginn"
    assert only(root, "//*[@data-focus]//a").get("href") == "#id_at_0"


def test_a_prefix_keeps_two_forms_on_a_page_apart() -> None:
    root = html.fromstring(f"<div>{SampleForm({}, prefix='a')}{SampleForm({}, prefix='b')}</div>")
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_formsets_are_rendered_by_the_same_templates() -> None:
    formset = forms.formset_factory(SampleForm, extra=1)()
    root = html.fromstring(f"<div>{formset}</div>")
    only(root, "//input[@name='form-TOTAL_FORMS']")
    only(root, "//div[contains(@class, 'kern-form-input')]/label[@for='id_form-0-name']")


def test_help_texts_are_escaped_in_options_and_labels() -> None:
    class Hostile(forms.Form):
        answer = forms.ChoiceField(label="<b>x</b>", choices=[("1", "<script>1</script>")], widget=forms.RadioSelect)

    rendered = str(Hostile())
    assert "<script>" not in rendered
    assert "<b>" not in rendered


def test_single_widgets_stay_as_django_made_them() -> None:
    """The admin builds its pages from single widgets: they carry no class of ours."""
    form = SampleForm()
    single = Template("{{ form.name }}{{ form.level }}{{ form.unit }}").render(Context({"form": form}))
    assert "kern-" not in single


def test_admin_widgets_keep_their_own_look() -> None:
    class AdminForm(forms.Form):
        on = forms.DateField(widget=AdminDateWidget)

    rendered = str(AdminForm()["on"])
    assert 'type="text"' in rendered
    assert "vDateField" in rendered
    assert "kern-" not in rendered


def test_every_bound_field_knows_how_it_is_shown() -> None:
    form = SampleForm()
    kinds = {name: form[name].kind for name in form.fields if isinstance(form[name], KernBoundField)}
    assert kinds == {
        "name": "input",
        "email": "input",
        "staff": "input",
        "deadline": "input",
        "unit": "select",
        "level": "radio",
        "languages": "checkboxes",
        "note": "textarea",
        "evidence": "file",
        "password": "input",
        "agreed": "checkbox",
        "step": "input",
    }
