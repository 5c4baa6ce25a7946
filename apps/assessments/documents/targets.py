from apps.instruments.definition import Form, localized


def target_descriptions(form: Form, language: str) -> dict[str, str]:
    """By item name, what the questionnaire describes as the item's target level; "" where it does not."""
    return {
        item.name: localized(item.descriptors.get(str(item.target_level), {}), language, form.default_language)
        for item in form.level_items
    }
