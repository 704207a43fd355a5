# 可以用图片做什么：接受图片的模型。

takers-link = 可用的模型
takers-title = 使用此图片
takers-picture = 图片
takers-none = 提供的模型都不接受图片，搜索也没有找到。请在页面中按名称或地址选择其他模型。
takers-edit = 按文字编辑
takers-upscale = 放大
takers-cut-out = 去除背景
takers-describe = 用文字描述
takers-other = 其他
takers-not-here = 无法带上图片：此模型不接受图片，或图片不在你的图库中。
