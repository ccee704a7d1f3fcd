"""People who sign in. What they may do is said by their memberships."""

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, email: str, name: str, password: str | None = None) -> "User":
        """A person with a sign-in address; without password, nobody can sign in yet."""
        user = self.model(email=email.strip().lower(), name=name.strip())
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """A professional. One account, whatever the number of services."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return str(self.pk)

    def get_full_name(self) -> str:
        return self.name

    # guardian asks; nobody is, since an operator has no business in content.
    is_superuser = False

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Rights come from memberships and case teams alone."""
        return False
