"""``create_token --user NAME``: makes an API token and prints it as the last word."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from visionapp.web.identity import local_person
from visionapp.web.models import issue_token


class Command(BaseCommand):
    """Makes an API token."""

    help = "Makes an API token for a person and prints it as the last word of the output."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the person's name, and one for the token."""
        parser.add_argument("--user", required=True, help="whom the token acts for")
        parser.add_argument("--name", default="command line", help="what the token is called")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make the token; without sign-in it is the local person's, whatever the name."""
        if settings.ACCOUNTS == "single":
            person = local_person()
        else:
            found = User.objects.filter(username=options["user"]).first()
            if found is None:
                raise CommandError(
                    f"There is no person called {options['user']!r}. Make one with "
                    "“manage.py createsuperuser”."
                )
            person = found
        secret = issue_token(owner_id=person.pk, name=options["name"])
        self.stdout.write(f"Token of {person.username}, shown only now: {secret}")
