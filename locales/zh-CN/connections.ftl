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
