# What is wrong with an input. $label: what it is called.

field-missing = “{ $label }”为必填项。
field-not-text = “{ $label }”必须是文本。
field-too-short = “{ $label }”至少需要 { $min } 个字符。
field-too-long = “{ $label }”最多 { $max } 个字符。
field-not-whole = “{ $label }”必须是整数。
field-not-number = “{ $label }”必须是数字。
field-not-switch = “{ $label }”必须为开或关。
field-not-choice = “{ $label }”必须是选项之一。
field-not-choices = “{ $label }”必须从选项中选择。
field-too-many-choices = “{ $label }”最多选择 { $max } 项。
field-not-moment = “{ $label }”必须是日期和时间，例如 2026-11-28 22:53:00。
field-not-day = “{ $label }”必须是日期，例如 2026-11-28。
field-not-colour = “{ $label }”必须是颜色，例如 #aa3300。
field-not-file = “{ $label }”必须是文件或地址。
field-not-files = “{ $label }”必须是文件或地址的列表。
field-too-many-files = “{ $label }”最多 { $max } 个文件。
field-not-list = “{ $label }”必须是列表。
field-not-json = “{ $label }”不是有效的 JSON。
field-out-of = “{ $label }”必须在 { $min } 到 { $max } 之间。
field-below = “{ $label }”不能小于 { $min }。
field-above = “{ $label }”不能大于 { $max }。
field-unknown = 模型没有名为“{ $label }”的输入。
field-prompt-too-long = 提示词最多 { $max } 个字符；当前有 { $chars } 个。
