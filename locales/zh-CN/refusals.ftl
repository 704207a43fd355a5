# 拒绝的说明；参见英文文件。

said-owner-only = 只有此 Easel 的所有者可以这样做。
said-money-makers = 这里的花费只向以名称制作图片的人和所有者显示。
said-key-makers = 密钥由在这里以名称制作图片的人和所有者创建。
said-cross-site = 此请求来自其他网站
said-too-many-files = 同时获取的文件过多；请一分钟后重试
said-busy-files = 服务器正在处理其他大文件；请一分钟后重试
said-clean-impossible = 此图片的文件可能包含其生成方式，Easel 无法去除
said-not-shown = 不显示此图片：其文件可能包含生成方式，Easel 无法去除。
said-no-such-pictures = 没有这些图片
