"""A form as it was sent: names and texts, whatever they are; the action reads them."""

from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile

from app.errors import Invalid
from app.words import N_


async def _form(request: Request) -> dict[str, str]:
    sent = await request.form()
    return {name: value for name, value in sent.items() if not isinstance(value, UploadFile)}


#: The texts of a form, by name; of a name sent twice, the last.
form_of = Annotated[dict[str, str], Depends(_form)]


def read_as(model: type[BaseModel], form: dict[str, str]) -> Any:
    """A form as `model`; what cannot be read is said beside its field. Choices left empty keep their default."""
    given = {
        name: value
        for name, value in form.items()
        if name in model.model_fields and (value != "" or model.model_fields[name].annotation is str)
    }
    try:
        return model.model_validate(given)
    except ValidationError as error:
        fields = {str(found["loc"][0]): SENTENCES.get(found["type"], UNREADABLE) for found in error.errors()}
        raise Invalid("Something in this form cannot be read. It is marked below.", fields=fields) from error


#: The largest number of a column; ids and versions are no larger.
LARGEST = 2**31 - 1


def number_in(typed: str) -> int | None:
    """The number that an address or a form's field says; None when it is none that a row could have."""
    if not (typed.isascii() and typed.isdigit() and len(typed) <= len(str(LARGEST))):
        return None
    return number if (number := int(typed)) <= LARGEST else None


UNREADABLE = N_("This cannot be read. Choose or write it again.")
TOO_LONG = N_("This is too long. Shorten it, or send it to the secretariat as a file.")
SENTENCES = {"string_too_long": TOO_LONG, "too_long": TOO_LONG}
