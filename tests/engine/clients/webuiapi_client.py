"""A client of AUTOMATIC1111's API: webuiapi_client.py BASE KEY MODEL SCENARIO"""

import sys

import webuiapi
from PIL import Image

base, key, model, scenario = sys.argv[1:5]
api = webuiapi.WebUIApi(baseurl=base.replace("/v1", "/sdapi/v1"), username="user", password=key)


def all():
    assert [item["title"] for item in api.get_sd_models()][:2] == [model, "demo"]
    assert api.get_samplers()[0]["name"] == "Automatic"
    assert api.get_scripts() == {"txt2img": [], "img2img": []}
    assert api.get_options()["sd_model_checkpoint"] == model
    api.set_options({"sd_model_checkpoint": "demo"})
    assert api.get_options()["sd_model_checkpoint"] == "demo"
    assert api.get_progress()["state"]["job_count"] == 0

    made = api.txt2img(prompt="a fox of old", width=256, height=320, steps=150, seed=12, cfg_scale=7)
    assert made.image.size == (256, 320), made.image.size
    assert made.info["seed"] == 12 and made.info["all_seeds"] == [12], made.info
    assert made.info["infotexts"][0].startswith("a fox of old"), made.info
    assert key not in str(made.json if hasattr(made, "json") else made.parameters)

    api.set_options({"sd_model_checkpoint": model})
    made = api.txt2img(prompt="two foxes of old", batch_size=2)
    assert len(made.images) == 2

    try:
        api.img2img(prompt="x", images=[Image.new("RGB", (8, 8))])
    except Exception as error:
        assert "takes no picture" in str(error), error
    else:
        raise AssertionError("the model takes no picture")


globals()[scenario]()
