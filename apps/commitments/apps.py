from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    name = "apps.commitments"
    label = "commitments"

    def ready(self) -> None:
        from apps.commitments import receivers
        from apps.commitments.queries_pilots import evidence
        from apps.core.reviewable_declaration import provide_pilot_evidence

        provide_pilot_evidence(evidence)
        receivers.connect()
