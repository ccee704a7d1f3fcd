"""Encrypted columns. `.values()` gives ciphertext; only an instance, which knows its row, can be read."""

from typing import Any

from django.db import models

from pole.crypto.keys import service_key
from pole.crypto.seal import seal, unseal


class Sealed(bytes):
    """Bytes as they stand in the database, told apart from plaintext waiting to be sealed."""


class Unwritten(str):
    """The text of a row that was there before its column: nothing was sealed, and nothing is read."""


class EncryptedTextField(models.BinaryField):  # type: ignore[type-arg] # generic in its stubs alone
    """Text encrypted with the data key of the row's service; the row is part of the associated data.

    The model needs a UUID primary key set before saving and a `service` foreign key. Decryption happens when
    the attribute is read: the descriptor has the instance, and so the place. `update()` and `bulk_update()`
    refuse, since they have no row.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", b"")
        kwargs.setdefault("blank", True)
        kwargs["editable"] = True
        super().__init__(*args, **kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Unsealing(self))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else Sealed(value)

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        value = instance.__dict__.get(self.attname, "")
        if isinstance(value, Sealed):
            return value
        return Sealed(seal(service_key(instance.service_id), value.encode(), self.place(instance)))  # type: ignore[attr-defined] # every model with this field has a service

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None and not isinstance(value, Sealed):
            raise TypeError(f"{self.name} is encrypted: save an instance, don't update() or filter on it.")
        return super().get_db_prep_value(value, connection, prepared)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        # Asked by a migration alone, for the rows that a new column finds: a new row comes sealed from `pre_save`.
        return super().get_db_prep_save(Sealed() if isinstance(value, Unwritten) else value, connection)

    def get_default(self) -> Any:
        return Unwritten()

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError(f"{self.name} is encrypted and is never serialised.")

    def place(self, instance: models.Model) -> str:
        """Where this value stands: table, column, row, service."""
        return f"{instance._meta.db_table}|{self.column}|{instance.pk}|{instance.service_id}"  # type: ignore[attr-defined] # as above


class _Unsealing:
    """Decrypts on first reading, keeps the text on the instance."""

    def __init__(self, field: EncryptedTextField) -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type[models.Model]) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if value == b"":
            value = instance.__dict__[name] = ""
        elif isinstance(value, Sealed):
            key = service_key(instance.service_id)  # type: ignore[attr-defined] # every model with this field has a service
            value = unseal(key, value, self.field.place(instance)).decode()
            instance.__dict__[name] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value
