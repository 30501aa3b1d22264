from django.db import models


class DemoMark(models.Model):
    """This database holds invented data. Without a row here nothing may seed or clean it."""

    size = models.CharField(max_length=10)
    charter = models.CharField(max_length=40)
    # Shown to whoever starts the trial; every demo account has it. Only in a database of invented data.
    password = models.CharField(max_length=40)
    is_complete = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "demo mark"

    def __str__(self) -> str:
        return f"{self.charter}, {self.size}"
