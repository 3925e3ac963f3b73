"""What instructor does with a lab."""
from typing import Iterable, Literal, Union

import instructor
import openai
from pydantic import BaseModel, field_validator

from cells import given, run, same

client = openai.OpenAI(base_url=given.address + "/v1", api_key=given.key, max_retries=0, timeout=60)
asked = {"model": given.models["chat"], "messages": given.question, "temperature": 0, "max_tokens": 256}


class Person(BaseModel):
    name: Literal["Ann"]
    age: Literal[3]


ann = {"name": "Ann", "age": 3}


def made(mode, **options):
    wrapped = instructor.from_openai(client, mode=mode)
    # the object is of a class of instructor's own
    return wrapped.chat.completions.create(**asked, response_model=Person, max_retries=0, **options).model_dump()


def structured():
    same(made(instructor.Mode.JSON_SCHEMA), ann)


def tools():
    same(made(instructor.Mode.TOOLS), ann)


class get_weather(BaseModel):
    city: str


class get_time(BaseModel):
    city: str


def parallel():
    wrapped = instructor.from_openai(client, mode=instructor.Mode.PARALLEL_TOOLS)
    calls = wrapped.chat.completions.create(
        **{**asked, "model": given.models["calls"]},
        response_model=Iterable[Union[get_weather, get_time]],
        max_retries=0,
    )
    same([{"name": type(call).__name__, "arguments": call.model_dump()} for call in calls], given.calls)


def stream():
    wrapped = instructor.from_openai(client, mode=instructor.Mode.JSON_SCHEMA)
    parts = list(wrapped.chat.completions.create_partial(**asked, response_model=Person))
    same(parts[-1].model_dump(), ann)


def retries():
    seen = []

    class Picky(BaseModel):
        name: Literal["Ann"]

        @field_validator("name")
        @classmethod
        def second_time(cls, value):
            seen.append(value)
            if len(seen) == 1:
                raise ValueError("say it again")
            return value

    wrapped = instructor.from_openai(client, mode=instructor.Mode.TOOLS)
    reply = wrapped.chat.completions.create(**asked, response_model=Picky, max_retries=2)
    same([reply.name, seen], ["Ann", ["Ann", "Ann"]])


run([structured, tools, parallel, stream, retries])
