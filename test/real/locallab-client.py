"""Drives a server with LocalLab's own client, every method, and prints what came out: a line of JSON for each check.

Arguments: address, id of a loaded model, id of another one, a key, address of a server that asks for that key.
"""

import asyncio
import json
import sys

from locallab_client import LocalLabClient, SyncLocalLabClient

address, model, other, key, gated = sys.argv[1:]
GREEDY = {"temperature": 0.0, "max_length": 24}
PROMPT = "The capital of France is"
MESSAGES = [{"role": "system", "content": "You are a helpful assistant."}, {"role": "user", "content": "Count from one to five."}]
EMOJI = "Repeat after me: \U0001f600 caf\u00e9 \u6771\u4eac"


def check(group, name, holds, seen):
    """One line for the test that started this."""
    print(json.dumps({"group": group, "name": name, "ok": bool(holds), "seen": str(seen)[:300]}), flush=True)


async def refusal(work):
    """The words of whatever is thrown."""
    try:
        return f"nothing was thrown, but {await work!r} returned"
    except Exception as error:  # the client throws bare Exceptions
        return str(error)


async def joined(stream):
    return "".join([chunk async for chunk in stream])


def text_of(reply):
    return reply["choices"][0]["message"]["content"]


async def methods(client):
    say = lambda name, holds, seen: check("async", name, holds, seen)
    say("health_check", await client.health_check() is True, "")
    whole = await client.generate(PROMPT, **GREEDY)
    say("generate", len(whole) > 5, whole)
    say("generate again is the same when greedy", await client.generate(PROMPT, **GREEDY) == whole, whole)
    say("generate takes all options", await client.generate(
        PROMPT, model_id=model, max_length=4, temperature=0.5, top_p=0.8, repetition_penalty=1.1, top_k=20, do_sample=True, max_time=30,
    ) != "", "")
    cold = [await client.generate(PROMPT, max_length=24, temperature=0.9, do_sample=False) for _ in range(2)]
    say("do_sample=False is greedy at any temperature", cold == [whole, whole], cold)
    short = await client.generate(PROMPT, max_length=1, temperature=0.0)
    say("max_length", len(short) < len(whole), short)
    reply = await client.chat(MESSAGES, **GREEDY)
    say("chat", len(text_of(reply)) > 5 and reply["choices"][0]["finish_reason"] in ("stop", "length"), reply)
    usage = reply["usage"]
    say("usage adds up", usage["prompt_tokens"] + usage["completion_tokens"] == usage["total_tokens"], usage)
    say("max_length counts tokens", 0 < usage["completion_tokens"] <= 24, usage)
    batch = await client.batch_generate([PROMPT, "Once upon a time"], **GREEDY)
    say("batch_generate keeps the order", len(batch["responses"]) == 2 and batch["responses"][0] == whole, batch)
    say("batch_generate of one", len((await client.batch_generate([PROMPT], **GREEDY))["responses"]) == 1, "")
    names = [entry["id"] for entry in await client.list_models()]
    say("list_models names both", model in names and other in names, names)
    current = await client.get_current_model()
    say("get_current_model", model in json.dumps(current), current)
    info = await client.get_system_info()
    say("get_system_info", all(name in info for name in ("cpu_usage", "memory_usage", "uptime", "request_count")), info)
    swapped = await client.generate(PROMPT, model_id=other, **GREEDY)
    say("another model by model_id", swapped not in ("", whole), swapped)
    say("load_model", await client.load_model(other) is True, "")
    say("unload_model", await client.unload_model() is True, "")
    say("load_model again", await client.load_model(model) is True, "")
    say("the same answer after a reload", await client.generate(PROMPT, model_id=model, **GREEDY) == whole, "")
    many = await asyncio.gather(*[client.generate(f"{PROMPT} {n}", **GREEDY) for n in range(8)])
    say("eight at once", all(many), many)


async def streams(client):
    say = lambda name, holds, seen: check("streams", name, holds, seen)
    whole = await client.generate(PROMPT, **GREEDY)
    chunks = [chunk async for chunk in client.stream_generate(PROMPT, **GREEDY)]
    # the client cannot carry a line end: it arrives as LocalLab sends it, as two characters
    say("stream_generate joined is generate", "".join(chunks).replace("\\n", "\n").strip() == whole.strip(), chunks)
    say("stream_generate comes in pieces", len(chunks) > 2, chunks)
    say("generate(stream=True) streams", (await joined(await client.generate(PROMPT, stream=True, **GREEDY))).strip() != "", "")
    lines = await joined(client.stream_generate("Write a list:\n1. apples\n2.", temperature=0.0, max_length=32))
    plain = await client.generate("Write a list:\n1. apples\n2.", temperature=0.0, max_length=32)
    say("several lines", lines.replace("\\n", "\n").strip() == plain.strip(), (lines, plain))
    emoji = await joined(client.stream_generate(EMOJI, temperature=0.0, max_length=32))
    say("no character is torn", "\ufffd" not in emoji, emoji)
    reply = text_of(await client.chat(MESSAGES, **GREEDY))
    pieces = [piece async for piece in client.stream_chat(MESSAGES, **GREEDY)]
    say("stream_chat joined is chat", "".join(piece.get("content") or "" for piece in pieces) == reply, pieces)
    say("stream_chat says why it ended", pieces[-1]["choices"][0]["finish_reason"] in ("stop", "length"), pieces[-1])
    deltas = [piece["choices"][0]["delta"].get("content") or "" for piece in pieces]
    say("deltas of stream_chat joined are chat", "".join(deltas) == reply, deltas)
    again = [piece async for piece in await client.chat(MESSAGES, stream=True, **GREEDY)]
    say("chat(stream=True) streams", "".join(piece.get("content") or "" for piece in again) == reply, again)
    both = await asyncio.gather(*[joined(client.stream_generate(PROMPT, **GREEDY)) for _ in range(4)])
    say("four streams at once are alike", len(set(both)) == 1, both)
    broken = client.stream_generate(PROMPT, temperature=0.0, max_length=2000)
    await broken.__anext__()
    await broken.aclose()
    say("a stream that is left frees its slot", await is_idle(client), "")
    say("a client that gives up frees the slot, too", "timed out" in await refusal(
        client.generate(PROMPT, temperature=0.0, max_length=2000, timeout=0.3)) and await is_idle(client), "")


async def is_idle(client):
    """Whether no slot is busy within ten seconds."""
    for _ in range(100):
        async with client._session.get(f"{address}/health") as reply:
            if (await reply.json())["slots"]["busy"] == 0:
                return True
        await asyncio.sleep(0.1)
    return False


async def errors(client):
    say = lambda name, holds, seen: check("errors", name, holds, seen)
    for name, work, words in (
        ("unknown model", client.generate(PROMPT, model_id="no-such-model"), ("no-such-model",)),
        ("unknown model to load", client.load_model("no-such-model"), ("no-such-model",)),
        ("temperature out of range", client.generate(PROMPT, temperature=-1.0), ("temperature", "-1")),
        ("top_p out of range", client.generate(PROMPT, top_p=1.5), ("top_p", "1.5")),
        ("empty prompt", client.generate(""), ("prompt",)),
        ("no messages", client.chat([]), ("messages",)),
        ("unknown role", client.chat([{"role": "wizard", "content": "x"}]), ("role",)),
        ("message without content", client.chat([{"role": "user"}]), ("content",)),
        ("empty batch", client.batch_generate([]), ("prompts",)),
        ("too long a prompt", client.generate("word " * 20000), ("token",)),
    ):
        words_seen = await refusal(work)
        say(name, all(word in words_seen for word in words) and "nothing was thrown" not in words_seen, words_seen)
    stream = await joined(client.stream_generate(PROMPT, temperature=-1.0, max_length=4))
    say("a refused stream says why", "Error:" in stream and "temperature" in stream, stream)
    pieces = [piece async for piece in client.stream_chat([], max_length=4)]
    say("a refused chat stream says why", any("messages" in str(piece.get("error")) for piece in pieces), pieces)
    lost = LocalLabClient("http://127.0.0.1:9")
    say("no server: health_check is False", await lost.health_check() is False, "")
    say("no server: generate says so", "onnection" in await refusal(lost.generate(PROMPT)), "")
    await lost.close()
    say("a closed client says so", "closed" in await refusal(lost.generate(PROMPT)), "")


async def keys():
    say = lambda name, holds, seen: check("keys", name, holds, seen)
    any_key = LocalLabClient({"base_url": address, "api_key": "not-asked-for"})
    say("a key where none is asked for is no hindrance", await any_key.health_check() is True, "")
    say("and none to an answer", await any_key.generate(PROMPT, max_length=2) != "", "")
    await any_key.close()
    right = LocalLabClient({"base_url": gated, "api_key": key})
    say("the right key", await right.health_check() is True and await right.generate(PROMPT, max_length=2) != "", "")
    await right.close()
    for name, config in (("no key", {"base_url": gated}), ("a wrong key", {"base_url": gated, "api_key": "wrong-key-000"})):
        client = LocalLabClient(config)
        seen = await refusal(client.generate(PROMPT))
        say(f"{name} is refused and told of keys", "key" in seen and "nothing was thrown" not in seen, seen)
        await client.close()


def synchronous():
    say = lambda name, holds, seen: check("sync", name, holds, seen)
    with SyncLocalLabClient(address) as client:
        say("health_check", client.health_check() is True, "")
        whole = client.generate(PROMPT, **GREEDY)
        say("generate", len(whole) > 5, whole)
        chunks = list(client.stream_generate(PROMPT, **GREEDY))
        say("stream_generate joined is generate", "".join(chunks).replace("\\n", "\n").strip() == whole.strip(), chunks)
        say("generate(stream=True) streams", "".join(client.generate(PROMPT, stream=True, **GREEDY)) == "".join(chunks), chunks)
        reply = text_of(client.chat(MESSAGES, **GREEDY))
        say("chat", len(reply) > 5, reply)
        pieces = list(client.stream_chat(MESSAGES, **GREEDY))
        say("stream_chat joined is chat", "".join(piece.get("content") or "" for piece in pieces) == reply, pieces)
        again = list(client.chat(MESSAGES, stream=True, **GREEDY))
        say("chat(stream=True) streams", "".join(piece.get("content") or "" for piece in again) == reply, again)
        batch = client.batch_generate([PROMPT, "Once"], **GREEDY)
        say("batch_generate", batch["responses"][0] == whole, batch)
        say("list_models", len(client.list_models()) >= 2, "")
        say("get_current_model", model in json.dumps(client.get_current_model()), "")
        say("get_system_info", client.get_system_info()["uptime"] >= 0, "")
        say("unload_model", client.unload_model() is True, "")
        say("load_model", client.load_model(model) is True, "")
        say("the defaults of the client are taken", client.generate(PROMPT, max_time=2) != "", "")


async def asynchronous():
    client = LocalLabClient({"base_url": address, "timeout": 120.0})
    await client.connect()
    await methods(client)
    await streams(client)
    await errors(client)
    await client.close()
    await keys()


asyncio.run(asynchronous())
synchronous()
check("end", "every group ran", True, "")
