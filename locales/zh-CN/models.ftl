# The list of models.

models-box = 模型
models-list = 模型列表
models-placeholder = 搜索，或粘贴模型名称或网址
models-searching = 正在搜索
models-yours = 我的模型
models-recent = 最近使用
models-built-in = 内置
models-spaces = Space 和 Gradio 应用
models-nothing = 没有找到。
models-found = 找到 { $count } 个
models-more = 更多模型
models-offline = 离线：显示 Easel 内置的列表。
models-partly = 未能搜索所有提供方。
models-likes = { $likes ->
   *[other] { $short } 个赞
}
models-thousands = { $number }k
models-gated = 需申请访问
models-free = 无需账号
models-keyless = 需要密钥
models-usual = 通常需要 { $usual }
models-usual-cold = 需要启动时通常为 { $usual }
readiness-warm = 就绪
readiness-cold = 未启动
readiness-cold-usual = 未启动，通常需要 { $usual }
readiness-asleep = 休眠中
readiness-busy = 繁忙
readiness-gone = 已下线
# $state: one of the six above.
readiness-of-model = 模型{ $state }
