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
