# Gradio apps, and copies of Spaces.

space-by = { $owner } 的 Space · Gradio { $version }
space-app = Gradio 应用 · Gradio { $version }
space-details = 输入与输出
space-endpoint = 端点
space-inputs = 输入
space-outputs = 输出
space-column-name = 名称
space-column-type = 类型
space-column-default = 默认值
space-duplicate = 复制此 Space

space-copy-title = 复制 { $space }
space-copy-help = 在您的 Hugging Face 账号中创建仅供您使用的私有副本。如果以前创建过，将继续使用它。原 Space 的密钥不会被复制。
space-copy-hardware = 硬件
space-copy-as-original = 与原 Space 相同
space-copy-sleep = 闲置多少分钟后休眠
space-copy-most = 每小时费用上限（美元）
space-copy-prices = 价格
space-copy-close = 关闭
space-copy-make = 复制
space-copy-working = 正在创建副本 · { $stage }
space-copy-existed = 已选用您之前的副本。
space-copy-done = 副本已运行并选用。
space-copy-failed = 失败：{ $what }。{ $next }
space-copy-refused = 失败：{ $what }。“{ $detail }”{ $next }
space-copy-free = cpu-basic 免费。大多数图像模型在它上面非常慢，或无法启动。
space-copy-billed = Hugging Face 会就 { $hardware } 按小时向您的账号收费，从启动到 Space 休眠为止，即最后一次使用后 { $minutes } 分钟。
space-copy-as-billed = 副本使用与原 Space 相同的硬件。除 cpu-basic 外，Hugging Face 会按小时向您的账号收费，从启动到 Space 休眠为止，即最后一次使用后 { $minutes } 分钟。
