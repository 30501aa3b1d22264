from django.db import migrations


class Migration(migrations.Migration):
    """The foreign key has an index of its own; this one repeated it."""

    dependencies = [
        ("personnel", "0002_teachers_by_state"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="teacher", name="personnel_teacher_main"),
    ]
