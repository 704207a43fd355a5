"""An app that talks (gr.ChatInterface) and answers with pictures.

    tests/peers/gradio.sh VERSION PORT talk

The app ends when its standard input does.
"""
import argparse
import hashlib
import os
import sys
import tempfile
import threading

import gradio as gr
from PIL import Image

arguments = argparse.ArgumentParser()
arguments.add_argument("--port", type=int, required=True)
arguments.add_argument("--mode")
arguments = arguments.parse_args()
MAJOR = int(gr.__version__.split(".")[0])


def saved(words):
    path = os.path.join(tempfile.mkdtemp(), "picture.png")
    Image.new("RGB", (96, 64), tuple(hashlib.sha256(words.encode()).digest()[:3])).save(path)
    return path


def answer(message, history):
    words = message["text"]
    if not words.strip():
        raise gr.Error("Describe a picture first.")
    yield "At work on it."
    path = saved(words)
    content = {"path": path}
    yield {"role": "assistant", "content": content} if MAJOR == 5 else {"text": "Here it is.", "files": [path]} if MAJOR > 5 else (path,)


options = {"type": "messages"} if MAJOR == 5 else {}
demo = gr.ChatInterface(answer, multimodal=True, title="talk", **options)


def end_with_input():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, daemon=True).start()
    options = {"ssr_mode": False} if MAJOR >= 5 else {}
    demo.queue().launch(server_name="127.0.0.1", server_port=arguments.port, quiet=True, **options)
