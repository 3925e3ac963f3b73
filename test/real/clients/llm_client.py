"""What the command `llm` does with a lab that is named in its file of models."""
import json
import os
import subprocess
import sys
import tempfile

import yaml

from cells import given, run, same

home = tempfile.mkdtemp()
with open(f"{home}/extra-openai-models.yaml", "w") as file:
    yaml.safe_dump(
        [
            {
                "model_id": f"lab-{name}",
                "model_name": model,
                "api_base": given.address + "/v1",
                "api_key_name": "lab",
                "supports_tools": True,
                "supports_schema": True,
            }
            for name, model in given.models.items()
        ],
        file,
    )
environment = {**os.environ, "LLM_USER_PATH": home}
program = [sys.executable, "-m", "llm"]
system, user = (turn["content"] for turn in given.question)
greedy = ["-o", "temperature", "0", "-o", "max_tokens", "256", "--key", given.key]


def llm(*arguments):
    done = subprocess.run([*program, *arguments], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def chat():
    same(llm("prompt", "-m", "lab-chat", "-s", system, *greedy, "--no-stream", user), given.answer)


def stream():
    same(llm("prompt", "-m", "lab-chat", "-s", system, *greedy, user), given.answer)


def usage():
    llm("prompt", "-m", "lab-chat", "-s", system, *greedy, user)
    seen = json.loads(llm("logs", "--json", "-n", "1"))[0]
    same([seen["input_tokens"], seen["output_tokens"]], [given.promptTokens, given.answerTokens])


def tools():
    functions = "def get_weather(city: str) -> str:\n    return '18 C'\n\ndef get_time(city: str) -> str:\n    return '9'\n"
    text = llm("prompt", "-m", "lab-calls", "--functions", functions, *greedy, "--no-stream", user)
    assert text.endswith(given.afterCalls), text


def structured():
    schema = {"type": "object", "properties": {"name": {"const": "Ann"}}, "required": ["name"]}
    text = llm("prompt", "-m", "lab-chat", "--schema", json.dumps(schema), *greedy, user)
    same(json.loads(text), {"name": "Ann"})


def models():
    assert "lab-chat" in llm("models", "list")


def slashes():
    same(llm("prompt", "-m", "lab-slashes", *greedy, user), given.thoughtful)


run([chat, stream, usage, tools, structured, models, slashes])
