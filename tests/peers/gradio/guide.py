"""The apps of a guide to Gradio, each an endpoint: what people try first.

    tests/peers/gradio.sh VERSION PORT guide

The app ends when its standard input does.
"""
import argparse
import os
import sys
import threading
import time
import wave

import gradio as gr
from PIL import Image

arguments = argparse.ArgumentParser()
arguments.add_argument("--port", type=int, required=True)
arguments.add_argument("--mode")
arguments = arguments.parse_args()


def transcribe(audio):
    with wave.open(audio) as sound:
        return f"{sound.getnframes() / sound.getframerate():.1f} s at {sound.getframerate()} Hz"


def translate(text):
    return f"Bonjour: {text}"


def calculate(first, operation, second):
    if operation == "divide" and second == 0:
        raise gr.Error("Cannot divide by zero!")
    return {"add": first + second, "multiply": first * second, "divide": first / second if second else 0}[operation]


def count(until):
    for i in range(int(until) + 1):
        time.sleep(0.3)
        yield i


def pair(prompt):
    return [(Image.new("RGB", (96, 64), colour), f"{prompt}, {colour}") for colour in ("red", "navy")]


with gr.Blocks() as demo:
    sound = gr.Audio(type="filepath", label="Audio")
    words = gr.Textbox(label="Transcript")
    gr.Button("Transcribe").click(transcribe, sound, words, api_name="transcribe")

    text = gr.Textbox(label="English")
    french = gr.Textbox(label="French")
    gr.Button("Translate").click(translate, text, french, api_name="translate")

    first, second = gr.Number(4, label="First"), gr.Number(2, label="Second")
    operation = gr.Radio(["add", "multiply", "divide"], value="add", label="Operation")
    number = gr.Number(label="Result")
    gr.Button("Calculate").click(calculate, [first, operation, second], number, api_name="calculate")

    until, reached = gr.Number(6, label="Until", precision=0), gr.Number(label="Reached")
    gr.Button("Count").click(count, until, reached, api_name="count")

    prompt, pictures = gr.Textbox(label="Prompt"), gr.Gallery(label="Pictures")
    gr.Button("Run").click(pair, prompt, pictures, api_name="run")


def until_left():
    while sys.stdin.buffer.read(4096):
        pass
    # Without the wait of Gradio for those who are still connected.
    os._exit(0)


threading.Thread(target=until_left, daemon=True).start()
demo.queue().launch(server_name="127.0.0.1", server_port=arguments.port, quiet=True, ssr_mode=False)
