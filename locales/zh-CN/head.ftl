# The document and its head.

head-description = 用提示词生成图片。
head-hello = 今天画点什么？
head-running = 个正在生成
head-examples = 示例
head-demo = 演示无需账号即可作画。要使用真正的模型，请{ $link }，或把任意 Gradio Space 的地址填作模型。
head-demo-link = 添加 Hugging Face 或 Replicate 密钥
# Where there is a key already.
head-spaces = 除了列出的模型，您还可以把任意 Gradio Space 的地址填作模型。

head-more = 更多
head-theme = 主题
head-theme-system = 跟随系统
head-theme-light = 浅色
head-theme-dark = 深色
head-language = 语言

head-shortcuts = 键盘快捷键
head-close-shortcuts = 关闭快捷键
head-key-line = 在提示词中换行
head-key-earlier = 之前的提示词（输入框为空时）
head-key-search = 搜索你的图片
head-key-gallery = 到图库最新的图片
head-key-nth = 打开第一到第九张图片
head-key-next = 下一张图片
head-key-star = 给图片加星标
head-key-download = 下载图片
head-key-again = 用相同种子再次生成
head-key-edit = 编辑并生成
head-key-compare = 用它的提示词比较模型
head-key-close = 关闭
head-key-shortcuts = 显示这些快捷键
head-unalive = 此页面的脚本没有启动：无法加载，或者浏览器，或浏览器与 Easel 之间的策略，不允许 WebAssembly（锁定模式不允许）。重新加载可能有用。生成、图库和下载仍然可用；每一步都会重新加载页面。
