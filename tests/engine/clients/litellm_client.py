"""LiteLLM: litellm_client.py BASE KEY MODEL SCENARIO"""

import base64
import sys

import litellm

base, key, model, scenario = sys.argv[1:5]
arguments = {"model": f"openai/{model}", "api_base": base, "api_key": key}


def one():
    made = litellm.image_generation(prompt="a fox for a proxy", n=2, seed=3, **arguments)
    assert len(made.data) == 2
    for item in made.data:
        assert base64.b64decode(item.b64_json).startswith(b"\x89PNG"), item


def wrong():
    try:
        litellm.image_generation(prompt="x", **{**arguments, "model": "openai/no-such-model"})
    except litellm.exceptions.NotFoundError as error:
        assert "no-such-model" in str(error), error
        return
    raise AssertionError("an unknown model was taken")


def billed():
    try:
        litellm.image_generation(prompt="a broken fox for a proxy", num_retries=2, **arguments)
    except Exception as error:
        assert "answer" in str(error), error
        return
    raise AssertionError("nothing failed")


globals()[scenario]()
