# The question what a picture from outside is for.

attach-title = 这张图片用来做什么？
attach-note = { $model }不支持以图片为起点。要把它用作输入，请选择支持的模型。
attach-input = 用作输入
attach-settings = 使用其设置
attach-both = 两者都用
attach-cancel = 取消
attach-silent = 这个文件没有说明它是如何制作的。
# $tool: the program that made a picture.
attach-not-understood = 这个文件是用 { $tool } 制作的，但没有以 Easel 能读懂的方式说明如何制作。
attach-too-large = 这个文件里的文字超过了一次请求的上限，因此没有使用。
