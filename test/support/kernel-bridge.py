"""Drives one Jupyter kernel for kernel.ts: commands come in and messages go out as lines of JSON.

The client is the real one (jupyter_client), so start, interrupt, restart and shutdown happen as in Jupyter.
Commands: {"id", "do": one of `actions`, below}.
Every command is answered by {"reply": id, ...}; everything the kernel says goes out as {"channel", "type", ...}.
"""

import json
import os
import signal
import sys
import time

import zmq
from jupyter_client import KernelManager

manager = None
client = None


def say(**message):
    sys.stdout.write(json.dumps(message, default=str) + "\n")
    sys.stdout.flush()


def connect():
    global client
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=60)


def start(command):
    global manager
    manager = KernelManager(kernel_name=command["kernel"])
    manager.start_kernel(cwd=command["cwd"], env=command["env"])
    connect()
    return {"pid": manager.provisioner.pid}


def shutdown(command):
    began = time.monotonic()
    client.stop_channels()
    manager.shutdown_kernel(now=bool(command.get("now")))
    return {"seconds": time.monotonic() - began}


def restart(command):
    began = time.monotonic()
    client.stop_channels()
    manager.restart_kernel()
    if command.get("interruptAfterSeconds") is not None:
        time.sleep(command["interruptAfterSeconds"])
        manager.interrupt_kernel()
    connect()
    return {"seconds": time.monotonic() - began, "pid": manager.provisioner.pid}


def execute(command):
    content = {
        "code": command["code"],
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": True,
        "stop_on_error": True,
        **command.get("fields", {}),
    }
    return send({"type": "execute_request", "content": content, "channel": "shell"})


def send(command):
    message = client.session.msg(command["type"], command["content"])
    channel = client.control_channel if command["channel"] == "control" else client.shell_channel
    channel.send(message)
    return {"msg_id": message["header"]["msg_id"]}


def frames(command):
    zmq.Socket.shadow(client.shell_channel.socket.underlying).send_multipart(
        [frame.encode() for frame in command["frames"]]
    )


def beat(_):
    """Asks the heartbeat itself: jupyter_client's own channel looks every few seconds only."""
    socket = zmq.Context.instance().socket(zmq.REQ)
    socket.connect(f"tcp://{manager.ip}:{manager.hb_port}")
    socket.send(b"ping")
    beats = bool(socket.poll(1000)) and socket.recv() == b"ping"
    socket.close(linger=0)
    return {"beats": beats}


def kill(command):
    os.kill(manager.provisioner.pid, signal.SIGKILL)
    return {}


actions = {
    "start": start,
    "execute": execute,
    "send": send,
    "frames": frames,
    "beat": beat,
    "input": lambda c: client.input(c["line"]) or {},
    "inspect": lambda c: {"msg_id": client.inspect(c["code"], c["cursor"])},
    "complete": lambda c: {"msg_id": client.complete(c["code"], c["cursor"])},
    "interrupt": lambda c: manager.interrupt_kernel() or {},
    "restart": restart,
    "kill": kill,
    "shutdown": shutdown,
}


def handle(line):
    command = json.loads(line)
    try:
        say(reply=command["id"], **(actions[command["do"]](command) or {}))
    except Exception as error:  # the test shows it
        say(reply=command["id"], error=f"{type(error).__name__}: {error}")


def forward(socket, name):
    """Passes on what waits in one channel."""
    plain = zmq.Socket.shadow(socket.underlying)
    while True:
        try:
            _, parts = client.session.feed_identities(plain.recv_multipart(zmq.NOBLOCK))
        except zmq.Again:
            return
        message = client.session.deserialize(parts)
        say(
            channel=name,
            type=message["msg_type"],
            parent=message["parent_header"].get("msg_id"),
            content=message["content"],
        )


def channels():
    if client is None or not client.channels_running:
        return {}
    return {
        client.shell_channel.socket: "shell",
        client.iopub_channel.socket: "iopub",
        client.stdin_channel.socket: "stdin",
        client.control_channel.socket: "control",
    }


def main():
    pending = b""
    while True:
        poller = zmq.Poller()
        poller.register(sys.stdin.fileno(), zmq.POLLIN)
        open_channels = channels()
        for socket in open_channels:
            poller.register(socket, zmq.POLLIN)
        ready = [socket for socket, _ in poller.poll(100)]
        for socket in open_channels:
            forward(socket, open_channels[socket])
        if sys.stdin.fileno() in ready:
            chunk = os.read(sys.stdin.fileno(), 65536)
            if not chunk:
                break
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                handle(line)


# ending this bridge in any way but kill -9 ends its kernel
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
signal.signal(signal.SIGINT, lambda *_: sys.exit(1))
try:
    main()
finally:
    if manager is not None:
        if manager.is_alive():
            manager.shutdown_kernel(now=True)
        # a kernel that was killed leaves it behind
        manager.cleanup_connection_file()
