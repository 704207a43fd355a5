# The sheet with the inputs of the model.

settings-close = 关闭设置
settings-reset-all = 全部重置
settings-about = 关于此模型
settings-advanced = 高级
settings-example = 使用示例
settings-required = 必填

settings-width = 宽度
settings-height = 高度
settings-steps = 步数
settings-guidance = 引导强度
settings-negative-prompt = 反向提示词
settings-seed = 种子

settings-shape = 形状
settings-swap = 交换宽度和高度
settings-width-short = 宽
settings-height-short = 高

settings-seed-which = 使用哪个种子
settings-seed-new = 每次更换
settings-seed-keep = 沿用上次
settings-seed-keep-title = 沿用上一张图片的种子
settings-seed-own = 或自行输入
settings-no-seed = 还没有图片报告过种子。

settings-clear = 清除
# Stands before the next two.
settings-changed = 已更改
settings-reset = 重置
settings-reset-to = 重置为 { $default }
settings-reset-name = { $label }：{ $reset }

settings-lines = 每行一个
settings-file-choose = { $kind ->
    [picture] 选择、拖入或粘贴图片
   *[file] 选择、拖入或粘贴文件
}
settings-file-add = { $kind ->
    [picture] 再添加一张图片
   *[file] 再添加一个文件
}
settings-file-replace = { $kind ->
    [picture] 替换图片
   *[file] 替换文件
}
settings-file-address = { $label }的地址
settings-file-or-address = 或输入地址：https://…
settings-file-given = 您提供的文件
settings-file-remove = 移除
settings-unused = 图片中未采用的设置：{ $names }。
