from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "apps.training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from apps.core.module_declaration import provide_modules
        from apps.training.queries_facts import module_facts

        provide_modules(module_facts)
