"""What OpenAI's client for Python does with a lab."""
import json
import math
from typing import Literal

import openai
from pydantic import BaseModel

from cells import given, raises, run, same

client = openai.OpenAI(base_url=given.address + "/v1", api_key=given.key, max_retries=0, timeout=60)
faulty = openai.OpenAI(base_url=given.faulty + "/v1", api_key=given.key, timeout=60)
asked = {"model": given.models["chat"], "messages": given.question, "temperature": 0, "max_tokens": 256}
tools = [
    {"type": "function", "function": {"name": call["name"], "description": "Of a city", "parameters": given.citySchema}}
    for call in given.calls
]
calling = {"model": given.models["calls"], "messages": given.question, "tools": tools, "temperature": 0}


class Person(BaseModel):
    name: Literal["Ann"]
    age: Literal[3]


def called(message):
    return [
        {"name": call.function.name, "arguments": json.loads(call.function.arguments)}
        for call in message.tool_calls or []
    ]


def chat():
    reply = client.chat.completions.create(**asked)
    same([reply.choices[0].message.content, reply.choices[0].finish_reason], [given.answer, "stop"])
    same([reply.usage.prompt_tokens, reply.usage.completion_tokens], [given.promptTokens, given.answerTokens])
    assert reply._request_id


def stream():
    chunks = list(client.chat.completions.create(**asked, stream=True))
    same("".join(chunk.choices[0].delta.content or "" for chunk in chunks), given.answer)
    same([chunks[0].choices[0].delta.role, chunks[-1].choices[0].finish_reason], ["assistant", "stop"])


def usage():
    chunks = list(client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}))
    same([chunk.usage is None for chunk in chunks], [True] * (len(chunks) - 1) + [False])
    last = chunks[-1].usage
    same([last.prompt_tokens, last.completion_tokens], [given.promptTokens, given.answerTokens])
    same(last.completion_tokens_details.reasoning_tokens, 0)
    with client.chat.completions.stream(**asked, stream_options={"include_usage": True}) as events:
        for _ in events:
            pass
        same(events.get_final_completion().usage.completion_tokens, given.answerTokens)


def n():
    reply = client.chat.completions.create(**{**asked, "temperature": 1}, seed=1, n=3)
    same([choice.index for choice in reply.choices], [0, 1, 2])
    same(len({choice.message.content for choice in reply.choices}), 3)
    whole = client.chat.completions.create(**asked, n=2)
    same([choice.message.content for choice in whole.choices], [given.answer] * 2)
    same(whole.usage.completion_tokens, 2 * given.answerTokens)


def logprobs():
    reply = client.chat.completions.create(**asked, logprobs=True, top_logprobs=2)
    scores = reply.choices[0].logprobs.content
    same("".join(score.token for score in scores), given.answer)
    for score, chance in zip(scores, given.chances, strict=True):
        assert math.isclose(score.logprob, math.log(chance), abs_tol=1e-3), [score, chance]
        same([len(score.top_logprobs), score.top_logprobs[0].token], [2, score.token])


def completions():
    body = {"model": given.models["chat"], "temperature": 0, "max_tokens": 8}
    reply = client.completions.create(**body, prompt=["Hello", "Hello"])
    same([choice.text for choice in reply.choices], [given.continued] * 2)
    pieces = client.completions.create(**body, prompt="Hello", stream=True, echo=True)
    same("".join(chunk.choices[0].text for chunk in pieces), "Hello" + given.continued)
    scored = client.completions.create(**body, prompt="Hello", logprobs=2)
    same("".join(scored.choices[0].logprobs.tokens), given.continued)


def responses():
    body = {"model": given.models["chat"], "instructions": given.question[0]["content"], "temperature": 0}
    body["input"] = given.question[1]["content"]
    same(client.responses.create(**body).output_text, given.answer)
    events = list(client.responses.create(**body, stream=True))
    same("".join(event.delta for event in events if event.type == "response.output_text.delta"), given.answer)
    same([event.sequence_number for event in events], list(range(len(events))))
    same(client.responses.parse(**body, text_format=Person).output_parsed, Person(name="Ann", age=3))
    raises(openai.BadRequestError, lambda: client.responses.create(**body, previous_response_id="resp_1"))


def forced():
    parameters = {**given.citySchema, "properties": {"city": {"enum": ["Paris"]}}}
    return [{"type": "function", "function": {"name": "get_weather", "parameters": parameters}}]


def tools_():
    for choice in ["required", {"type": "function", "function": {"name": "get_weather"}}]:
        reply = client.chat.completions.create(**asked, tools=forced(), tool_choice=choice)
        same([called(reply.choices[0].message), reply.choices[0].finish_reason], [given.calls[:1], "tool_calls"])
    single = client.chat.completions.create(**calling, parallel_tool_calls=False)
    same(called(single.choices[0].message), given.calls[:1])


def parallel():
    reply = client.chat.completions.create(**calling)
    same([called(reply.choices[0].message), reply.choices[0].finish_reason], [given.calls, "tool_calls"])


def toolStream():
    with client.chat.completions.stream(**calling) as events:
        for _ in events:
            pass
        same(called(events.get_final_completion().choices[0].message), given.calls)


def toolResult():
    turn = client.chat.completions.create(**calling).choices[0].message
    results = [{"role": "tool", "tool_call_id": call.id, "content": "18 C"} for call in turn.tool_calls]
    history = [*given.question, turn.model_dump(exclude_none=True), *results]
    same(client.chat.completions.create(**{**calling, "messages": history}).choices[0].message.content, given.afterCalls)


def structured():
    reply = client.chat.completions.parse(**asked, response_format=Person)
    same(reply.choices[0].message.parsed, Person(name="Ann", age=3))
    with client.chat.completions.stream(**asked, response_format=Person) as events:
        for _ in events:
            pass
        same(events.get_final_completion().choices[0].message.parsed, Person(name="Ann", age=3))
    cut = {**asked, "max_tokens": 2}
    raises(openai.LengthFinishReasonError, lambda: client.chat.completions.parse(**cut, response_format=Person))
    reply = client.chat.completions.create(**asked, response_format={"type": "json_object"})
    if reply.choices[0].finish_reason == "stop":
        assert isinstance(json.loads(reply.choices[0].message.content), dict)


def models():
    ids = [model.id for model in client.models.list()]
    assert set(given.models.values()) <= set(ids), ids
    for name in given.models.values():
        same(client.models.retrieve(name).id, name)
    same(raises(openai.NotFoundError, lambda: client.models.retrieve("nobody")).code, "model_not_found")


def slashes():
    reply = client.chat.completions.create(**{**asked, "model": given.models["slashes"]})
    same([reply.model, reply.choices[0].message.content], [given.models["slashes"], given.thoughtful])


def cancel():
    endless = {**asked, "messages": given.endless, "max_tokens": 1900}
    events = client.chat.completions.create(**endless, stream=True)
    next(iter(events))
    events.close()
    same(given.ended()["state"], "cancelled")
    raises(openai.APITimeoutError, lambda: client.with_options(timeout=0.1).chat.completions.create(**endless))
    same(given.ended()["state"], "cancelled")


def retries():
    for code in ["model_loading", "queue_full"]:
        reply = faulty.chat.completions.create(model=f"once:{code}", messages=given.question)
        same(reply.choices[0].message.content, given.faultyAnswer)


def errors():
    raises(openai.AuthenticationError, lambda: client.with_options(api_key="wrong").models.list())
    error = raises(openai.NotFoundError, lambda: client.chat.completions.create(**{**asked, "model": "nobody"}))
    same(error.code, "model_not_found")
    error = raises(openai.BadRequestError, lambda: client.chat.completions.create(**{**asked, "temperature": 3}))
    same(error.param, "temperature")
    long = [{"role": "user", "content": "Hello friend. " * 2000}]
    error = raises(openai.BadRequestError, lambda: client.chat.completions.create(**{**asked, "messages": long}))
    same(error.code, "context_length_exceeded")
    once = faulty.with_options(max_retries=0).chat.completions
    for code, expected in given.errors.items():
        error = raises(
            getattr(openai, expected["name"]),
            lambda: once.create(model=f"fails:{code}", messages=given.question),
        )
        same(error.status_code, expected["status"])
        assert isinstance(error.code, str) and error.request_id, [error.code, error.request_id]
    midway = once.create(model="midway:engine_died", messages=given.question, stream=True)
    same(raises(openai.APIError, lambda: list(midway)).code, "engine_died")


def embeddings():
    texts = given.embedded["texts"]
    body = {"model": given.models["embeds"], "input": texts}
    reply = client.embeddings.create(**body)
    plain = client.embeddings.create(**body, encoding_format="float")
    for one, other, wanted in zip(reply.data, plain.data, given.embedded["vectors"], strict=True):
        assert sum(a * b for a, b in zip(one.embedding, wanted, strict=True)) > 0.999
        assert max(abs(a - b) for a, b in zip(one.embedding, other.embedding, strict=True)) < 1e-6
    same(reply.usage.prompt_tokens, reply.usage.total_tokens)


tools_.__name__ = "tools"
run([
    *[chat, stream, usage, n, logprobs, completions, responses, tools_, parallel, toolStream, toolResult, structured],
    *[embeddings, models, slashes, cancel, retries, errors],
])
