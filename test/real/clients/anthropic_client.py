"""What Anthropic's client for Python does with a lab."""
from typing import Literal

import anthropic
from pydantic import BaseModel

from cells import given, raises, run, same

client = anthropic.Anthropic(base_url=given.address, api_key=given.key, max_retries=0, timeout=60)
faulty = anthropic.Anthropic(base_url=given.faulty, api_key=given.key, timeout=60)
system, user = given.question
extra = {"extra_body": {"temperature": 0}}
asked = {"model": given.models["chat"], "system": system["content"], "messages": [user], "max_tokens": 256, **extra}
tools = [{"name": call["name"], "description": "Of a city", "input_schema": given.citySchema} for call in given.calls]
calling = {"model": given.models["calls"], "messages": [user], "tools": tools, "max_tokens": 256, **extra}


calling_tools = {"model": given.models["calls"], "max_tokens": 256, **extra}


@anthropic.beta_tool
def get_weather(city: str) -> str:
    """Of a city."""
    return "18 C"


@anthropic.beta_tool
def get_time(city: str) -> str:
    """Of a city."""
    return "9"


def text(message):
    return "".join(block.text for block in message.content if block.type == "text")


def called(message):
    return [{"name": block.name, "arguments": block.input} for block in message.content if block.type == "tool_use"]


def chat():
    reply = client.messages.create(**asked)
    same([text(reply), reply.stop_reason, reply.role], [given.answer, "end_turn", "assistant"])
    same(reply.usage.output_tokens, given.answerTokens)
    parts = {**asked, "system": [{"type": "text", "text": system["content"], "cache_control": {"type": "ephemeral"}}]}
    same(text(client.messages.create(**parts)), given.answer)
    bearer = anthropic.Anthropic(base_url=given.address, auth_token=given.key, max_retries=0)
    same(text(bearer.messages.create(**asked)), given.answer)
    same(text(client.beta.messages.create(**asked, betas=["interleaved-thinking-2025-05-14"])), given.answer)


def stream():
    with client.messages.stream(**asked) as events:
        same("".join(events.text_stream), given.answer)
        same(events.get_final_message().stop_reason, "end_turn")
    kinds = [event.type for event in client.messages.create(**asked, stream=True)]
    same([kinds[0], kinds[1], kinds[-2], kinds[-1]], ["message_start", "content_block_start", "message_delta", "message_stop"])


def usage():
    with client.messages.stream(**asked) as events:
        seen = events.get_final_message().usage
    read = seen.input_tokens + (seen.cache_read_input_tokens or 0) + (seen.cache_creation_input_tokens or 0)
    same([read, seen.output_tokens], [given.promptTokens, given.answerTokens])


def tools_():
    schema = {**given.citySchema, "properties": {"city": {"enum": ["Paris"]}}}
    one = [{"name": "get_weather", "input_schema": schema}]
    for choice in [{"type": "any"}, {"type": "tool", "name": "get_weather"}]:
        reply = client.messages.create(**asked, tools=one, tool_choice=choice)
        same([called(reply), reply.stop_reason], [given.calls[:1], "tool_use"])
    reply = client.messages.create(**calling, tool_choice={"type": "auto", "disable_parallel_tool_use": True})
    same(called(reply), given.calls[:1])


def parallel():
    reply = client.messages.create(**calling)
    same([called(reply), reply.stop_reason], [given.calls, "tool_use"])


def toolStream():
    with client.messages.stream(**calling) as events:
        same(called(events.get_final_message()), given.calls)


def toolResult():
    turn = client.messages.create(**calling)
    results = [
        {"type": "tool_result", "tool_use_id": block.id, "content": "18 C", "is_error": False}
        for block in turn.content
        if block.type == "tool_use"
    ]
    history = [user, {"role": "assistant", "content": turn.content}, {"role": "user", "content": results}]
    same(text(client.messages.create(**{**calling, "messages": history})), given.afterCalls)


    runner = client.beta.messages.tool_runner(**calling_tools, messages=[user], tools=[get_weather, get_time])
    same(text(list(runner)[-1]), given.afterCalls)


class Person(BaseModel):
    name: Literal["Ann"]
    age: Literal[3]


def structured():
    same(client.messages.parse(**asked, output_format=Person).parsed_output, Person(name="Ann", age=3))


def reasoning():
    body = {**asked, "model": given.models["thinks"], "max_tokens": 2048}
    thinking = {"type": "enabled", "budget_tokens": 1024}
    whole = client.messages.create(**body, thinking=thinking)
    with client.messages.stream(**body, thinking=thinking) as events:
        streamed = events.get_final_message()
    for message in [whole, streamed]:
        same([block.type for block in message.content], ["thinking", "text"])
        same([message.content[0].thinking, message.content[1].text], [given.thought, given.thoughtful])


def models():
    ids = [model.id for model in client.models.list()]
    assert set(given.models.values()) <= set(ids), ids
    same(client.models.retrieve(given.models["slashes"]).id, given.models["slashes"])
    raises(anthropic.NotFoundError, lambda: client.models.retrieve("nobody"))


def slashes():
    same(text(client.messages.create(**{**asked, "model": given.models["slashes"]})), given.thoughtful)


def count():
    body = {"model": given.models["chat"], "system": system["content"], "messages": [user]}
    same(client.messages.count_tokens(**body).input_tokens, given.promptTokens)


def cancel():
    endless = {**asked, "messages": given.endless, "max_tokens": 1900}
    with client.messages.stream(**endless) as events:
        next(iter(events.text_stream))
    same(given.ended()["state"], "cancelled")
    raises(anthropic.APITimeoutError, lambda: client.with_options(timeout=0.1).messages.create(**endless))
    same(given.ended()["state"], "cancelled")


def retries():
    for code in ["model_loading", "queue_full"]:
        reply = faulty.messages.create(model=f"once:{code}", messages=[user], max_tokens=16)
        same(text(reply), given.faultyAnswer)


def errors():
    raises(anthropic.AuthenticationError, lambda: client.with_options(api_key="wrong").messages.create(**asked))
    error = raises(anthropic.NotFoundError, lambda: client.messages.create(**{**asked, "model": "nobody"}))
    same([error.body["type"], error.body["error"]["type"]], ["error", "not_found_error"])
    long = [{"role": "user", "content": "Hello friend. " * 2000}]
    raises(anthropic.BadRequestError, lambda: client.messages.create(**{**asked, "messages": long}))
    once = faulty.with_options(max_retries=0).messages
    for code, expected in given.errorsOfAnthropic.items():
        try:
            once.create(model=f"fails:{code}", messages=[user], max_tokens=16)
        except anthropic.APIStatusError as error:
            kind = getattr(anthropic, expected["name"])
            assert isinstance(error, kind), f"{code}: {type(error).__name__} is no {expected['name']}"
            same(error.body["type"], "error")
            assert error.request_id, code
        else:
            raise AssertionError(f"{code} ended well")
    midway = once.create(model="midway:engine_died", messages=[user], max_tokens=16, stream=True)
    try:
        list(midway)
    except anthropic.APIError:
        return
    raise AssertionError("a stream that broke ended well")


tools_.__name__ = "tools"
run([
    *[chat, stream, usage, tools_, parallel, toolStream, toolResult, structured, reasoning, models, slashes, count],
    *[cancel, retries, errors],
])
