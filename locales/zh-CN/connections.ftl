# The sheet with the state of each provider.

connections-title = 连接
connections-close = 关闭连接
connections-session = Easel 通过 Cookie 识别此浏览器；您的图片归它所有。{ $link }
connections-forget = 忘记此浏览器
connections-built-in = 内置
connections-keyless = 无需密钥
connections-ready = 就绪
connections-unchecked = 尚未检查
connections-failed = 不可用
connections-no-key = 尚无密钥
connections-check = 检查
connections-check-provider = 检查 { $provider }
connections-checking = 正在检查
connections-keys = 提供商的密钥
# $link: connections-keys.
connections-of-keys = 填写、更换或移除密钥：{ $link }
connections-keys-about = 在此填写的密钥会立即检查、加密保存，此后用于所有人的图片。它不会再次显示。.env 中的密钥优先。
# $provider: Hugging Face, Replicate or OpenAI API.
connections-key-of = { $provider } 的新密钥
connections-use-key = 使用此密钥
connections-use-key-of = 使用此 { $provider } 密钥
connections-key-in = 在环境变量 { $variable } 中，以它为准：请在那里更改
connections-key-given = 在此填写
connections-key-unreadable = 在此填写，但由另一个 EASEL_SECRET_KEY 或密钥文件加密：请将其放回，或重新填写密钥
connections-remove = 移除
connections-remove-key = 移除 { $provider } 的密钥
connections-key-kept = 从现在起使用 { $provider } 的密钥。
connections-key-refused = { $provider } 不接受此密钥，因此没有保存。之前的内容保持不变。
connections-key-removed = { $provider } 的密钥已移除，不再使用。
connections-no-such-key = 这不可能是密钥：请粘贴完整的密钥，不含空格。
connections-key-configured = 以环境中的密钥为准。请在那里更改，或在那里移除后再在此填写。
connections-no-seal = 可能有多台服务器使用此数据库：请为每台设置相同的 EASEL_SECRET_KEY 并重新启动，然后再填写密钥。
