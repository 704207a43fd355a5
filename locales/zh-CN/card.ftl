# A card: one generation on the page, running or over.

card-made-with = 由 { $model } 生成
card-one-of = { $name }（第 { $index } 张，共 { $count } 张）
card-cancel = 取消
card-again = 重试
card-edit = 编辑
card-now = 立即重试
card-more = 更多类似
card-use = 用作输入
card-download = 下载
card-progress = 进度
card-results = 结果
card-seed = 种子 { $seed }
card-took = { $seconds } 秒
card-elapsed = { $seconds } 秒
card-left = 剩余 { $seconds } 秒
