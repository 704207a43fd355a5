# 费用：“生成”旁边、卡片上以及费用页面上的文字。

# $sign: a currency as it is written before a number, such as “$”.
money-amount = { $sign }{ $number }
money-amount-code = { $number } { $code }
# $amount: as money-amount says it.
money-estimate = ≈ { $amount }
money-by-second = 每秒 { $amount }
money-free = 免费
money-unknown = 价格未知
money-compute = ≈ { $time } 计算时间
# $cost: one of the four above.
money-nearly = { $cost } · 预算已用 { $percent } %
money-too-dear = { $cost } · 超出剩余预算
# $amount: as money-amount says it; $unit: money-per-image, money-per-second or money-per-run.
money-price = { $unit } { $amount }
money-per-image = 每张图片
money-per-second = 每秒
money-per-run = 每次运行
money-generations = { $number } 次生成

money-title = 费用
# $link: money-title.
money-of-connections = 各项价格以及已花费的金额：{ $link }
money-about = 费用按此处填写的价格计算，运行前后各算一次。只有提供商的账单才是准确的。
money-saved = 已保存。
money-removed = 已移除。
money-wrong-amount = 请填写像 0.003 这样的金额，生成次数为整数，从零到一百万。
money-wrong-pattern = 请填写像 replicate:owner/name 这样的模型，不含空格。
money-wrong-currency = 请用三个字母填写货币，例如 CNY。
money-no-limit = 请填写金额或生成次数，或两者都填。
money-too-many = 已有 500 个价格。请先移除一个。

money-budgets = 预算
money-no-budgets = 没有任何限制。
money-all = 所有人合计
money-each = 每个非所有者
money-yours = 您
money-somebody = 没有名字的人
# $spent and $limit: as money-amount or money-generations says it; $spent may be a number.
money-of = { $spent } / { $limit }
money-a-day = 每天
money-a-month = 每月
money-used-up = 已用完
money-spent-of = 已花费：{ $name }
money-remove = 移除
money-remove-budget = 移除预算：{ $name }
money-new-budget = 设置预算
money-whose = 对象
money-whose-help = 个人预算取代每人通用的预算。日和月按 UTC 计算。
money-limit = 金额（{ $code }）
money-count = 生成次数
money-limit-help = 任一项可留空。用到 80 % 时会提醒；到 100 % 时不再开始任何任务。金额只限制有价格的模型：没有价格的模型仍可继续运行，因此也请限制生成次数。
money-period = 周期
money-set-budget = 设置预算

money-spent = 已花费
money-by = 合计方式
money-by-month = 月
money-by-day = 日
money-by-model = 模型
money-by-person = 人员
money-by-key = API 密钥
money-nothing-spent = 尚未生成任何内容。
money-no-key = 未使用密钥
money-unpriced = { $number } 次没有价格
money-own-key = { $number } 个使用自己的密钥，不计入预算
money-csv = 最近一年的全部数据（CSV）

money-prices = 价格
money-prices-about = 请填写提供商的收费。这里不作猜测：没有价格的，没人知道要花多少。
money-no-prices = 还没有价格。
money-in-file = 来自 EASEL_PRICES
money-remove-price = 移除 { $model } 的价格
money-new-price = 填写价格
money-model = 模型
money-model-help = 模型引用；* 代表任意内容，例如 replicate:* 表示 Replicate 的全部模型。对模型描述更具体的价格优先。
money-amount-of = 价格
money-unit = 计费单位
money-enter-price = 填写价格
money-currency = 货币
money-currency-help = 此处所有价格和预算的货币。之前以其他货币花费的不再计入。
money-set-currency = 设置
money-currency-in-file = 货币为 { $code }，来自 EASEL_PRICES。
money-at-least = 至少 ≈ { $amount }
