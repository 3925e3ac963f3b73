"""What LangChain's client of OpenAI for Python does with a lab."""
from typing import Literal

import openai
from langchain_core.exceptions import ContextOverflowError
from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage
from langchain_openai import ChatOpenAI, OpenAI, OpenAIEmbeddings
from pydantic import BaseModel

from cells import given, raises, run, same

common = {"base_url": given.address + "/v1", "api_key": given.key, "max_retries": 0, "temperature": 0}
messages = [SystemMessage(given.question[0]["content"]), HumanMessage(given.question[1]["content"])]
tools_given = [
    {"type": "function", "function": {"name": call["name"], "description": "Of a city", "parameters": given.citySchema}}
    for call in given.calls
]


def model(name="chat", **options):
    return ChatOpenAI(**{**common, "model": given.models[name], "max_tokens": 256, **options})


def failing(name, **options):
    return model(base_url=given.faulty + "/v1", **{"model": name, **options})


def streamed(chunks):
    whole = None
    for chunk in chunks:
        whole = chunk if whole is None else whole + chunk
    return whole


def called(message):
    return [{"name": call["name"], "arguments": call["args"]} for call in message.tool_calls]


class Person(BaseModel):
    """A person."""

    name: Literal["Ann"]
    age: Literal[3]


def chat():
    reply = model().invoke(messages)
    same([reply.content, reply.response_metadata["finish_reason"]], [given.answer, "stop"])
    same(reply.usage_metadata["output_tokens"], given.answerTokens)


def stream():
    same(streamed(model().stream(messages)).content, given.answer)


def usage():
    seen = streamed(model(stream_usage=True).stream(messages)).usage_metadata
    same([seen["input_tokens"], seen["output_tokens"]], [given.promptTokens, given.answerTokens])


def n():
    same([one.text for one in model(n=2).generate([messages]).generations[0]], [given.answer] * 2)


def logprobs():
    reply = model(logprobs=True, top_logprobs=2).invoke(messages)
    same("".join(one["token"] for one in reply.response_metadata["logprobs"]["content"]), given.answer)


def completions():
    text = OpenAI(**common, model=given.models["chat"], max_tokens=8)
    same(text.invoke("Hello"), given.continued)
    same("".join(text.stream("Hello")), given.continued)


def responses():
    reply = model(use_responses_api=True, max_tokens=None).invoke(messages)
    same(reply.text, given.answer)


def tools():
    parameters = {**given.citySchema, "properties": {"city": {"enum": ["Paris"]}}}
    one = [{"type": "function", "function": {"name": "get_weather", "description": "w", "parameters": parameters}}]
    for choice in ["required", "get_weather"]:
        same(called(model().bind_tools(one, tool_choice=choice).invoke(messages)), given.calls[:1])
    same(called(model("calls").bind_tools(tools_given, parallel_tool_calls=False).invoke(messages)), given.calls[:1])


def parallel():
    reply = model("calls").bind_tools(tools_given).invoke(messages)
    same([called(reply), reply.invalid_tool_calls], [given.calls, []])


def toolStream():
    same(called(streamed(model("calls").bind_tools(tools_given).stream(messages))), given.calls)


def toolResult():
    bound = model("calls").bind_tools(tools_given)
    turn = bound.invoke(messages)
    results = [ToolMessage("18 C", tool_call_id=call["id"]) for call in turn.tool_calls]
    same(bound.invoke([*messages, turn, *results]).content, given.afterCalls)


def structured():
    for method in ["json_schema", "function_calling"]:
        same(model().with_structured_output(Person, method=method).invoke(messages), Person(name="Ann", age=3))


def embeddings():
    embed = OpenAIEmbeddings(
        base_url=given.address + "/v1", api_key=given.key, model=given.models["embeds"], check_embedding_ctx_length=False
    )
    for one, wanted in zip(embed.embed_documents(given.embedded["texts"]), given.embedded["vectors"], strict=True):
        assert sum(a * b for a, b in zip(one, wanted, strict=True)) > 0.999


def slashes():
    same(model("slashes").invoke(messages).content, given.thoughtful)


def cancel():
    endless = [HumanMessage(given.endless[0]["content"])]
    chunks = model(max_tokens=1900).stream(endless)
    next(iter(chunks))
    chunks.close()
    same(given.ended()["state"], "cancelled")
    raises(openai.APITimeoutError, lambda: model(max_tokens=1900, timeout=0.1).invoke(endless))
    same(given.ended()["state"], "cancelled")


def retries():
    for code in ["model_loading", "queue_full"]:
        same(failing(f"once:{code}", max_retries=2).invoke(messages).content, given.faultyAnswer)


def errors():
    raises(openai.AuthenticationError, lambda: model(api_key="wrong").invoke(messages))
    raises(openai.NotFoundError, lambda: model(**{"model": "nobody"}).invoke(messages))
    raises(ContextOverflowError, lambda: model().invoke([HumanMessage("Hello friend. " * 2000)]))
    for code, expected in given.errors.items():
        try:
            failing(f"fails:{code}").invoke(messages)
        except openai.APIStatusError as error:
            same(error.status_code, expected["status"])
        else:
            raise AssertionError(f"{code} ended well")


run([
    *[chat, stream, usage, n, logprobs, completions, responses, tools, parallel, toolStream, toolResult, structured],
    *[embeddings, slashes, cancel, retries, errors],
])
