# The page with the keys of other tools.

keys-title = API 密钥
keys-of-connections = 其他工具可使用各自的密钥在此生成图片。{ $link }
keys-about = Open WebUI、LibreChat、SillyTavern、n8n 或脚本：它们都能使用此 Easel 的模型生成图片；用在此处创建的密钥生成的图片会进入您的图库。
keys-name = 名称
keys-name-help = 您对它的称呼，例如使用它的程序。
keys-create = 创建密钥
keys-made = 这是密钥“{ $name }”。它只显示这一次：请立即复制。
keys-wrong-name = 请输入不超过 100 个字符的名称。
keys-taken = 已有名为“{ $name }”的密钥。请撤销它，或换一个名称。
keys-too-many = 已有 50 个密钥。请先撤销一个。
keys-list = 密钥
keys-none = 还没有密钥。
keys-made-on = 创建于 { $day }
keys-used-on = 使用于 { $day }
keys-never-used = 从未使用
keys-revoke = 撤销
keys-revoke-named = 撤销 { $name }
keys-revoked = 密钥“{ $name }”已失效。
keys-settings = 在其他工具中使用
keys-settings-model = 模型以其引用命名，例如 hf:owner/name。不写名称或写 OpenAI 的名称，即为所提供的第一个模型。
keys-tool = 工具
keys-tool-settings = 设置
keys-back = 返回工作室
