# Why there is no picture. “error-” says what happened: without a full stop, because it also follows
# “失败：”. “next-” is a sentence that says what to do.

error-bad-key = { $provider } 不接受 { $variable } 中的密钥
error-missing-key = { $provider } 需要密钥
error-not-permitted = { $variable } 中的密钥没有这项权限
error-no-credit = { $provider } 的余额已用完
error-gated = { $model } 要求先接受其许可协议
error-model-not-found = 找不到模型 { $model }
error-unsupported = { $model } 无法在这里运行
error-inputs = 模型不接受这些输入
error-too-many-requests = 请求过多
error-quota = 配额已用完
error-asleep = { $model } 正在休眠，未能及时唤醒
error-paused = { $model } 已被其所有者暂停
error-filtered = 提供方的过滤器拦下了图片
error-model-failed = 模型运行失败
error-bad-answer = 返回的不是图片
error-unreachable = 无法连接到 { $host }
error-busy = { $host } 正忙
error-timeout = 没有及时得到答复
error-unknown = 答复丢失了
error-expired = 结果在提供方已过期
error-not-allowed = 此服务器不可访问 { $origin }
error-still-loading = 尝试 { $tries } 次后模型仍在加载
error-interrupted = 服务器中途停止了
error-conflict = 此 ID 属于另一个请求
error-not-found = 没有这次生成
error-cancelled = 已取消
error-cross-site = 该页面不是来自此服务器
error-storage = Easel 无法保存图片
error-cannot-keep = 现在无法保存图片：{ $detail }。没有开始任何任务
error-server-unreachable = 无法连接到 Easel 服务器
error-internal = Easel 内部出错
error-no-room = Easel 服务器的磁盘快满了，因此不会开始新任务
error-endpoint-paused = 端点 { $host } 已暂停
error-endpoint-failed = 端点 { $host } 启动失败
error-endpoint-off = 端点 { $host } 已关闭：它被暂停，或启动失败
error-own-gallery-full = 你的图片和文件已占满每人在此可保存的 { $limit } MB，因此没有开始任何任务
error-all-galleries-full = 所有图片和文件合计已占满本服务器保存的 { $limit } MB，因此没有开始任何任务
error-not-signed-in = 您尚未在此登录
error-only-looking = 您在这里只能查看，不能创建或更改任何内容
# $limit: an amount like “10.00 USD”, or as money-generations says it.
error-budget-spent = { $whose ->
    [own] 您{ $period ->
        [day] 每天
       *[month] 每月
    } { $limit } 的预算已用完，因此没有开始任何任务
   *[all] 这里所有人{ $period ->
        [day] 每天
       *[month] 每月
    } { $limit } 的预算已用完，因此没有开始任何任务
}
# $limit: which one; $allowed: how much it allows. The page of limits has them in the same order.
error-limit = { $limit ->
    [at-once] 您正在进行的生成任务已达到此处每人同时的上限（{ $allowed } 个），因此没有开始任何任务
    [an-hour] 您在一小时内开始的生成任务已达到此处每人的上限（{ $allowed } 个），因此没有开始任何任务
    [a-day] 您今天开始的生成任务已达到此处每人每天的上限（{ $allowed } 个），因此没有开始任何任务
    [a-day-in-all] 所有人今天开始的生成任务已达到此处每天的上限（{ $allowed } 个），因此没有开始任何任务
    [uploads] 加上此文件，今天从这里上传的内容将超过每人的上限（{ $allowed } MB）
    [searches] 一分钟内来自您的地址的搜索超过了此处的上限（{ $allowed } 次）
    [starts] 一分钟内从您的地址开始的生成任务超过了此处的上限（{ $allowed } 个），因此没有开始任何任务
   *[other] 已达到此处的上限（{ $allowed }）
}

error-sentence = { $what }。
error-plain = { $what }。{ $next }
error-billed = 可能已产生费用。

error-link-licence = 打开许可协议
error-link-page = 打开其页面
error-link-endpoints = 打开你的端点
error-link-key = 创建 { $provider } 令牌
error-link-billing = { $provider } 账单

next-unbilled = 没有产生费用。请重试。
next-said = 请按应用的要求修改后重试。
next-login = 请在 .env 的 { $variable } 中写入“https://主机 用户名 密码”，然后重新启动 Easel。
next-server-key = 请在 .env 的 { $variable } 中为它写入“https://host/v1 密钥”，然后重新启动 Easel。
next-bad-key = { $variable ->
    [Connections] 请创建新密钥，并在“连接”中填写。
   *[other] 请创建新密钥，写入 { $variable }，然后重新启动 Easel。
}
next-missing-key = { $variable ->
    [Connections] 开始时使用的密钥已被移除。请在“连接”中重新填写，然后重新生成。
   *[other] 请在“连接”中填写密钥，或将其写入 .env 的 { $variable }，然后重新启动 Easel。
}
next-not-permitted = { $variable ->
    [Connections] 请创建具有此权限的密钥，并在“连接”中填写。
   *[other] 请创建具有此权限的密钥，并写入 { $variable }。
}
next-again-in = 请在 { $time }后重试。
next-quota-in = 配额将在 { $time }后恢复。也可以换一个模型。
next-not-allowed = 如果您信任它，所有者可在“连接”中加入 { $origin }，或加入 .env 的 EASEL_ALLOWED_ORIGINS。
next-no-credit = 请在那里充值，或换一个模型。
next-gated = 请在其页面上接受许可协议，然后重试。
next-model-not-found = 请检查拼写。私有模型需要有读取权限的密钥。
next-unsupported = 请换一个模型。
next-inputs = 请修改标出的输入后重试。
next-inputs-unmarked = 请修改输入后重试。
next-too-many-requests = 请稍等片刻再试。
next-quota = 请等待配额恢复，或换一个模型。
next-asleep = 请过几分钟再试。
next-paused = 只有其所有者能重新启动它。您可以复制一份。
next-filtered = 请修改提示词后重试。
next-model-failed = 请重试，或换用其他输入。
next-bad-answer = 请重试。如果仍然如此，请换一个模型。
next-unreachable = 请检查地址和网络，然后重试。
next-busy = 请过一分钟再试。
next-unknown = 它可能仍然运行了。重试前请先查看提供方的页面。
next-run-again = 请再运行一次。
next-still-loading = 请过几分钟再来，或换一个模型。
next-start-anew = 请按“生成”重新开始。
next-cross-site = 请刷新页面后重试。
next-storage = 请检查服务器的磁盘和数据库，然后重试。
next-server-unreachable = 请检查它是否在运行。再次生成会接着同一任务继续。
next-internal = 请重试。服务器日志中有更多信息。
next-no-room = 请在那里腾出一些空间，然后重试。
next-endpoint-failed = 没有向模型发送任何内容。请查看其日志并在其设置中重新启动，然后重试。
next-endpoint-off = 没有向模型发送任何内容。请在端点设置中恢复它，然后重试。
next-own-gallery-full = 请删除一些不再需要的图片，然后重试。
next-all-galleries-full = 请删除不再需要的内容：一小时后会重新有空间。或者请此 Easel 的所有者在“限制”中提高上限。
next-not-signed-in = 请登录；本 Easel 的所有者可以邀请您。没有开始任何任务。
next-only-looking = 请让本 Easel 的所有者允许您生成图片。
# $day: 2026-11-29.
next-budget-spent = 它将于 { $day }（UTC）重新开始。此 Easel 的所有者可在“费用”中提高预算。
# $time: as number-seconds, number-minutes or number-hours says it.
next-limit = { $limit ->
    [at-once] 请等其中一个结束，或取消一个。此 Easel 的所有者可在“限制”中提高上限。
   *[other] 请在 { $time }后重试。此 Easel 的所有者可在“限制”中提高上限。
}
