"""An app that draws a part of its page while somebody uses it (gr.render).

    tests/peers/gradio.sh VERSION PORT drawn

The app ends when its standard input does.
"""
import argparse
import os
import sys
import threading

import gradio as gr
from PIL import Image

arguments = argparse.ArgumentParser()
arguments.add_argument("--port", type=int, required=True)
arguments.add_argument("--mode")
arguments = arguments.parse_args()

with gr.Blocks(title="drawn") as demo:
    count, prompt = gr.Slider(1, 4, 2, step=1, label="How many"), gr.Textbox(label="Prompt")
    picture, plain = gr.Image(label="Result"), gr.Image(label="Plain")

    @gr.render(inputs=count)
    def more(number):
        sizes = [gr.Number(one, label=f"Size {one}") for one in range(int(number))]
        gr.Button("Go").click(lambda words, *sizes: Image.new("RGB", (len(sizes), 8)), [prompt, *sizes], picture)

    gr.Button("Plain").click(lambda words: Image.new("RGB", (8, 8)), prompt, plain, api_name="plain")


def end_with_input():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, daemon=True).start()
    options = {"ssr_mode": False} if int(gr.__version__.split(".")[0]) >= 5 else {}
    demo.queue().launch(server_name="127.0.0.1", server_port=arguments.port, quiet=True, **options)
