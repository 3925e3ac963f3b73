"""What LiteLLM does with a lab, in front of which it poses as OpenAI, vLLM and Anthropic."""
import json
import os
from typing import Literal

# its list of models comes with it: nothing is fetched
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm  # noqa: E402
from pydantic import BaseModel  # noqa: E402

from cells import given, raises, run, same  # noqa: E402

litellm.drop_params = False
to_openai = {"api_base": given.address + "/v1", "api_key": given.key, "max_retries": 0}
to_faulty = {**to_openai, "api_base": given.faulty + "/v1"}


def ask(name="chat", prefix="openai", **options):
    body = {"messages": given.question, "temperature": 0, "max_tokens": 256, **to_openai, **options}
    return litellm.completion(model=f"{prefix}/{given.models[name]}", **body)


tools_given = [
    {"type": "function", "function": {"name": call["name"], "description": "Of a city", "parameters": given.citySchema}}
    for call in given.calls
]


def called(message):
    return [
        {"name": call.function.name, "arguments": json.loads(call.function.arguments)}
        for call in message.tool_calls or []
    ]


class Person(BaseModel):
    name: Literal["Ann"]
    age: Literal[3]


def chat():
    for prefix in ["openai", "hosted_vllm"]:
        reply = ask(prefix=prefix)
        same([reply.choices[0].message.content, reply.choices[0].finish_reason], [given.answer, "stop"])
        same(reply.usage.completion_tokens, given.answerTokens)
    same(ask(prefix="anthropic", api_base=given.address).choices[0].message.content, given.answer)


def stream():
    for prefix, base in [("openai", "/v1"), ("anthropic", "")]:
        chunks = ask(prefix=prefix, api_base=given.address + base, stream=True)
        same("".join(chunk.choices[0].delta.content or "" for chunk in chunks), given.answer)


def usage():
    chunks = list(ask(stream=True, stream_options={"include_usage": True}))
    seen = [chunk.usage for chunk in chunks if getattr(chunk, "usage", None) is not None]
    same([seen[-1].prompt_tokens, seen[-1].completion_tokens], [given.promptTokens, given.answerTokens])


def n():
    same([choice.message.content for choice in ask(n=2).choices], [given.answer] * 2)


def logprobs():
    scores = ask(logprobs=True, top_logprobs=2).choices[0].logprobs.content
    same("".join(score.token for score in scores), given.answer)


def completions():
    body = {"prompt": "Hello", "temperature": 0, "max_tokens": 8, **to_openai}
    reply = litellm.text_completion(model=f"text-completion-openai/{given.models['chat']}", **body)
    same(reply.choices[0].text, given.continued)


def tools():
    parameters = {**given.citySchema, "properties": {"city": {"enum": ["Paris"]}}}
    one = [{"type": "function", "function": {"name": "get_weather", "parameters": parameters}}]
    for choice in ["required", {"type": "function", "function": {"name": "get_weather"}}]:
        same(called(ask(tools=one, tool_choice=choice).choices[0].message), given.calls[:1])


def parallel():
    reply = ask("calls", tools=tools_given)
    same([called(reply.choices[0].message), reply.choices[0].finish_reason], [given.calls, "tool_calls"])


def toolStream():
    chunks = list(ask("calls", tools=tools_given, stream=True))
    same(called(litellm.stream_chunk_builder(chunks).choices[0].message), given.calls)


def toolResult():
    turn = ask("calls", tools=tools_given).choices[0].message
    results = [{"role": "tool", "tool_call_id": call.id, "content": "18 C"} for call in turn.tool_calls]
    history = [*given.question, turn.model_dump(), *results]
    same(ask("calls", tools=tools_given, messages=history).choices[0].message.content, given.afterCalls)


def structured():
    reply = ask(response_format=Person)
    same(Person.model_validate_json(reply.choices[0].message.content), Person(name="Ann", age=3))


def reasoning():
    message = ask("thinks").choices[0].message
    same([message.reasoning_content, message.content], [given.thought, given.thoughtful])


def embeddings():
    model = f"openai/{given.models['embeds']}"
    reply = litellm.embedding(model=model, input=given.embedded["texts"], **to_openai)
    for one, wanted in zip(reply.data, given.embedded["vectors"], strict=True):
        assert sum(a * b for a, b in zip(one["embedding"], wanted, strict=True)) > 0.999


def slashes():
    same(ask("slashes").choices[0].message.content, given.thoughtful)


def retries():
    for code in ["model_loading", "queue_full"]:
        body = {"messages": given.question, **to_faulty, "max_retries": 2}
        same(litellm.completion(model=f"openai/once:{code}", **body).choices[0].message.content, given.faultyAnswer)


def errors():
    raises(litellm.AuthenticationError, lambda: ask(api_key="wrong"))
    raises(litellm.NotFoundError, lambda: litellm.completion(model="openai/nobody", messages=given.question, **to_openai))
    long = [{"role": "user", "content": "Hello friend. " * 2000}]
    raises(litellm.ContextWindowExceededError, lambda: ask(messages=long))
    for code in ["rate_limited", "queue_full"]:
        call = {"model": f"openai/fails:{code}", "messages": given.question, **to_faulty}
        raises(litellm.RateLimitError, lambda call=call: litellm.completion(**call))


run([
    *[chat, stream, usage, n, logprobs, completions, tools, parallel, toolStream, toolResult, structured, reasoning],
    *[embeddings, slashes, retries, errors],
])
