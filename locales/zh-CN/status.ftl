# How far a generation is. What stands before the first “·” is the phase, which screen readers are
# told of at once; what stands after it are numbers.

status-starting = 正在开始
status-waking = 正在唤醒模型 · { $stage }
status-queued = { $queue ->
    [own] 在 Easel 自己的队列中
   *[provider] 排队中
}
status-queued-place = { $queue ->
    [own] 在 Easel 自己的队列中排第 { $place } 位
   *[provider] 排队第 { $place } 位
}
status-queued-of = { $queue ->
    [own] 在 Easel 自己的队列中排第 { $place } 位，共 { $size } 位
   *[provider] 排队第 { $place } 位，共 { $size } 位
}
status-queued-about = { $queued } · 约 { $seconds } 秒
status-painting = 正在绘制
# $words: one of the messages of this file; $notice: the provider's own words.
status-with-notice = { $words } · { $notice }
status-usual = { $words } · 通常需要 { $usual }
status-left = { $words } · 通常需要 { $usual }，还剩约 { $left }
status-longer = { $words } · 比通常的 { $usual } 更久
status-step = { $doing } · { $unit ->
    [step] 第 { $step } 步
   *[other] { $unit } { $step }
}
status-step-of = { $doing } · { $unit ->
    [step] 第 { $step }/{ $total } 步
   *[other] { $unit } { $step }/{ $total }
}
status-percent = { $doing } · { $percent }%
status-loading = 模型正在加载
status-loading-try = 正在加载模型 · 第 { $tries } 次尝试，共 { $most } 次
status-cancelling = 正在取消
status-cancel-sent = 正在取消…
status-cancel-undelivered = 无法连接到 Easel · 连接恢复后将发送取消请求
status-lost = 连接已断开 · 正在重试，直到 Easel 响应
status-running = 正在生成
status-done = 完成
# $words: status-done or status-no-success; $cost: as money-amount says it.
status-cost = { $words } · { $cost }
status-cancelled = 已取消
status-no-success = 没有成功
status-failed = 失败
status-failed-because = 失败：{ $what }
# $words: one of the messages above; $model: the one that took the place of the first.
status-instead = { $words } · 改用 { $model }，因为第一个模型没有开始
status-instead-late = { $words } · 改用 { $model }，因为第一个模型耗时过长

notifier-question = 这需要一些时间。
notifier-yes = 完成后通知我
notifier-no = 暂不
notifier-done = 您的图片已完成
notifier-asked = 完成后会通知您
late-headline = 所用时间已是通常的两倍。
late-tell = 完成后通知我
late-instead = 停止并改用 { $model }
late-stop = 停止
late-same = 正在运行的就是这个模型。没有停止任何内容。
late-too-often = 已经更换了三次模型，这是上限。没有停止任何内容。
notifier-sound = 播放提示音
notifier-closed = Easel 关闭时也通知
notifier-closed-wrong = 没有成功。请在浏览器中允许此地址发送通知，然后重试。
push-failed = 这次没有成功
push-comparison = 您的比较已完成
push-grid = 您的网格已完成
