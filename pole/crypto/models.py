from django.db import models


class ServiceKey(models.Model):
    """A service's data key, wrapped by the master key. Deleting it erases the service, backups included."""

    service = models.OneToOneField("tenancy.Service", on_delete=models.PROTECT, primary_key=True)
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return str(self.pk)
