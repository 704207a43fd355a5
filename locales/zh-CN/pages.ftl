# Pages of their own: behind a share link, and those that say why there is nothing.

pages-title = { $title } · Easel
pages-back = 返回
pages-nothing-started = 没有开始任何任务
pages-no-picture = 没有生成图片
pages-field = { $field }：{ $message }
pages-nothing-here = 这里什么都没有
pages-shared-picture = 分享的图片
pages-shared-description = 用 Easel 生成的图片。
pages-made-with = 用 { $link } 生成
pages-gone = 此链接没有对应的图片。
pages-gone-why = 分享者可能已停止分享，或删除了图片。
pages-not-yours = 这张图片不在您的画廊中。
pages-not-yours-why = 它可能已被删除，或是在另一个浏览器中生成的。
pages-nowhere = 此地址没有页面。
pages-nowhere-why = 地址可能输错或复制错了。
pages-session-cookie = Easel 通过 Cookie 识别此浏览器。忘记之后，该 Cookie 在这里以及被复制到的任何地方都将失效，此浏览器将从空的画廊开始。
pages-session-lost = 它生成的内容仍保留在服务器上，但除了通过已分享的链接，没有人能再看到。此操作无法撤销。请事先下载想保留的内容，或将其删除。
pages-session-keep = 保留
pages-offline-title = 无法连接到 Easel
pages-offline = 请检查 Easel 是否在运行，以及此设备是否已联网。正在生成的内容会继续。本页会自动重试。
pages-offline-again = 立即重试
# Says why something was refused, where a browser sent a form.
pages-refused = 操作未成功
pages-unreadable = Easel 无法读取此请求。请重新加载页面后再试。
