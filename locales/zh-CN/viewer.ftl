# One picture, large.

viewer-picture = 图片
viewer-close = 关闭
viewer-newer = 上一张
viewer-older = 下一张
viewer-zoom = 缩放
viewer-neighbours = 相邻图片
viewer-made = { $day } { $time }
viewer-position = 第 { $index } 张，共 { $count } 张 · { $made }
viewer-edit = 编辑并生成
viewer-same-seed = 相同种子
viewer-copy-prompt = 复制提示词
viewer-share = 分享
viewer-copy-link = 复制链接
viewer-open-link = 打开链接
viewer-unshare = 停止分享
viewer-shared-all = 任何拥有链接的人都能看到图片及其提示词和设置。
viewer-shared-picture = 任何拥有链接的人都只能看到图片。
viewer-share-less = 不包含提示词和设置
viewer-share-more = 包含提示词和设置
viewer-family = 图片的来源与后续
viewer-notices = 关于本次运行的提示
viewer-log = 模型的输出日志
