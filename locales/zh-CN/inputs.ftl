# The inputs of models that Easel itself describes.

inputs-image = 图片
inputs-image-help = 要按提示词修改的图片。
inputs-images = 图片
inputs-images-help = 将按提示词进行修改。
inputs-mask = 蒙版
inputs-mask-help = 第一张图片中要修改的地方为白色或透明。
inputs-steps-help = 步数越多越慢。快速模型只需 1 到 8 步。
inputs-guidance-help = 遵循提示词的程度。
inputs-negative-help = 图片中不应出现的内容。许多快速模型会忽略它。
inputs-seed-help = 相同的种子会再次生成相同的图片。留空：新种子。
inputs-seed-maybe = 如果服务器支持，相同的种子会再次生成相同的图片。
inputs-seed-demo = 相同的文字和种子会生成相同的图片。
inputs-steps-demo = 分多少步展示绘画过程。图片不变。
inputs-style = 风格
inputs-style-help = “auto”会根据您的文字选择风格。
inputs-quality = 质量
inputs-background = 背景
inputs-output-format = 输出格式
inputs-previews = 预览
inputs-previews-help = 生成过程中的未完成图片（如果服务器会发送）。OpenAI 会为此计费。
inputs-more = 更多输入
# $example: a JSON object.
inputs-more-help = 原样发送，例如 { $example }。
inputs-style-auto = 自动
inputs-style-landscape = 风景
inputs-style-night = 夜晚
inputs-style-garden = 花园
inputs-style-flow = 流动
inputs-style-geometry = 几何
