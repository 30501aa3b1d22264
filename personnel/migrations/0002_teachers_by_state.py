from django.db import migrations, models

from bureau.migrating import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("personnel", "0001_initial"),
    ]

    operations = [
        AddIndexBeside(
            model_name="teacher",
            index=models.Index(fields=["status", "id"], name="personnel_teacher_state"),
        ),
    ]
