# What is known of a picture.

facts-model = 模型
facts-demo = 内置画师，不是 AI 模型
facts-size = 尺寸
facts-kind = { $kind }，{ $size }
facts-use-seed = 使用
facts-took = 用时
facts-loading = + 加载 { $time }
facts-file = 保存在此处的文件
facts-log = 尝试与日志
facts-attempts = 尝试次数
facts-made = 生成时间
facts-reference = 引用
facts-id = ID
facts-collection = 合集
facts-take-out = 移出

# What a provider told about the result.
facts-inference-provider = 推理提供方
facts-rewritten = 改写后的提示词
facts-not-safe = 不适宜工作场所
facts-run-time = 运行时间
# A run at Replicate, which calls it so.
facts-prediction = 预测任务
facts-page = 页面
# Of a picture of the demo: garden, night, …
facts-style = 风格
# $number: of the picture that the words stand below.
facts-caption = 说明 { $number }
# How much an AI model read and wrote.
facts-tokens = 令牌数
facts-cost = 费用
