from django.db import models

from bureau.charter.models import Unit


class Kind(models.TextChoices):
    SPORT = "sport", "Sport"
    MUSIC = "music", "Music"
    CHESS = "chess", "Chess"


class Club(models.Model):
    """An ordinary kind of record: no workflow, one unit that owns it."""

    number = models.CharField("number", max_length=20, unique=True)
    name = models.CharField("name", max_length=60)
    kind = models.CharField("kind", max_length=10, choices=Kind.choices, default=Kind.SPORT)
    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="owner")
    founded_on = models.DateField("founded", null=True, blank=True)
    seats = models.IntegerField("seats", null=True, blank=True)
    phone = models.CharField("phone", max_length=20, blank=True)
    is_hidden = models.BooleanField("hidden", default=False)
    note = models.TextField("note", blank=True)

    class Meta:
        ordering = ("number",)
        verbose_name = "club"
        verbose_name_plural = "clubs"

    def __str__(self) -> str:
        return self.name


class Room(models.Model):
    """A record that follows a club."""

    club = models.ForeignKey(Club, on_delete=models.CASCADE, related_name="rooms", verbose_name="club")
    name = models.CharField("name", max_length=60)

    class Meta:
        verbose_name = "room"
        verbose_name_plural = "rooms"

    def __str__(self) -> str:
        return self.name
