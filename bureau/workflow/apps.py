from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "bureau.workflow"
    label = "workflow"
