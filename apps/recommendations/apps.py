from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    name = "apps.recommendations"
    label = "recommendations"

    def ready(self) -> None:
        from apps.core.module_declaration import provide_suggestions
        from apps.recommendations import receivers
        from apps.recommendations.suggested_modules import suggested

        provide_suggestions(suggested)
        receivers.connect()
