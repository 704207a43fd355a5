# What the page says for a moment.

notice-undo = 撤销
notice-unreachable = 无法连接到 Easel。
notice-unreachable-check = 无法连接到 Easel。请检查它是否在运行。
notice-still-loading = 尝试 { $tries } 次后模型仍在加载。请稍后再试。
notice-internal = Easel 内部出错。
notice-uploading = 正在上传
notice-upload-unreachable = 无法连接到 Easel。请在连接恢复后重试。
notice-upload-failed = 上传失败。
notice-upload-too-large = 文件对 Easel 与本页面之间的某个服务器来说太大了，它允许的大小低于 Easel（HTTP 413）。
notice-upload-broken = 连接中断。请重试；如果依然如此，说明中间的某个服务器不接受这么大的文件。
notice-too-large = 这超出了 Easel 或中间某个服务器允许的大小（HTTP 413）。没有开始任何任务。请减小输入内容。
notice-turned-away = Easel 与本页面之间的某个服务器拒绝了请求。没有开始任何任务。其管理者可以说明原因。
notice-upload-status = 上传失败（HTTP { $status }）。
notice-takes-no-picture = 所选模型不支持以图片为起点。请选择支持的模型。
notice-seed-used = 下一张图片将使用此种子。
notice-takes-no-seed = 所选模型不使用种子。
notice-prompt-copied = 已复制提示词
notice-link-copied = 已复制链接
notice-cannot-copy = 浏览器不允许此页面复制。
notice-deleted = 已删除 { $count } 项
