# The inputs of models that Easel itself describes.

inputs-image = Image
inputs-image-help = What the prompt is to change.
inputs-images = Pictures
inputs-images-help = To be changed as the prompt says.
inputs-mask = Mask
inputs-mask-help = White, or transparent, where the first picture is to be changed.
inputs-steps-help = More steps take longer. Fast models want 1 to 8.
inputs-guidance-help = How closely to follow the prompt.
inputs-negative-help = What the picture should not show. Many fast models ignore it.
inputs-seed-help = The same seed gives the same picture again. Empty: a new one.
inputs-seed-maybe = The same seed gives the same picture again, if the server honours it.
inputs-seed-demo = The same words and seed give the same picture.
inputs-steps-demo = How many steps the painting is shown in. The picture is the same.
inputs-style = Style
inputs-style-help = Auto picks a style from your words.
inputs-quality = Quality
inputs-background = Background
inputs-output-format = Output format
inputs-previews = Previews
inputs-previews-help = Unfinished pictures on the way, where the server sends them. OpenAI bills them.
inputs-more = More inputs
# $example: a JSON object.
inputs-more-help = Sent as they are, like { $example }.
inputs-style-auto = auto
inputs-style-landscape = landscape
inputs-style-night = night
inputs-style-garden = garden
inputs-style-flow = flow
inputs-style-geometry = geometry
