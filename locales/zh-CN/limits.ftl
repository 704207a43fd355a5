# 所有者在此页面说明每个人可以做多少。

limits-title = 限制
# $link: limits-title.
limits-of-connections = 此处的人可以做多少：{ $link }
limits-about = 这些限制适用于创作者、访客和 API 密钥，在所有服务器上立即生效。所有者只受上传、登录尝试和搜索的限制。留空则使用通常的数值。
limits-people = 生成任务
limits-files = 文件和图片
limits-addresses = 来自同一地址
limits-name = { $limit ->
    [at-once] 每人同时进行的数量
    [an-hour] 每人一小时内开始的数量
    [a-day] 每人一天内开始的数量
    [a-day-in-all] 所有人一天内开始的数量
    [uploads] 每人一天内上传的兆字节
    [kept] 每人保存的兆字节
    [kept-in-all] 所有人保存的兆字节
    [sign-ins] 可尝试的密码数，之后每两次之间须等待 30 秒
    [searches] 一分钟内搜索模型的次数
    [starts] 一分钟内开始的生成任务
   *[other] 限制
}
# $least, $most and $usual: whole numbers.
limits-help = { $least } 到 { $most }，通常为 { $usual }。
limits-in = 由环境变量 { $variable } 决定：请在那里更改。
limits-save = 保存限制
limits-saved = 已保存，从现在起生效。
limits-unchanged = 没有变化。
# $limit: as limits-name says it.
limits-wrong = “{ $limit }”必须是 { $least } 到 { $most } 之间的整数。没有保存任何内容。
limits-day = 日期以 UTC 为准。没有名字的访客按地址计算；来自本机的可以多十倍。
