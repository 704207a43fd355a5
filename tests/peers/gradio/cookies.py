"""An app behind a door that knows its visitors by a cookie, and that says who came in which language.

    tests/peers/gradio.sh VERSION PORT cookies

The app ends when its standard input does.
"""
import argparse
import itertools
import os
import sys
import threading

import fastapi
import gradio as gr
import uvicorn

arguments = argparse.ArgumentParser()
arguments.add_argument("--port", type=int, required=True)
arguments.add_argument("--mode")
arguments = arguments.parse_args()

numbers = itertools.count(1)
site = fastapi.FastAPI()


@site.middleware("http")
async def know(request, call_next):
    """Whoever opens the page gets a cookie; whoever comes without one may not do more than that."""
    if "visitor" not in request.cookies and not request.url.path.endswith(("/config", "/info")):
        return fastapi.responses.PlainTextResponse("who are you?", 401)
    answer = await call_next(request)
    if "visitor" not in request.cookies:
        answer.set_cookie("visitor", f"no. {next(numbers)}".replace(" ", "_"), httponly=True)
    return answer


def who(words, request: gr.Request):
    headers = dict(request.headers)
    cookie = dict(pair.strip().split("=", 1) for pair in headers.get("cookie", "=").split(";"))
    return f"{cookie.get('visitor')} {headers['accept-language']}"


with gr.Blocks(title="cookies") as demo:
    prompt, note = gr.Textbox(label="Prompt"), gr.Textbox(label="Note")
    gr.Button("Who").click(who, prompt, note, api_name="who")


def end_with_input():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, daemon=True).start()
    options = {"ssr_mode": False} if int(gr.__version__.split(".")[0]) >= 5 else {}
    site = gr.mount_gradio_app(site, demo.queue(), path="/studio", **options)
    uvicorn.run(site, host="127.0.0.1", port=arguments.port, log_level="warning")
