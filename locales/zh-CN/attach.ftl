# The question what a picture from outside is for.

attach-title = 这张图片用来做什么？
attach-note = { $model }不支持以图片为起点。要把它用作输入，请选择支持的模型。
attach-input = 用作输入
attach-settings = 使用其设置
attach-both = 两者都用
attach-cancel = 取消
